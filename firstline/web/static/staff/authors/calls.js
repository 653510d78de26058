/** The authors' API, one function a route; every failure is the staff pages' ApiError. */
import { call } from "../api.js";

const SLOW_MS = 180_000; // Replaying past questions and reading a large import take their time.
const at = (slug, lang) => `authors/articles/${encodeURIComponent(slug)}${lang ? `/${lang}` : ""}`;

export const calls = {
  list: () => call("GET", "authors/articles"),
  article: (slug) => call("GET", at(slug)),
  save: (slug, lang, article, expectVersion) => call("PUT", at(slug, lang), { article, expect_version: expectVersion, note: "" }),
  preview: (body) => call("POST", "authors/preview", { body }),
  /** change: {status, expect_version, at, despite_lost} */
  status: (slug, lang, change) => call("POST", `${at(slug, lang)}/status`, { at: null, despite_lost: false, ...change }, { timeout: SLOW_MS }),
  diff: (slug, lang, older, newer) => call("GET", `${at(slug, lang)}/diff?old=${older}&new=${newer}`),
  restore: (slug, lang, version, expectVersion) => call("POST", `${at(slug, lang)}/restore`, { version, expect_version: expectVersion }),
  effect: (slug, lang, article = null) => call("POST", `${at(slug, lang)}/effect`, { article }, { timeout: SLOW_MS }),
  ask: (query, lang, article) => call("POST", "authors/try", { query, lang, article }),
  gaps: (lang, days) => call("GET", `authors/gaps?lang=${lang}&days=${days}`, undefined, { timeout: SLOW_MS }),
  draftGap: (lang, questions, title) => call("POST", "authors/gaps/draft", { lang, questions, title }),
  /** @param files [{path, file}] */
  importFiles: (files) => call("POST", "authors/import", form("files", files), { timeout: SLOW_MS }),
  exportAll: () => call("GET", "authors/export", undefined, { timeout: SLOW_MS, as: "blob" }),
  image: (file) => call("POST", "authors/images", form("files", [{ path: file.name, file }]), { timeout: SLOW_MS }),
  log: (slug) => call("GET", `authors/log?limit=200${slug ? `&slug=${encodeURIComponent(slug)}` : ""}`),
};

function form(field, files) {
  const data = new FormData();
  for (const { path, file } of files) data.append(field, file, path);
  return data;
}

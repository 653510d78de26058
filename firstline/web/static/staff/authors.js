/** The authors' page: every article with its state and a way to read it, found by title, and how to import more. */
import { api } from "./api.js";
import { Times } from "./times.js";
import { goToLogin, Topbar } from "./topbar.js";
import { h, icon, moment, safeUrl, when } from "./view.js";
import { Words } from "./words.js";

const COLUMNS = ["title", "lang", "category", "status", "layer", "version", "valid"];

const words = await new Words().load();
const times = new Times(words);
const topbar = new Topbar(words, "authors");
const title = h("h2");
const count = h("p", { class: "quiet", role: "status" });
const label = h("label", { class: "unseen", for: "find" });
const find = h("input", { id: "find", type: "search", oninput: () => render() });
const head = h("tr");
const rows = h("tbody");
const table = h("table", {}, h("thead", {}, head), rows);
const info = h("div", { class: "empty" });
const hint = h("section", { class: "import" });
let staff = null;
let articles = null;
let problem = null;

function render() {
  document.title = words.t("authors_page_title");
  topbar.render(staff);
  title.textContent = words.t("authors_title");
  label.textContent = words.t("authors_find");
  find.placeholder = words.t("authors_find");
  const wanted = find.value.normalize("NFC").trim().toLowerCase();
  const found = (articles ?? []).filter((a) => `${a.title} ${a.slug}`.normalize("NFC").toLowerCase().includes(wanted));
  count.textContent = articles ? words.t("authors_count", { count: found.length, total: articles.length }) : "";
  when(head, words.lang, () => head.replaceChildren(...COLUMNS.map((name) => h("th", { scope: "col" }, words.t(`column_${name}`)))));
  when(rows, [words.lang, found], () => rows.replaceChildren(...found.map(row)));
  table.hidden = !found.length;
  info.hidden = found.length > 0;
  when(info, [words.lang, problem, articles === null, articles?.length], () => info.replaceChildren(...state()));
  when(hint, [words.lang, staff?.partner], () => hint.replaceChildren(h("h3", {}, words.t("import_title")), h("p", {}, words.t("import_hint")),
    h("code", { class: "command" }, `firstline knowledge import DIR --partner ${staff?.partner ?? "P"}`)));
}

function state() {
  if (problem) {
    return [icon("alert"), h("p", { role: "alert" }, words.t(`error_${problem}`)),
      h("button", { type: "button", class: "button", onclick: load }, words.t("try_again"))];
  }
  if (!articles) return [h("p", { role: "status" }, words.t("authors_loading"))];
  return [icon("inbox"), h("p", {}, words.t(articles.length ? "authors_none_found" : "authors_empty"))];
}

function row(article) {
  const href = article.url && safeUrl(article.url);
  return h("tr", {},
    h("th", { scope: "row", lang: article.lang }, href ? h("a", { href, target: "_blank", rel: "noopener" }, article.title) : article.title,
      h("span", { class: "quiet slug" }, article.slug)),
    h("td", {}, words.t(`language_name_${article.lang}`)),
    h("td", {}, article.category ? words.code("category", article.category) : ""),
    h("td", {}, h("span", { class: "pill", "data-status": article.status }, words.code("article", article.status))),
    h("td", {}, words.code("layer", article.layer)),
    h("td", {}, String(article.version ?? "")),
    h("td", {}, article.valid_as_of ? moment(times, article.valid_as_of, times.date(article.valid_as_of)) : ""));
}

async function load() {
  problem = null;
  try {
    staff ??= (await api.me()).staff;
    ({ articles } = await api.articles());
  } catch (error) {
    if (error.kind === "signed_out") return goToLogin();
    problem = error.kind;
  }
  render();
}

words.onChange(render);
document.body.append(topbar.node, h("main", { class: "authors" },
  h("div", { class: "authors-head" }, title, count, label, find), h("div", { class: "table" }, table), info, hint));
render();
await load();

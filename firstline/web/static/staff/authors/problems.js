/** What went wrong, in the author's words, with the server's own sentence below when it names something to mend. */
import { h } from "../view.js";

const BY_CODE = ["edited_meanwhile", "lost_answers", "too_large", "wrong_language"];
const ALIKE = { slug_taken: "slug_taken", article_too_large: "problem_too_large", archive_too_large: "problem_too_large", bad_time: "publish_past" };
const FIELDS = ["slug", "title", "category", "owner", "audience", "valid_as_of", "sources", "see_also", "questions", "symptoms", "must_answer", "body"];

export function problemText(words, error) {
  if (BY_CODE.includes(error.code)) return words.t(`problem_${error.code}`);
  if (ALIKE[error.code]) return words.t(ALIKE[error.code]);
  if (error.kind === "conflict") return words.t("problem_conflict");
  const fields = error.kind === "rejected" ? namedFields(error.said) : [];
  if (fields.length) return words.t("problem_fields", { fields: fields.map((field) => words.t(`field_${field}`)).join(", ") });
  return words.t(`error_${error.kind ?? "server"}`);
}

/** The problem as nodes: the sentence, and for a refused request what the server said about it. */
export function problemNodes(words, error) {
  const said = (error.kind === "rejected" || (error.kind === "conflict" && !BY_CODE.includes(error.code))) && error.said;
  return [h("span", {}, problemText(words, error)), said && h("span", { class: "said", lang: "en" }, error.said)].filter(Boolean);
}

export function namedFields(message) {
  return FIELDS.filter((field) => new RegExp(`\\b${field}\\b`).test(message ?? ""));
}

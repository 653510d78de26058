/** What went wrong, in the author's language: by the error's code, else by its kind; wrong fields each with what to mend. */
import { h } from "../view.js";

/** @param error an ApiError, or {key, values} of the page's own; values fill the sentence */
export function problemText(words, error) {
  if (error.key) return words.t(error.key, error.values);
  const key = `problem_${error.code}`;
  return words.has(key) ? words.t(key, error.details ?? {}) : words.t(`error_${error.kind ?? "server"}`);
}

/** The problem as nodes: the sentence, and below it every wrong field. */
export function problemNodes(words, error) {
  const fields = Object.entries(error.details?.codes ?? {});
  return [h("span", {}, problemText(words, error)),
    ...fields.map(([field, code]) => h("span", { class: "said" }, `${words.code("field", field)}: ${words.code("wrong", code)}`))];
}

/** What became of one file of an import: {code, values}. */
export function fileProblem(words, { code, values }) {
  const key = `problem_${code}`;
  return words.t(words.has(key) ? key : "problem_bad_article", values);
}

/** The fields a problem is about. */
export const wrongFields = (problem) => problem?.fields ?? Object.keys(problem?.details?.codes ?? {});

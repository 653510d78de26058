/** A difference on the page: removed and added lines with signs and words as well as colours, long same parts folded. */
import { h } from "../view.js";

const AROUND = 2;

/** @param lines [{op, text}], @param fields [{name, old, new}] */
export function diffView(words, lines, fields = []) {
  const changed = fields.map((field) => h("li", {}, h("strong", {}, words.code("field", field.name)), h("del", {}, shown(field.old)), h("ins", {}, shown(field.new))));
  const none = !changed.length && lines.every((line) => line.op === "same");
  if (none) return h("p", { class: "quiet" }, words.t("diff_none"));
  return h("div", { class: "diff" },
    changed.length > 0 && h("ul", { class: "diff-fields" }, ...changed),
    lines.some((line) => line.op !== "same") && h("div", { class: "diff-lines", tabindex: "0", role: "group", "aria-label": words.t("diff_label") }, ...folded(words, lines)));
}

function folded(words, lines) {
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some((line) => line.op !== "same"));
  const nodes = [];
  lines.forEach((line, at) => {
    if (near[at]) nodes.push(row(words, line));
    else if (at === 0 || near[at - 1]) nodes.push(h("p", { class: "diff-gap" }, words.t("diff_same")));
  });
  return nodes;
}

function row(words, { op, text }) {
  if (op === "same") return h("p", {}, text || " ");
  return h("p", { class: op }, h("span", { class: "unseen" }, words.t(`diff_${op}`)), h(op === "del" ? "del" : "ins", {}, text || " "));
}

function shown(value) {
  return Array.isArray(value) ? value.join("\n") : String(value ?? "");
}

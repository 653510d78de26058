/** By when a credit has to be claimed: each date with what it means, and the rule it comes from. */
import { h } from "../view.js";

export function deadlineRows(words, times, deadline) {
  if (!deadline) return [h("p", { class: "quiet" }, words.t("esc_credit_no_deadline"))];
  const rows = ["ask_by", "safe", "latest"].flatMap((name) => [h("dt", {}, words.t(`esc_deadline_${name}`)),
    h("dd", {}, h("time", { datetime: deadline[name] }, times.date(deadline[name])))]);
  return [h("dl", { class: "esc-deadline" }, ...rows),
    h("p", { class: "quiet" }, words.t("esc_deadline_source", { source: deadline.source, as_of: deadline.as_of }))];
}

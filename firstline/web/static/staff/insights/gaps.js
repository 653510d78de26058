/** What was asked in vain; it comes after the rest, as it takes longer. */
import { h } from "../view.js";
import { number } from "./figure.js";

const SHOWN = 10;

/** @param page {words, numbers, times, open}; @param gaps the API's answer, null while it is on its way, or {problem: text} */
export function gapsOf(page, gaps) {
  const { words, numbers } = page;
  const head = [h("h3", {}, words.t("insights_gaps")), h("p", { class: "quiet" }, words.t("insights_gaps_hint"))];
  const card = (...parts) => h("section", { class: "card insight", "data-figure": "insights_gaps", "aria-label": words.t("insights_gaps") }, ...head, ...parts);
  if (!gaps) return card(h("p", { class: "quiet", role: "status" }, words.t("staff_loading")));
  if (gaps.problem) return card(h("p", { class: "failed", role: "alert", "data-gaps": "" }, gaps.problem));
  const sum = h("p", { "data-gaps": "" }, `${words.t("insights_gaps_sum")} `, number(page, gaps.total, words.t("insights_gaps")));
  const part = !gaps.complete && h("p", { class: "quiet" }, words.t("insights_gaps_since", { count: numbers.count(gaps.questions), day: page.app.times.short(gaps.since) }));
  if (!gaps.gaps.length) return card(sum, part);
  return card(sum, part, h("div", { class: "table" }, h("table", {}, h("thead", {}, h("tr", {}, ...["question", "language", "times"].map((name) => h("th", { scope: "col" }, words.t(`insights_col_${name}`))))),
    h("tbody", {}, ...gaps.gaps.slice(0, SHOWN).map((gap) => h("tr", {}, h("th", { scope: "row", lang: gap.lang }, gap.questions[0].text),
      h("td", {}, words.t(`language_name_${gap.lang}`)), h("td", {}, number(page, gap, gap.questions[0].text))))))));
}

/** Where the two languages say different things: numbers, times, dates, money, addresses, products, "not" and "only". */
import { h, icon, when } from "../view.js";

export class Facts {
  constructor(words) {
    this.words = words;
    this.node = h("section", { class: "facts-panel", "aria-live": "polite" });
  }

  /** @param facts of the newest saved versions, null before loading; both: whether both languages exist */
  render(facts, both, dirty) {
    const { words } = this;
    when(this.node, [words.lang, facts, both, dirty], () => {
      const warnings = (facts ?? []).filter((fact) => fact.level === "warn");
      this.node.dataset.level = !both ? "none" : warnings.length ? "warn" : "good";
      this.node.replaceChildren(...this.#content(warnings, both, dirty));
    });
  }

  #content(warnings, both, dirty) {
    const { words } = this;
    const head = (...nodes) => h("div", { class: "facts-head" }, h("h3", {}, words.t("facts_title")), ...nodes, both && dirty && h("p", { class: "hint" }, words.t("facts_saved")));
    if (!both) return [head(h("p", { class: "quiet" }, words.t("facts_one")))];
    if (!warnings.length) return [head(h("p", { class: "facts-good" }, icon("check"), words.t("facts_same")))];
    return [head(h("p", { class: "facts-warn" }, icon("alert"), words.t("facts_differ", { count: warnings.length }))),
      h("div", { class: "table", tabindex: "0", role: "group", "aria-label": words.t("facts_title") }, h("table", {},
        h("thead", {}, h("tr", {}, ...["facts_kind", "language_name_ko", "language_name_en"].map((key) => h("th", { scope: "col" }, words.t(key))))),
        h("tbody", {}, ...warnings.map((fact) => h("tr", { "data-kind": fact.kind }, h("th", { scope: "row" }, words.code("fact", fact.kind)), this.#values(fact.ko, "ko"), this.#values(fact.en, "en"))))))];
  }

  #values(values, lang) {
    if (!values?.length) return h("td", { class: "facts-missing" }, this.words.t("facts_absent"));
    return h("td", { lang }, ...values.map((value) => h("span", { class: "fact" }, String(value))));
  }
}

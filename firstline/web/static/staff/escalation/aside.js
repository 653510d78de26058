/** Beside the fields: what is missing and where to fill it in, the way up, the choice of language, and what the customer is told. */
import { h, icon } from "../view.js";
import { deadlineRows } from "./deadline.js";

export class Aside {
  #language = null;
  #data = null;

  /** @param sheet {words, times, kind, number}, @param on {go(reason), chosen(), handOn(language), download(language)} */
  constructor({ words, times, kind }, on) {
    Object.assign(this, { words, times, kind, on });
    this.missing = h("section", { "aria-live": "polite" });
    this.stale = h("p", { class: "quiet" });
    this.rest = h("div");
    this.node = h("aside", { class: "esc-aside", "aria-label": words.t("esc_aside") }, this.missing, this.stale, this.rest);
  }

  /** Codes of what keeps the case from going up, in the chosen language. */
  get reasons() { return this.#missing().map(({ reason }) => reason); }

  draw(data, dirty) {
    this.#data = data;
    const offered = data.choices.map(({ language }) => language);
    if (!offered.includes(this.#language)) this.#language = offered[0] ?? this.words.lang;
    this.#drawMissing();
    this.rest.replaceChildren(...(this.kind === "credit" ? this.#credit(data) : this.#dossier(data)));
    this.typed(dirty);
  }

  typed(dirty) { this.stale.textContent = dirty ? this.words.t("esc_missing_stale") : ""; }

  #missing() {
    const { missing, credit } = this.#data ?? {};
    return (this.kind === "credit" ? credit?.missing : missing?.[this.#language]) ?? [];
  }

  #drawMissing() {
    const { words, kind } = this;
    const found = this.#missing();
    const unknown = kind === "credit" && !this.#data.credit;
    this.missing.replaceChildren(
      h("h3", {}, words.t("esc_missing_title"), found.length ? h("span", { class: "count" }, String(found.length)) : ""),
      found.length ? h("ul", { class: "esc-missing" }, ...found.map((row) => h("li", {},
        h("button", { type: "button", id: `esc-missing-${row.reason}`, "data-reason": row.reason, onclick: () => this.on.go(row.reason) }, row[words.lang]))))
        : h("p", { class: unknown ? "quiet" : "esc-complete" }, !unknown && icon("check"), words.t(unknown ? "esc_missing_unknown" : "esc_missing_none")));
  }

  #dossier(data) {
    const { words, times } = this;
    const { next, choices, told } = data;
    const way = this.#way(data.route, data.hops.filter(({ outcome }) => outcome !== "returned").length);
    const radios = choices.map(({ language, due }) => {
      const id = `esc-language-${language}`;
      const box = h("input", { type: "radio", name: "esc-language", id, value: language, onchange: () => {
        this.#language = language;
        this.#drawMissing();
        this.on.chosen();
      } });
      box.checked = language === this.#language;
      const text = words.t(due ? "esc_choice_due" : "esc_choice_none", { language: words.t(`language_name_${language}`), at: due ? times.short(due) : "" });
      return h("p", { class: "check" }, box, h("label", { for: id }, text));
    });
    return [
      ...way,
      next && h("fieldset", {}, h("legend", {}, words.t("esc_language")), ...radios),
      told && h("section", {}, h("h3", {}, words.t("esc_told_title")), h("blockquote", { lang: told.lang, class: "esc-told" }, told.text)),
      next && h("button", { type: "button", class: "button primary", "data-do": "hand-on", onclick: () => this.on.handOn(this.#language) },
        icon("send"), words.t("esc_hand_on", { name: next.name[words.lang] })),
      next && h("p", { class: "quiet" }, words.t("esc_hand_on_hint")),
      this.#packet(),
    ].filter(Boolean);
  }

  #credit({ credit }) {
    const { words } = this;
    return [
      h("section", {}, h("h3", {}, words.t("esc_deadline_title")), ...deadlineRows(words, this.times, credit?.deadline)),
      ...(credit ? this.#way(credit.route, 0) : []),
      credit && h("p", { class: "quiet" }, words.t("esc_credit_hint")),
      credit && this.#packet(),
    ].filter(Boolean);
  }

  #way(route, done) {
    const { words } = this;
    return [h("section", {}, h("h3", {}, words.t("esc_way")),
      route.length ? h("ol", { class: "esc-way" }, ...route.map((step, index) => {
        const state = index < done ? "done" : index === done ? "next" : "later";
        return h("li", { "data-state": state }, h("strong", {}, step.name[words.lang]),
          state !== "later" && this.kind === "dossier" && h("span", { class: "pill" }, words.t(`esc_way_${state}`)),
          step.contact && h("span", { class: "quiet" }, step.contact));
      })) : h("p", { class: "quiet" }, words.t("esc_nobody")))];
  }

  #packet() {
    return h("button", { type: "button", class: "button", "data-do": "packet", onclick: () => this.on.download(this.#language) },
      icon("clip"), this.words.t("esc_packet"));
  }
}

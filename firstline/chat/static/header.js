/** The top row: the partner's name, the language switch, close. */
import { h, icon } from "./dom.js";
import { LANGUAGES } from "./i18n.js";

export class Header {
  /** @param on {language(lang), close()} */
  constructor(words, contacts, embedded, on) {
    Object.assign(this, { words, contacts });
    this.name = h("h1");
    this.mark = h("span", { class: "mark", "aria-hidden": "true" });
    this.languages = LANGUAGES.map(([lang, name]) => h("button",
      { type: "button", class: "language", lang, onclick: () => on.language(lang) }, h("span", {}, name)));
    this.group = h("div", { class: "languages", role: "group" }, ...this.languages);
    this.close = h("button", { type: "button", class: "tool", hidden: !embedded, onclick: () => on.close() }, icon("close"));
    this.node = h("header", {}, this.mark, this.name, this.group, this.close);
  }

  render() {
    const { words } = this;
    const name = this.contacts.get(words.lang).name || words.t("partner_fallback");
    this.name.textContent = name;
    this.mark.textContent = [...name][0];
    this.group.setAttribute("aria-label", words.t("language_label"));
    this.close.setAttribute("aria-label", words.t("close"));
    for (const button of this.languages) button.setAttribute("aria-pressed", String(button.lang === words.lang));
  }
}

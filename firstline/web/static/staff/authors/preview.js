/** The article as the customer will read it, a moment after each change. */
import { h } from "../view.js";
import { calls } from "./calls.js";
import { safeNodes } from "./html.js";

const WAIT_MS = 350;

export class Preview {
  #asked = 0;
  #shown = null;

  constructor(labels, sheet) {
    Object.assign(this, { words: labels.words, sheet });
    const { lang } = sheet;
    this.problem = labels.text(h("p", { class: "failed", role: "status", hidden: true }), "preview_failed");
    this.nothing = labels.text(h("p", { class: "quiet" }), "preview_empty");
    this.title = h("h3", { class: "preview-title", lang });
    this.facts = h("p", { class: "preview-facts", lang });
    this.text = h("div", { class: "text", lang });
    this.page = labels.label(h("div", { class: "preview-page", tabindex: "0", role: "region" }, this.title, this.facts, this.nothing, this.text), "preview_label");
    this.node = h("section", { class: "preview" }, labels.text(h("h4", {}), "preview_title"), this.problem, this.page);
  }

  ask() {
    const { words, sheet: { fields, lang } } = this;
    this.title.textContent = fields.title || words.t("untitled");
    this.facts.textContent = [`${words.in(lang, "field_owner")}: ${words.in(lang, `owner_${fields.owner}`)}`,
      `${words.in(lang, "field_audience")}: ${words.in(lang, `audience_${fields.audience}`)}`].join(" · ");
    clearTimeout(this.timer);
    if (fields.body === this.#shown) {
      this.#asked += 1;
      this.problem.hidden = true;
      return;
    }
    this.timer = setTimeout(() => this.#load(), this.#shown === null ? 0 : WAIT_MS);
  }

  async #load() {
    const { body } = this.sheet.fields;
    const turn = ++this.#asked;
    let html = "";
    try {
      if (body.trim()) ({ html } = await calls.preview(body));
    } catch {
      if (turn === this.#asked) this.problem.hidden = false;
      return;
    }
    if (turn !== this.#asked) return;
    this.#shown = body;
    this.problem.hidden = true;
    this.nothing.hidden = Boolean(body.trim());
    this.text.replaceChildren(safeNodes(html));
  }
}

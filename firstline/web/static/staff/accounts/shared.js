/** The provider's articles with what each reseller does with them; asked for only when somebody wants to know. */
import { h, icon } from "../view.js";
import { calls } from "./calls.js";
import { problemText } from "./problems.js";

export class SharedArticles {
  #rows = null;
  #names = {};

  constructor(app) {
    Object.assign(this, { app, words: app.words });
    this.title = h("summary");
    this.body = h("div", { class: "table" });
    this.node = h("details", { class: "shared", ontoggle: () => this.#load() }, this.title, this.body);
  }

  /** @param names {partner: {ko, en}} */
  render(names) {
    this.#names = names;
    this.node.hidden = !Object.keys(names).length;
    this.title.textContent = this.words.t("shared_title");
    this.#draw();
  }

  async #load() {
    if (!this.node.open || this.#rows) return;
    try {
      this.#rows = (await calls.sharedArticles()).articles;
      this.#draw();
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") return this.app.signedOut();
      this.body.replaceChildren(h("p", { class: "failed", role: "alert" }, icon("alert"), problemText(this.words, error)));
    }
  }

  #draw() {
    const { words } = this;
    if (!this.#rows) return;
    if (!this.#rows.length) return this.body.replaceChildren(h("p", { class: "quiet" }, words.t("shared_none")));
    const named = (partners) => partners.map((partner) => this.#names[partner]?.[words.lang] ?? partner).join(", ") || words.t("shared_nobody");
    this.body.replaceChildren(h("table", { class: "stack" },
      h("thead", {}, h("tr", {}, ...["title", "used_by", "replaced_by"].map((name) => h("th", { scope: "col" }, words.t(`shared_${name === "title" ? "article" : name}`))))),
      h("tbody", {}, ...this.#rows.map((row) => h("tr", { "data-slug": row.slug, "data-lang": row.lang },
        h("th", { scope: "row" }, h("span", { class: "tongue" }, words.t(`language_${row.lang}`)), " ", h("span", { lang: row.lang }, row.title), h("span", { class: "mark" }, row.slug)),
        h("td", { "data-label": words.t("shared_used_by") }, named(row.used_by)),
        h("td", { "data-label": words.t("shared_replaced_by") }, named(row.replaced_by)))))));
  }
}

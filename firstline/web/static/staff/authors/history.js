/** Who changed what and when, of all articles or of one. */
import { h, icon, moment, when } from "../view.js";
import { calls } from "./calls.js";
import { Labels } from "../labels.js";
import { noteText } from "./note.js";
import { problemNodes } from "./problems.js";

const COLUMNS = ["at", "who", "what", "article", "version", "note"];

export class LogView {
  entries = null;
  problem = null;

  constructor(app, slug = "") {
    Object.assign(this, { app, words: app.words, slug });
    const labels = this.labels = new Labels(app.words);
    this.head = h("tr");
    this.rows = h("tbody");
    this.table = h("table", { class: "log-table stack" }, h("thead", {}, this.head), this.rows);
    this.info = h("div", { class: "empty" });
    this.node = h("div", {}, h("div", { class: "console-head" }, labels.text(h("h2", { tabindex: "-1" }), "section_log"),
      slug && h("span", { class: "pill" }, slug), slug && labels.text(h("a", { href: "#/log" }), "log_all"), slug && labels.text(h("a", { href: `#/edit/${slug}` }), "log_back")),
    h("div", { class: "table" }, this.table), this.info);
  }

  get heading() { return this.words.t("section_log"); }

  async load() {
    this.problem = null;
    this.render();
    try {
      ({ entries: this.entries } = await calls.log(this.slug));
    } catch (error) {
      if (error.kind === "signed_out") return this.app.signedOut();
      this.problem = error;
    }
    this.render();
  }

  render() {
    const { words, entries, problem } = this;
    this.labels.render();
    when(this.head, words.lang, () => this.head.replaceChildren(...COLUMNS.map((name) => h("th", { scope: "col", "data-col": name }, words.t(`log_${name}`)))));
    when(this.rows, [words.lang, entries], () => this.rows.replaceChildren(...(entries ?? []).map((entry) => this.#row(entry))));
    this.table.hidden = !entries?.length;
    this.info.hidden = Boolean(entries?.length);
    when(this.info, [words.lang, problem?.kind, entries === null], () => this.info.replaceChildren(...this.#info()));
  }

  #row({ at, who, what, slug, lang, version, note }) {
    const { words } = this;
    return h("tr", {}, h("td", { "data-col": "at" }, moment(this.app.times, at)), h("td", { "data-col": "who" }, who ?? ""), h("td", { "data-col": "what" }, words.code("logged", what)),
      h("td", { "data-col": "article" }, slug ? h("a", { href: `#/edit/${slug}/${lang ?? ""}` }, slug) : "", lang && h("span", { class: "tongue" }, words.t(`language_${lang}`))),
      h("td", { "data-col": "version" }, String(version ?? "")), h("td", { "data-col": "note" }, noteText(words, this.app.times, note)));
  }

  #info() {
    const { words, problem } = this;
    if (problem) return [icon("alert"), h("p", { role: "alert" }, ...problemNodes(words, problem)), h("button", { type: "button", class: "button", onclick: () => this.load() }, words.t("try_again"))];
    return [h("p", { role: "status" }, words.t(this.entries ? "log_none" : "log_loading"))];
  }
}

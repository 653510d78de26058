/** Every article in each language: found by state, language, category and words; what is older or missing in the other language. */
import { session } from "../prefs.js";
import { h, icon, moment, safeUrl, when } from "../view.js";
import { Labels } from "../labels.js";
import { layerKind } from "./layers.js";
import { problemNodes } from "./problems.js";

const STATES = ["all", "draft", "review", "published", "archived"];
const COLUMNS = ["title", "lang", "category", "status", "layer", "version", "valid", "changed"];
const CATEGORIES = ["", "billing_subscription", "provisioning_configuration", "problem", "updates", "usage", "support"];
const PAGE = 200;

export class ListView {
  articles = null;
  problem = null;
  most = PAGE;

  constructor(app) {
    Object.assign(this, { app, words: app.words, filter: { status: "all", lang: "", category: "", other: "", find: "", ...session.get("articles", {}) } });
    const { words, filter } = this;
    const labels = this.labels = new Labels(words);
    this.count = h("p", { class: "quiet", role: "status" });
    this.find = labels.hint(h("input", { id: "find", type: "search", autocomplete: "off", oninput: () => this.#set("find", this.find.value) }), "authors_find");
    this.find.value = filter.find;
    this.chips = STATES.map((state) => h("button", { type: "button", class: "chip", "data-state": state, onclick: () => this.#set("status", state) }, h("span"), h("span", { class: "count" })));
    this.more = labels.text(h("button", { type: "button", class: "button", hidden: true, onclick: () => {
      this.most += PAGE;
      this.render();
    } }), "list_more");
    this.head = h("tr");
    this.rows = h("tbody");
    this.table = h("table", { class: "articles stack" }, h("thead", {}, this.head), this.rows);
    this.info = h("div", { class: "empty" });
    this.held = h("div", { class: "held-box", role: "status" });
    this.node = h("div", { class: "list" },
      h("div", { class: "console-head" }, labels.text(h("h2", { tabindex: "-1" }), "authors_title"), this.count,
        h("a", { class: "button primary", href: "#/new" }, icon("plus"), labels.text(h("span"), "new_article"))),
      this.held, h("div", { class: "filters" }, labels.text(h("label", { class: "unseen", for: "find" }), "authors_find"), this.find,
        this.#select("lang", ["", "ko", "en"], (code) => (code ? words.t(`language_name_${code}`) : words.t("any_language"))),
        this.#select("category", CATEGORIES, (code) => (code ? words.code("category", code) : words.t("any_category"))),
        this.#select("other", ["", "older", "missing"], (code) => words.t(code ? `other_${code}` : "any_other"))),
      labels.label(h("div", { class: "chips", role: "group" }, ...this.chips), "filter_status"),
      h("div", { class: "table" }, this.table), this.info, this.more);
  }

  get heading() { return this.words.t("authors_title"); }

  async load() {
    this.problem = null;
    this.render();
    try {
      ({ articles: this.articles } = await this.app.list(true));
    } catch (error) {
      if (error.kind === "signed_out") return this.app.signedOut();
      this.problem = error;
    }
    this.render();
  }

  render() {
    const { words, filter } = this;
    this.labels.render();
    const others = (this.articles ?? []).filter((article) => this.#fits(article));
    const found = others.filter((article) => filter.status === "all" || article.status === filter.status);
    this.count.textContent = this.articles ? words.t("authors_count", { count: found.length, total: this.articles.length }) : "";
    for (const chip of this.chips) {
      const { state } = chip.dataset;
      chip.setAttribute("aria-pressed", String(state === filter.status));
      chip.firstChild.textContent = words.t(state === "all" ? "filter_all" : `article_${state}`);
      chip.lastChild.textContent = this.articles ? String(others.filter((article) => state === "all" || article.status === state).length) : "";
    }
    const held = (this.articles ?? []).filter((article) => article.held_back?.length);
    this.held.hidden = !held.length;
    when(this.held, [words.lang, held], () => this.held.replaceChildren(icon("alert"), h("span", {}, words.t("held_back_some", { count: held.length })),
      ...held.map(({ slug, lang, title }) => h("a", { href: `#/edit/${slug}/${lang}`, lang }, title))));
    when(this.head, words.lang, () => this.head.replaceChildren(...COLUMNS.map((name) => h("th", { scope: "col", "data-col": name }, words.t(`column_${name}`)))));
    const shown = found.slice(0, this.most);
    when(this.rows, [words.lang, shown], () => this.rows.replaceChildren(...shown.map((article) => this.#row(article))));
    this.table.hidden = !found.length;
    this.more.hidden = found.length <= this.most;
    this.info.hidden = found.length > 0;
    when(this.info, [words.lang, this.problem?.kind, this.articles === null, this.articles?.length], () => this.info.replaceChildren(...this.#info()));
  }

  #fits({ title, slug, lang, category, owner, other_language: other }) {
    const { filter } = this;
    const wanted = filter.find.normalize("NFC").trim().toLowerCase();
    return (!filter.lang || lang === filter.lang) && (!filter.category || category === filter.category) && (!filter.other || other === filter.other)
      && `${title} ${slug} ${owner ?? ""}`.normalize("NFC").toLowerCase().includes(wanted);
  }

  #set(name, value) {
    this.filter[name] = value;
    this.most = PAGE;
    session.set("articles", this.filter);
    this.render();
  }

  #select(name, codes, say) {
    const select = h("select", { id: `filter-${name}`, onchange: () => this.#set(name, select.value) });
    this.labels.options(select, codes, say);
    this.labels.label(select, `filter_${name}`);
    select.value = this.filter[name];
    return select;
  }

  #row(article) {
    const { words, app: { times } } = this;
    const cell = (name, ...children) => h("td", { "data-col": name }, ...children);
    const href = article.live_version !== null && article.url && safeUrl(article.url);
    return h("tr", { "data-slug": article.slug, "data-lang": article.lang },
      h("th", { scope: "row", "data-col": "title" }, h("a", { href: `#/edit/${article.slug}/${article.lang}`, lang: article.lang }, article.title),
        h("span", { class: "quiet slug" }, article.slug, href && " · ", href && h("a", { href, target: "_blank", rel: "noopener" }, words.t("see_live")))),
      cell("lang", words.t(`language_name_${article.lang}`), this.#other(article)),
      cell("category", article.category ? words.code("category", article.category) : ""),
      cell("status", h("span", { class: "pill", "data-status": article.status }, words.code("article", article.status)),
        article.live_version && article.version > article.live_version && h("span", { class: "mark" }, words.t("live_number", { version: article.live_version })),
        article.scheduled_for && h("span", article.held_back?.length ? { class: "mark held" } : { class: "mark" }, words.t(article.held_back?.length ? "held_back" : "scheduled_for", { at: times.short(article.scheduled_for) }))),
      cell("layer", words.t(`layer_${layerKind(article.layer, this.app.staff.partner)}`)),
      cell("version", String(article.version ?? "")),
      cell("valid", article.valid_as_of ?? ""),
      cell("changed", article.updated_at ? moment(times, article.updated_at) : "", article.updated_by && h("span", { class: "mark quiet" }, article.updated_by)));
  }

  #other({ lang, other_language: other }) {
    if (!["older", "missing"].includes(other)) return null;
    return h("span", { class: "mark other", "data-other": other }, this.words.t(`${other}_${lang === "ko" ? "en" : "ko"}`));
  }

  #info() {
    const { words, problem } = this;
    if (problem) {
      return [icon("alert"), h("p", { role: "alert" }, ...problemNodes(words, problem)),
        h("button", { type: "button", class: "button", onclick: () => this.load() }, words.t("try_again"))];
    }
    if (!this.articles) return [h("p", { role: "status" }, words.t("authors_loading"))];
    return [icon("inbox"), h("p", {}, words.t(this.articles.length ? "authors_none_found" : "authors_empty")),
      !this.articles.length && h("a", { class: "button", href: "#/transfer" }, words.t("section_transfer"))].filter(Boolean);
  }
}

/** What stands beside the case: suggested articles with a search box, its way up, and the customer's past cases. */
import { api } from "./api.js";
import { Escalation } from "./escalation.js";
import { insertReply } from "./insert.js";
import { Past } from "./past.js";
import { h, icon, safeUrl, when } from "./view.js";

export class Beside {
  #number = null;
  #asked = null; // the questions that the shown articles were found by
  #found = null; // {articles, queries, lang}; null while they load
  #problem = null;
  #run = 0;

  constructor(store, words, times, composer, signedOut) {
    Object.assign(this, { store, words, composer });
    this.search = h("input", { type: "search", id: "article-search", autocomplete: "off" });
    this.go = h("button", { type: "submit", class: "icon-button" }, icon("search"));
    this.form = h("form", { class: "beside-search", role: "search" }, this.search, this.go);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#load(this.search.value.trim());
    });
    this.title = h("h3", { id: "beside-title" });
    this.hint = h("p", { class: "quiet" });
    this.list = h("ul", { class: "suggested", "aria-live": "polite" });
    this.past = new Past(store, words, times);
    this.escalation = new Escalation(store, words, times, signedOut);
    this.close = h("button", { type: "button", class: "icon-button beside-close", onclick: () => this.toggle(false) }, icon("back"));
    this.articles = h("section", {}, this.title, this.form, this.hint, this.list);
    this.node = h("aside", { class: "beside", "data-open": "false" }, this.close, this.articles, this.escalation.node, this.past.node);
    this.cites = h("div", { class: "cites" });
    composer.box.after(this.cites);
  }

  /** On a narrow page the column lies over the case until it is closed. */
  toggle(on = this.node.dataset.open !== "true") {
    this.node.dataset.open = String(on);
    if (on) this.focus();
    else this.composer.box.focus();
  }

  focus() {
    this.node.dataset.open = "true";
    (this.list.querySelector("button") ?? this.search).focus();
  }

  render() {
    const { store: { case: found, number }, words } = this;
    this.node.hidden = !found;
    this.#cites();
    if (!found) return;
    this.node.setAttribute("aria-label", words.t("beside_label"));
    this.close.setAttribute("aria-label", words.t("close"));
    const asked = JSON.stringify(found.summary.questions);
    if (number !== this.#number) {
      Object.assign(this.search, { value: "" });
      this.node.dataset.open = "false";
    }
    if (number !== this.#number || (asked !== this.#asked && !this.search.value)) {
      this.#number = number;
      this.#asked = asked;
      this.#load(this.search.value.trim());
    }
    when(this.title, words.lang, () => {
      this.title.textContent = words.t("suggest_title");
      this.search.setAttribute("aria-label", words.t("suggest_search"));
      this.search.placeholder = words.t("suggest_search");
      this.go.setAttribute("aria-label", words.t("suggest_search"));
    });
    const cited = keys(this.store.cites(number));
    const locked = !(found.mine && found.state === "human");
    when(this.list, [words.lang, this.#found, this.#problem, cited, locked], () => this.#draw(locked));
    this.escalation.render();
    this.#order();
    this.past.render();
  }

  /** A case that is on its way up shows that before anything else. */
  #order() {
    const { escalation, articles, past, node } = this;
    const next = escalation.begun ? articles : past.node;
    if (escalation.node.nextElementSibling !== next) node.insertBefore(escalation.node, next);
  }

  async #load(query) {
    const { number } = this.store;
    const run = ++this.#run;
    this.#found = this.#problem = null;
    try {
      const found = await api.beside(number, "articles", query ? `?${new URLSearchParams({ q: query })}` : "");
      if (run === this.#run) this.#found = found;
    } catch (error) {
      if (run === this.#run) this.#problem = error.kind ?? "server";
    }
    if (run === this.#run) this.store.changed();
  }

  #draw(locked) {
    const { words, list, hint } = this;
    const found = this.#found;
    if (this.#problem) hint.textContent = words.t(`error_${this.#problem}`);
    else if (!found) hint.textContent = words.t("suggest_loading");
    else if (!found.articles.length) hint.textContent = words.t(found.queries.length ? "suggest_none" : "suggest_no_question");
    else hint.textContent = words.t(locked ? "suggest_locked" : "suggest_hint");
    list.replaceChildren(...(found?.articles ?? []).map((article) => this.#article(article, locked)));
  }

  #article(article, locked) {
    const { words } = this;
    const href = safeUrl(article.url);
    const cited = this.store.cites(this.#number).some((cite) => cite.slug === article.slug && cite.lang === article.lang);
    const judged = article.helpful === true ? "yes" : article.helpful === false ? "no" : "unknown";
    return h("li", {}, h("div", { class: "suggested-head" },
      href ? h("a", { href, target: "_blank", rel: "noopener", lang: article.lang }, article.title) : h("span", { lang: article.lang }, article.title),
      h("span", { class: "quiet" }, `${Math.round(article.probability * 100)}%`)),
    article.heading && h("p", { class: "suggested-where", lang: article.lang }, article.heading),
    h("p", { class: "suggested-text", lang: article.lang }, article.excerpt),
    h("div", { class: "suggested-foot" },
      article.shown && h("span", { class: "pill", "data-judged": judged }, words.t(article.helpful === null ? "suggest_shown" : `judged_${judged}`)),
      h("span", { class: "stretch" }),
      h("button", { type: "button", class: "button small", "aria-disabled": String(locked || cited),
        "aria-label": words.t("suggest_insert_named", { title: article.title }),
        onclick: () => { if (!locked && !cited) this.#insert(article); } }, icon(cited ? "check" : "reply"), words.t(cited ? "suggest_inserted" : "suggest_insert"))));
  }

  #insert(article) {
    const { slug, lang, query, title } = article;
    if (!insertReply(this.composer, article.text)) return;
    this.store.setCites(this.#number, [...this.store.cites(this.#number), { slug, lang, query, title }].slice(-5));
    if (this.node.dataset.open === "true") this.node.dataset.open = "false";
    this.composer.box.focus();
  }

  // The customer gets these as cards under the reply.
  #cites() {
    const { store, words } = this;
    const cites = this.composer.mode === "reply" && store.number ? store.cites(store.number) : [];
    when(this.cites, [words.lang, store.number, cites], () => this.cites.replaceChildren(...(cites.length ? [
      h("span", { class: "quiet" }, words.t("cites_label")),
      ...cites.map((cite) => h("span", { class: "cite", lang: cite.lang }, icon("article"), cite.title,
        h("button", { type: "button", "aria-label": words.t("cite_remove", { title: cite.title }), onclick: () => {
          store.setCites(store.number, cites.filter((other) => other !== cite));
          this.composer.box.focus();
        } }, "×")))] : [])));
  }
}

function keys(cites) { return cites.map((cite) => `${cite.lang}/${cite.slug}`); }

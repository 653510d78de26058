/** The editor of one article: both languages side by side, facts compared, a question tried, nothing lost. */
import { h, icon, when } from "../view.js";
import { calls } from "./calls.js";
import { Facts } from "./facts.js";
import { Labels } from "../labels.js";
import { Pane } from "./pane.js";
import { problemNodes } from "./problems.js";
import { Sheet } from "./sheet.js";
import { SheetWork } from "./sheetwork.js";
import { TryBox } from "./trybox.js";

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export class Editor {
  facts = null;
  problem = null;
  loaded = false;
  slugTyped = false;

  /** @param slug of an article, or "" for a new one; lang: the language to begin in */
  constructor(app, slug, lang) {
    Object.assign(this, { app, words: app.words, slug, lang: lang || app.words.lang });
    const labels = this.labels = new Labels(app.words);
    this.sheets = Object.fromEntries(["ko", "en"].map((each) => [each, new Sheet(this.#where(slug || "+new"), each)]));
    this.work = new SheetWork(this);
    this.title = h("h2", { tabindex: "-1" });
    this.slugBox = labels.hint(h("input", { type: "text", id: "slug", autocomplete: "off", spellcheck: "false", maxlength: "80", "aria-describedby": "slug-hint", oninput: () => {
      this.slugTyped = Boolean(this.slugBox.value);
      this.slugProblem = null;
      this.render();
    } }), "slug_example");
    this.slugNote = h("p", { class: "hint", id: "slug-hint" });
    this.slugField = h("div", { class: "field slug-field" }, labels.text(h("label", { for: "slug" }), "field_slug"), this.slugBox, this.slugNote);
    this.log = labels.text(h("a", { class: "quiet" }), "editor_log");
    this.panes = h("div", { class: "panes" });
    this.factsPanel = new Facts(this.words);
    this.trial = new TryBox(app, labels, "trial", (each) => this.#draft(each));
    this.trialPanel = h("section", { class: "try-panel" }, labels.text(h("h3", {}), "try_title"), labels.text(h("p", { class: "hint" }), "try_with_draft"), this.trial.node);
    this.info = h("div", { class: "empty" });
    this.keys = labels.text(h("p", { class: "hint keys-hint" }), "editor_keys");
    this.node = h("div", { class: "editor" }, h("div", { class: "editor-head" }, labels.text(h("a", { href: "#/", class: "back-link" }), "back_to_list"), this.title, this.log, this.keys), this.slugField, this.info, this.factsPanel.node, this.panes, this.trialPanel);
    this.pane = {};
    this.keep = () => Object.values(this.sheets).forEach((sheet) => sheet.keep());
    addEventListener("pagehide", this.keep);
  }

  get dirty() { return Object.values(this.sheets).some((sheet) => sheet.dirty); }

  get heading() { return this.sheets[this.words.lang].fields.title || this.sheets[this.lang].fields.title || this.slug || this.words.t("new_article"); }

  get started() { return this.loaded; }

  async load() {
    this.problem = null;
    this.render();
    try {
      const found = this.slug ? await calls.article(this.slug) : { languages: {}, facts: [] };
      const { articles } = await this.app.list().catch(() => ({ articles: [] }));
      this.facts = found.facts;
      for (const sheet of Object.values(this.sheets)) sheet.open(found.languages[sheet.lang] ?? null);
      if (!this.slug) this.sheets[this.lang].opened = true;
      this.#build(articles);
      this.loaded = true;
    } catch (error) {
      if (error.kind === "signed_out") return this.app.signedOut();
      this.problem = error;
    }
    this.render();
    if (this.loaded && !this.slug) this.pane[this.lang].focus();
  }

  render() {
    const { words } = this;
    this.labels.render();
    this.title.textContent = this.heading;
    this.log.href = `#/log/${this.slug}`;
    this.log.hidden = !this.slug;
    this.slugField.hidden = Boolean(this.slug) || !this.loaded;
    this.slugNote.textContent = words.t(this.slugProblem ?? "hint_slug");
    this.slugNote.classList.toggle("failed", Boolean(this.slugProblem));
    this.slugBox.setAttribute("aria-invalid", String(Boolean(this.slugProblem)));
    for (const node of [this.panes, this.factsPanel.node, this.trialPanel, this.keys]) node.hidden = !this.loaded;
    this.info.hidden = this.loaded;
    when(this.info, [words.lang, this.problem?.kind, this.problem?.status], () => this.info.replaceChildren(...this.#info()));
    for (const pane of Object.values(this.pane)) pane.render();
    const { ko, en } = this.sheets;
    if (this.loaded) this.factsPanel.render(this.facts, Boolean(ko.saved && en.saved), this.dirty);
    this.trial.render();
    this.app.titled(this.heading);
  }

  /** Ctrl+S: every language with unsaved text. */
  async save() {
    for (const sheet of Object.values(this.sheets)) if (sheet.dirty && !(await this.work.save(sheet))) return;
  }

  /** Ctrl+Enter: the publish dialog of the language the author is in. */
  publish() {
    const sheet = this.sheets[document.activeElement?.closest?.("[data-lang-pane]")?.dataset.langPane ?? this.lang];
    if (sheet.started && !sheet.busy) this.work.publish(sheet);
  }

  /** The new article's address once it is good, "" and a word about it otherwise. */
  chosenSlug() {
    if (this.slug) return this.slug;
    const slug = this.slugBox.value.trim();
    const taken = this.app.articles?.some((article) => article.slug === slug);
    this.slugProblem = !SLUG.test(slug) ? "problem_slug_format" : taken ? "problem_slug_taken" : null;
    if (this.slugProblem) this.slugBox.focus();
    return this.slugProblem ? "" : slug;
  }

  /** A new article got its first version: from now on it has an address and its unsaved text a place of its own. */
  settle(slug) {
    if (this.slug) return;
    for (const sheet of Object.values(this.sheets)) {
      const { dirty } = sheet;
      sheet.discardKept();
      sheet.move(this.#where(slug));
      if (dirty) sheet.keep();
    }
    this.slug = slug;
    this.app.moved(`#/edit/${slug}`);
  }

  discard() { for (const sheet of Object.values(this.sheets)) sheet.discard(); }

  close() {
    this.keep();
    removeEventListener("pagehide", this.keep);
  }

  #build(articles) {
    const others = new Map();
    for (const { slug, title, lang } of articles) if (slug !== this.slug && (!others.has(slug) || lang === this.words.lang)) others.set(slug, { slug, title });
    for (const sheet of Object.values(this.sheets)) this.pane[sheet.lang] = new Pane(this.app, sheet, () => this.slug, this.work.actions, [...others.values()]);
    this.panes.replaceChildren(this.pane.ko.node, this.pane.en.node);
    this.panes.addEventListener("focusin", (event) => { this.lang = event.target.closest("[data-lang-pane]")?.dataset.langPane ?? this.lang; });
  }

  typed(sheet, name) {
    if (!this.slug && !this.slugTyped && sheet.lang === "en" && name === "title") this.slugBox.value = slugOf(sheet.fields.title);
  }

  #draft(lang) {
    const sheet = this.sheets[lang];
    return sheet.started && sheet.fields.body.trim() ? { slug: this.slug || "new-article", lang, ...sheet.content() } : null;
  }

  #where(slug) { return `${this.app.staff.partner}:${this.app.staff.email}:${slug}`; }

  #info() {
    const { words, problem } = this;
    if (!problem) return [h("p", { role: "status" }, words.t("editor_loading"))];
    if (problem.status === 404) return [icon("inbox"), h("p", { role: "alert" }, words.t("editor_missing", { slug: this.slug }))];
    return [icon("alert"), h("p", { role: "alert" }, ...problemNodes(words, problem)), h("button", { type: "button", class: "button", onclick: () => this.load() }, words.t("try_again"))];
  }
}

function slugOf(title) {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 80).replace(/^-|-$/g, "");
}

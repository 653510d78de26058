/** One language of an article: what is saved, what stands in the boxes now, and which version that began from. */
import { local } from "../prefs.js";

export const TEXTS = ["title", "category", "owner", "audience", "valid_as_of", "body"];
export const LISTS = ["sources", "see_also", "questions", "symptoms", "must_answer"];
const EMPTY = { title: "", category: "usage", owner: "partner", audience: "both", valid_as_of: "", body: "" };

export class Sheet {
  saved = null;
  base = null;
  broughtBack = null;
  busy = null;
  problem = null;
  opened = false;

  /** @param where "partner:e-mail:slug": unsaved text is kept in this browser under it */
  constructor(where, lang) {
    this.lang = lang;
    this.move(where);
    this.fields = fieldsOf(EMPTY);
    this.clean = { ...this.fields };
  }

  move(where) { this.key = `unsaved:${where}:${this.lang}`; }

  get started() { return Boolean(this.saved) || this.dirty || this.opened; }

  get dirty() { return Object.keys(this.clean).some((name) => this.fields[name] !== this.clean[name]); }

  /** Opens the server's newest version, with the unsaved text of this browser over it. */
  open(article) {
    this.#set(article);
    this.#bringBack();
  }

  /** Takes what the server stored. After a save the boxes keep their text: `sent` is what was stored, later typing is unsaved. */
  take(article, sent = null) {
    const { fields } = this;
    this.#set(article);
    if (sent) Object.assign(this, { clean: sent, fields });
    this.keep();
  }

  /** Keeps the author's own text as the next version after the colleague's. */
  rebase(article) {
    const { fields } = this;
    this.#set(article);
    this.fields = fields;
    this.keep();
  }

  /** Takes the colleague's version and puts the author's own text aside, where it can be brought back from. */
  yieldTo(article) {
    local.set(`${this.key}:aside`, { fields: this.fields, at: new Date().toISOString() });
    this.take(article);
  }

  get aside() { return local.get(`${this.key}:aside`); }

  dropAside() { local.set(`${this.key}:aside`, null); }

  bringAside() {
    Object.assign(this.fields, this.aside?.fields);
    this.dropAside();
    this.keep();
  }

  #set(article) {
    this.saved = article;
    this.base = article?.version ?? null;
    this.clean = fieldsOf(article ?? EMPTY);
    this.fields = { ...this.clean };
    this.broughtBack = null;
  }

  change(name, value) {
    this.fields[name] = value;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), 300);
  }

  /** Starts this language with the other one's details, which are the same in both. */
  startFrom(other) {
    for (const name of ["category", "owner", "audience", "valid_as_of", "see_also", "sources"]) this.fields[name] = other.fields[name];
    this.opened = true;
    this.keep();
  }

  /** Writes unsaved text to the browser's storage, or removes it when there is none. */
  keep() {
    clearTimeout(this.timer);
    local.set(this.key, this.dirty ? { fields: this.fields, base: this.base, at: new Date().toISOString() } : null);
  }

  /** A base older than the newest version stays, so that saving finds out about the version in between. */
  #bringBack() {
    const kept = local.get(this.key);
    if (!kept) return;
    this.fields = { ...this.clean, ...kept.fields };
    if (!this.dirty) return this.keep();
    this.base = kept.base;
    this.broughtBack = kept.at;
  }

  discardKept() { local.set(this.key, null); }

  discard() {
    this.fields = { ...this.clean };
    this.base = this.saved?.version ?? null;
    this.broughtBack = null;
    this.opened = false;
    this.keep();
  }

  /** What the API takes. */
  content() {
    const lists = LISTS.map((name) => [name, this.fields[name].split("\n").map((line) => line.trim()).filter(Boolean)]);
    return { ...Object.fromEntries(TEXTS.map((name) => [name, this.fields[name]])), ...Object.fromEntries(lists), title: this.fields.title.trim() };
  }
}

export function fieldsOf(article) {
  return {
    ...Object.fromEntries(TEXTS.map((name) => [name, String(article[name] ?? "")])),
    ...Object.fromEntries(LISTS.map((name) => [name, (article[name] ?? []).join("\n")])),
  };
}

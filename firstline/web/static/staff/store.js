/** What the desk shows: lists of cases, the open case, unsent replies and drafts, line and notices. */
import { session } from "./prefs.js";

const GOOD_NEWS_MS = 6000;

export const TABS = ["open", "mine", "closing", "closed"];

export class Store {
  staff = null;
  tab = "open";
  lists = { open: null, closing: null, closed: null }; // null = not loaded yet
  listProblem = null; // kind of the ApiError
  number = null; // the selected case
  case = null;
  caseProblem = null;
  customerTyping = false;
  line = "connecting"; // "connecting" | "up" | "down"
  notice = null; // {key, values, bad}
  busy = null; // the action under way
  unread = new Set();
  #outbox = session.get("outbox", []).map((entry) => ({ ...entry, status: "failed", kind: entry.kind ?? "network" }));
  #drafts = session.get("drafts", {});
  #listeners = [];
  #painting = false;
  #hush = 0;

  onChange(listener) { this.#listeners.push(listener); }

  /** Listeners run once per task, however many changes it makes. */
  changed() {
    if (this.#painting) return;
    this.#painting = true;
    queueMicrotask(() => {
      this.#painting = false;
      for (const listener of this.#listeners) listener();
    });
  }

  /** Rows of a tab, in the server's order; null while they load. */
  rows(tab) {
    const { open, closing, closed } = this.lists;
    if (tab === "closed") return closed;
    if (tab === "closing") return closing;
    if (tab === "open") return open?.filter((row) => row.status !== "closing") ?? null;
    if (!open || !closing) return null;
    const seen = new Set(open.map((row) => row.number));
    return [...open, ...closing.filter((row) => !seen.has(row.number))].filter((row) => row.mine);
  }

  /** A severity's own name as far as a loaded case has it; else its id. */
  severityName(id, lang) {
    const rows = [this.case, ...Object.values(this.lists).flatMap((list) => list ?? [])];
    return rows.find((row) => row?.severity === id)?.severity_name?.[lang] ?? id;
  }

  get waiting() { return (this.lists.open ?? []).filter((row) => row.status === "waiting"); }

  select(number) {
    if (number === this.number) return;
    Object.assign(this, { number, case: null, caseProblem: null, customerTyping: false, notice: null });
    this.unread.delete(number);
    this.changed();
  }

  addMessage(number, message) {
    if (number !== this.number || !this.case) return;
    const messages = this.case.messages;
    const at = messages.findIndex((known) => known.id === message.id);
    if (at < 0) messages.push(message);
    else messages[at] = { ...messages[at], ...message };
    messages.sort((a, b) => a.id - b.id);
    if (message.author === "customer") this.customerTyping = false;
    this.changed();
  }

  /** Unsent replies of a case: [{id, number, text, at, status: "sending"|"failed", kind}]. */
  unsent(number) {
    const stored = new Set((this.case?.number === number ? this.case.messages : []).map((m) => m.client_message_id));
    return this.#outbox.filter((entry) => entry.number === number && !stored.has(entry.id));
  }

  queue(entry) { this.#saveOutbox([...this.#outbox, entry]); }
  entry(id) { return this.#outbox.find((entry) => entry.id === id); }
  mark(id, fields) { this.#saveOutbox(this.#outbox.map((entry) => (entry.id === id ? { ...entry, ...fields } : entry))); }
  unqueue(id) { this.#saveOutbox(this.#outbox.filter((entry) => entry.id !== id)); }

  draft(number, mode) { return this.#drafts[`${number}:${mode}`] ?? ""; }
  hasDraft(number) { return Boolean(this.draft(number, "reply").trim() || this.draft(number, "note").trim()); }

  setDraft(number, mode, text) {
    const had = this.hasDraft(number);
    if (text) this.#drafts[`${number}:${mode}`] = text;
    else delete this.#drafts[`${number}:${mode}`];
    session.set("drafts", this.#drafts);
    if (had !== this.hasDraft(number)) this.changed();
  }

  /** A sentence over the composer; a good one goes by itself, a bad one stays until it is read. */
  say(key, values = {}, bad = false) {
    clearTimeout(this.#hush);
    this.notice = key ? { key, values, bad } : null;
    if (key && !bad) this.#hush = setTimeout(() => this.say(null), GOOD_NEWS_MS);
    this.changed();
  }

  #saveOutbox(entries) {
    this.#outbox = entries;
    session.set("outbox", entries.length ? entries : null);
    this.changed();
  }
}

/** What the desk shows: lists of cases, the open case, unsent replies and drafts, line and notices. */
import { session } from "./prefs.js";
import { filterOf, place } from "./views.js";

const GOOD_NEWS_MS = 6000;

export class Store {
  staff = null;
  tab = "open"; // id of a view, or "adhoc" for a filter without a name
  views = null; // [{id, scope, name, filter, count}]; null = not loaded yet
  defaultView = null;
  mayShare = false; // may change what the team shares
  lists = {}; // {rows, next} by id of the view
  #adhoc = filterOf();
  listProblem = null; // kind of the ApiError
  number = null; // the selected case
  case = null;
  caseProblem = null;
  customerTyping = false;
  colleagueTyping = null; // the name of a colleague who types in the open case
  team = { members: [], names: [], idle_minutes: 0 };
  mentions = { mentions: [], unread: 0 };
  line = "connecting"; // "connecting" | "up" | "down"
  notice = null; // {key, values, bad}
  busy = null; // the action under way
  unread = new Set();
  #outbox = session.get("outbox", []).map((entry) => ({ ...entry, status: "failed", kind: entry.kind ?? "network" }));
  #drafts = session.get("drafts", {});
  #cites = session.get("cites", {});
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

  /** Rows of a view, in the server's order; null while they load. */
  rows(tab) { return this.lists[tab]?.rows ?? null; }

  /** The filter of a view. */
  filterFor(tab) { return tab === "adhoc" ? this.#adhoc : filterOf(this.views?.find((view) => view.id === tab)?.filter); }
  get filter() { return this.filterFor(this.tab); }

  /** How many cases a view takes: those of its list where that is whole, else as counted lately. */
  count(tab) {
    const list = this.lists[tab];
    if (list && !list.next) return list.rows.length;
    return this.views?.find((view) => view.id === tab)?.count;
  }

  /** Shows what a filter without a name takes. */
  useFilter(filter) {
    this.#adhoc = filter;
    this.tab = "adhoc";
    delete this.lists.adhoc;
    this.changed();
  }

  /** Puts a changed row where it belongs in every list; says whether all of them are right without asking again. */
  putRow(row, now) {
    let right = true;
    for (const [tab, list] of Object.entries(this.lists)) {
      if (tab === this.tab) right = place(list, this.filterFor(tab), row, now) && right;
      else delete this.lists[tab];
    }
    this.changed();
    return right;
  }

  /** A severity's own name as far as a loaded case has it; else its id. */
  severityName(id, lang) {
    const rows = [this.case, ...Object.values(this.lists).flatMap((list) => list.rows)];
    return rows.find((row) => row?.severity === id)?.severity_name?.[lang] ?? id;
  }

  /** What the team knows of the agent at this page; null until they have a window there. */
  get me() { return this.team.members.find((member) => member.me) ?? null; }

  get isLead() { return Boolean(this.staff?.may.includes("team.keep")); }

  /** What is known of a case: the open one, or its row in a list. */
  row(number) {
    return this.case?.number === number ? this.case
      : Object.values(this.lists).flatMap((list) => list.rows).find((row) => row.number === number) ?? null;
  }

  /** Waiting cases as far as the open list has them, and how many there are in all. */
  get waiting() { return (this.lists.open?.rows ?? []).filter((row) => row.status === "waiting"); }
  get waitingCount() { return this.count("unassigned") ?? 0; }

  /** How many things wait for this agent: cases that nobody has, unread answers in their own, unread mentions. */
  get calls() {
    return this.waitingCount + [...this.unread].filter((number) => this.row(number)?.mine).length + this.mentions.unread;
  }

  select(number) {
    if (number === this.number) return;
    Object.assign(this, { number, case: null, caseProblem: null, customerTyping: false, colleagueTyping: null, notice: null });
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

  /** Takes over what a live frame says about the open case. */
  amend(fields) {
    if (this.case) this.case = { ...this.case, ...fields };
    this.changed();
  }

  setDraft(number, mode, text) {
    const had = this.hasDraft(number);
    if (text) this.#drafts[`${number}:${mode}`] = text;
    else delete this.#drafts[`${number}:${mode}`];
    session.set("drafts", this.#drafts);
    if (had !== this.hasDraft(number)) this.changed();
  }

  /** Articles that the unsent reply cites: [{slug, lang, query, title}]. */
  cites(number) { return this.#cites[number] ?? []; }

  setCites(number, cites) {
    if (cites.length) this.#cites[number] = cites;
    else delete this.#cites[number];
    session.set("cites", this.#cites);
    this.changed();
  }

  takeCites(number) {
    const cites = this.cites(number);
    if (cites.length) this.setCites(number, []);
    return cites;
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

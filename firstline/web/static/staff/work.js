/** What staff do at the desk: load, claim, reply, note, release, give back, resolve; results land in the store. */
import { api } from "./api.js";
import { coalesce } from "./view.js";
import { local } from "./prefs.js";
import { PAGE, queryOf } from "./views.js";

const COUNT_MOST = 4; // counts of the views within
const COUNT_WITHIN_MS = 60_000;
// So that many desks don't ask at one moment: the more there are, the longer.
const COUNT_SPREAD_MS = 1500;
const COUNT_SPREAD_EACH_MS = 50;
const LONGEST_PAGE = 200;

export class Work {
  #opening;

  /**
   * @param signedOut called when the session has ended
   * @param opening {views, query, cases}: answers that are on their way since the page opened
   */
  constructor(store, times, signedOut, opening) {
    Object.assign(this, { store, times, signedOut });
    this.#opening = opening;
    this.loadQueue = coalesce(() => this.#loadQueue());
    this.loadCase = coalesce(() => this.#loadCase());
    this.loadViews = coalesce(() => this.#loadViews());
  }

  #counted = []; // when, lately
  #counting = 0;

  /** Shows a view; a list that was loaded before is shown at once and asked for again. */
  async choose(view) {
    const { store } = this;
    if (store.views && !store.views.some((known) => known.id === view)) await this.loadViews();
    store.tab = view;
    store.changed();
    await this.loadQueue();
  }

  async filter(filter) {
    this.store.useFilter(filter);
    await this.loadQueue();
  }

  /** Takes a changed case from the live line: its row finds its place here, the counts follow a little later. */
  putRow(row) {
    if (!this.store.putRow(row, this.times.now())) this.loadQueue();
    this.#countSoon();
  }

  /** Loads the page after the last row of the view that is shown. */
  async more() {
    const { store } = this;
    const { tab } = store;
    const list = store.lists[tab];
    if (!list?.next || list.loading) return;
    list.loading = true;
    try {
      const page = await api.cases(queryOf(store.filterFor(tab), { after: list.next }));
      const known = new Set(list.rows.map((row) => row.number));
      if (store.lists[tab] !== list) return;
      list.rows = [...list.rows, ...page.cases.filter((row) => !known.has(row.number))];
      list.next = page.next;
    } catch (error) {
      this.complain(error);
    } finally {
      list.loading = false;
    }
    store.changed();
  }

  loadAll() { return Promise.all([this.loadQueue(), this.loadCase()]); }

  /** Raises nothing: an unsent reply stays in the transcript as failed, ready to be sent again. */
  reply(number, text, awaits = false) {
    const entry = { id: crypto.randomUUID(), number, text, awaits, cites: this.store.takeCites(number), at: new Date(this.times.now()).toISOString(), status: "sending" };
    this.store.queue(entry);
    return this.#send(entry);
  }

  retry(id) {
    const entry = this.store.entry(id);
    if (!entry || entry.status === "sending") return;
    this.store.mark(id, { status: "sending" });
    this.#send(entry);
  }

  async claim(number) {
    await this.act(number, "claim", {}, () => this.store.say("did_claim", { number }), (error) => this.lost(number, error));
  }

  release(number, why) { return this.act(number, "release", { why }, () => this.store.say("did_release", { number })); }
  giveBack(number, why) { return this.act(number, "return", { why }, () => this.store.say("did_return", { number })); }
  resolve(number, solution) { return this.act(number, "resolve", { solution }, () => this.store.say("did_resolve", { number })); }

  /** Says whether the note is stored; if not, the notice says why. */
  note(number, text) { return this.act(number, "note", { text }, () => this.store.say(null)); }

  /** Typing is a courtesy: a failure is nobody's business. */
  typing(number, on) { api.act(number, "typing", { on }).catch(() => {}); }

  /** Who comes too late for a claim reads who was first. */
  async lost(number, error) {
    if (error.code !== "already_claimed") return false;
    await this.reload(number);
    const name = this.store.case?.number === number ? this.store.case.agent_name : null;
    this.store.say(name ? "lost_claim" : "lost_claim_unnamed", { name }, true);
    return true;
  }

  /** Does one thing to a case and loads it again; says whether it worked, else the notice says why. */
  async act(number, what, body, done, failed = async () => false) {
    const { store } = this;
    if (store.busy) return false;
    store.busy = what;
    store.changed();
    try {
      await api.act(number, what, body);
      await this.reload(number);
      done();
      return true;
    } catch (error) {
      if (!(await failed(error))) this.complain(error);
      return false;
    } finally {
      store.busy = null;
      store.changed();
    }
  }

  async #send(entry) {
    const { store } = this;
    try {
      const { message } = await api.act(entry.number, "reply", {
        text: entry.text, client_message_id: entry.id, awaits_customer: Boolean(entry.awaits),
        cites: (entry.cites ?? []).map(({ slug, lang, query }) => ({ slug, lang, query })) });
      store.addMessage(entry.number, { client_message_id: entry.id, ...message });
      store.unqueue(entry.id);
      this.reload(entry.number);
    } catch (error) {
      store.mark(entry.id, { status: "failed", kind: error.kind ?? "server" });
      if (error.kind === "conflict") await this.reload(entry.number);
      if (error.kind === "signed_out") this.signedOut();
    }
  }

  async reload(number) {
    await Promise.all([this.loadQueue(), number === this.store.number ? this.loadCase() : null]);
  }

  async #loadQueue() {
    const { store, times } = this;
    try {
      const first = !store.views;
      const opening = this.#opening;
      this.#opening = null;
      if (first) await this.#takeViews(opening?.views);
      const { tab } = store;
      const shown = Math.min(Math.max(store.lists[tab]?.rows.length ?? 0, PAGE), LONGEST_PAGE);
      const filter = store.filterFor(tab);
      const known = first && opening?.query === queryOf(filter).toString();
      const asks = known ? opening.cases : api.cases(queryOf(filter, { limit: shown }));
      const [page] = await Promise.all([asks, first ? null : this.#takeViews()]);
      if (first) local.set("first_filter", filter);
      times.setNow(page.now);
      if (tab === store.tab) store.lists[tab] = { rows: page.cases, next: page.next };
      store.listProblem = null;
    } catch (error) {
      if (error.kind === "signed_out") this.signedOut();
      store.listProblem = error.kind ?? "server";
    }
    store.changed();
  }

  async #loadViews() {
    try {
      await this.#takeViews();
    } catch (error) {
      if (error.kind === "signed_out") this.signedOut();
    }
    this.store.changed();
  }

  async #takeViews(asked = api.views()) {
    const { store } = this;
    this.#counted.push(Date.now());
    const found = await asked;
    const first = store.views === null;
    Object.assign(store, { views: found.views, defaultView: found.default, mayShare: found.may_share });
    if (first || (store.tab !== "adhoc" && !found.views.some((view) => view.id === store.tab))) store.tab = found.default;
  }

  #countSoon() {
    if (this.#counting) return;
    this.#counted = this.#counted.filter((at) => at > Date.now() - COUNT_WITHIN_MS);
    const full = this.#counted.length >= COUNT_MOST ? this.#counted[0] + COUNT_WITHIN_MS - Date.now() : 0;
    const wait = full + Math.random() * Math.max(COUNT_SPREAD_MS, COUNT_SPREAD_EACH_MS * this.store.team.members.length);
    this.#counting = setTimeout(() => {
      this.#counting = 0;
      this.loadViews();
    }, wait);
  }

  async #loadCase() {
    const { store } = this;
    const { number } = store;
    if (!number) return;
    let found = null;
    let problem = null;
    try {
      found = await api.case(number);
    } catch (error) {
      if (error.kind === "signed_out") this.signedOut();
      problem = error.status === 404 ? "missing" : (error.kind ?? "server");
    }
    if (store.number !== number) return;
    if (found) {
      // A message that came over the live line while this answer was on its way is newer than the answer.
      const last = found.messages.at(-1)?.id ?? 0;
      const newer = store.case?.number === number ? store.case.messages.filter((m) => m.id > last) : [];
      store.case = { ...found, messages: [...found.messages, ...newer] };
    }
    store.caseProblem = problem;
    store.changed();
  }

  complain(error) {
    if (error.kind === "signed_out") this.signedOut();
    const known = { not_yours: "error_not_yours", closed: "error_closed", wrong_state: "error_wrong_state",
      not_here: "error_not_here", not_offered: "error_not_offered", not_taken: "error_not_taken" }[error.code];
    this.store.say(known ?? `error_${error.kind ?? "server"}`, {}, true);
    if (error.kind === "conflict") this.loadAll();
  }
}

/** What staff do at the desk: load, claim, reply, note, release, give back, resolve; results land in the store. */
import { api } from "./api.js";
import { coalesce } from "./view.js";

export class Work {
  /** @param signedOut called when the session has ended */
  constructor(store, times, signedOut) {
    Object.assign(this, { store, times, signedOut });
    this.loadQueue = coalesce(() => this.#loadQueue());
    this.loadCase = coalesce(() => this.#loadCase());
  }

  loadAll() { return Promise.all([this.loadQueue(), this.loadCase()]); }

  /** Raises nothing: an unsent reply stays in the transcript as failed, ready to be sent again. */
  reply(number, text) {
    const entry = { id: crypto.randomUUID(), number, text, at: new Date(this.times.now()).toISOString(), status: "sending" };
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
    await this.#act(number, "claim", {}, () => this.store.say("did_claim", { number }), async (error) => {
      if (error.code !== "already_claimed") return false;
      await this.#reload(number);
      const name = this.store.case?.number === number ? this.store.case.agent_name : null;
      this.store.say(name ? "lost_claim" : "lost_claim_unnamed", { name }, true);
      return true;
    });
  }

  release(number, why) { return this.#act(number, "release", { why }, () => this.store.say("did_release", { number })); }
  giveBack(number, why) { return this.#act(number, "return", { why }, () => this.store.say("did_return", { number })); }
  resolve(number, solution) { return this.#act(number, "resolve", { solution }, () => this.store.say("did_resolve", { number })); }

  /** Says whether the note is stored; if not, the notice says why. */
  note(number, text) { return this.#act(number, "note", { text }, () => this.store.say(null)); }

  /** Typing is a courtesy: a failure is nobody's business. */
  typing(number, on) { api.act(number, "typing", { on }).catch(() => {}); }

  async #act(number, what, body, done, failed = async () => false) {
    const { store } = this;
    if (store.busy) return false;
    store.busy = what;
    store.changed();
    try {
      await api.act(number, what, body);
      await this.#reload(number);
      done();
      return true;
    } catch (error) {
      if (!(await failed(error))) this.#complain(error);
      return false;
    } finally {
      store.busy = null;
      store.changed();
    }
  }

  async #send(entry) {
    const { store } = this;
    try {
      const { message } = await api.act(entry.number, "reply", { text: entry.text, client_message_id: entry.id });
      store.addMessage(entry.number, { client_message_id: entry.id, ...message });
      store.unqueue(entry.id);
      this.#reload(entry.number);
    } catch (error) {
      store.mark(entry.id, { status: "failed", kind: error.kind ?? "server" });
      if (error.kind === "conflict") await this.#reload(entry.number);
      if (error.kind === "signed_out") this.signedOut();
    }
  }

  async #reload(number) {
    await Promise.all([this.loadQueue(), number === this.store.number ? this.loadCase() : null]);
  }

  async #loadQueue() {
    const { store, times } = this;
    try {
      const [open, closing, closed] = await Promise.all(["open", "closing", "closed"].map((status) => api.cases(status)));
      times.setNow(open.now);
      store.lists = { open: open.cases, closing: closing.cases, closed: closed.cases };
      store.listProblem = null;
    } catch (error) {
      if (error.kind === "signed_out") this.signedOut();
      store.listProblem = error.kind ?? "server";
    }
    store.changed();
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

  #complain(error) {
    if (error.kind === "signed_out") this.signedOut();
    const known = { not_yours: "error_not_yours", closed: "error_closed", wrong_state: "error_wrong_state" }[error.code];
    this.store.say(known ?? `error_${error.kind ?? "server"}`, {}, true);
    if (error.kind === "conflict") this.loadAll();
  }
}

/** One customer's conversation: starts or resumes it, sends in order, listens, and falls back to polling. */
import { newId } from "./api.js";
import { LiveSocket, Poller } from "./socket.js";

const POLL_OPEN_MS = 3000;
const POLL_CLOSED_MS = 30000;
const FIRST_RECOVERY_MS = 4000;
const LONGEST_RECOVERY_MS = 60000;
// What passes by itself: the message goes out again without anybody's doing.
const PASSING = new Set(["network", "away"]);
const RENEW_EVERY_MS = 3600000;

export class Conversation {
  isOpen = false;
  #ready = false;
  #starting = null;
  #draining = false;
  #poller;
  #recovery = 0;
  #recoveryPause = FIRST_RECOVERY_MS;
  #socket;
  #seen = 0;
  #renewal = 0;

  constructor({ api, vault, store, partner, locale }) {
    Object.assign(this, { api, vault, store, partner, locale });
    api.token = vault.token;
    api.partner = partner;
    this.#socket = new LiveSocket(
      api.socketUrl,
      () => ({ type: "auth", token: api.token, partner, after: store.lastId }),
      {
        frame: (frame) => this.#onFrame(frame),
        up: () => this.#onUp(),
        down: () => this.#poller.start(),
        refused: () => this.#onRefused(),
      },
    );
    this.#poller = new Poller(() => (this.isOpen ? POLL_OPEN_MS : POLL_CLOSED_MS), () => this.#ask());
    for (const entry of vault.outbox) {
      // So does what a reload interrupted in the middle of sending.
      const failed = entry.kind && !PASSING.has(entry.kind);
      store.queue({ ...entry, status: failed ? "failed" : "queued" });
    }
    vault.watch((name) => this.#onOtherTab(name));
    addEventListener("online", () => this.#onUp());
  }

  /** Starts or resumes unless that is done; a failure becomes the problem on the screen and is returned as false. */
  async ensure() {
    try {
      await this.#ensure();
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    } finally {
      this.store.loading = false;
      this.store.changed();
    }
  }

  /** Sends `text` (or a button's payload); `shown` is what the bubble says meanwhile. */
  send(text, shown = text) {
    const entry = { clientId: newId(), text, shown, at: new Date().toISOString() };
    this.store.queue(entry);
    this.#keepOutbox();
    this.#drain();
  }

  retry(clientId) {
    this.store.mark(clientId, "queued");
    this.#drain();
  }

  /** Tries again whatever the notice on the screen is about. */
  async retryAll() {
    for (const entry of this.store.pending) if (entry.status === "failed") this.store.mark(entry.clientId, "queued");
    if (await this.ensure()) {
      this.#noProblem();
      await this.#drain();
    }
  }

  async setLanguage(locale) {
    this.locale = locale;
    if (!this.api.token) return;
    await this.#attempt(async () => {
      await this.api.setLanguage(locale);
      if (this.store.case) this.take(await this.api.resume());
    });
  }

  rate(messageId, helpful) {
    return this.#attempt(async () => this.take(await this.api.rate(messageId, helpful)));
  }

  async startNew() {
    this.#dropToken();
    this.store.loading = true;
    return this.ensure();
  }

  /** What the partner's site signed about its customer; empty: nobody any more. */
  identify(token) {
    this.identity = token || undefined;
    if (!token) this.#dropToken();
    else if (this.#ready) this.#attempt(() => this.#known());
  }

  async #known() {
    try {
      await this.api.call("PUT", "chat/identity", { identity: this.identity });
    } catch (error) {
      if (error.code !== "other_customer") throw error;
      this.#dropToken();
      if (this.isOpen) this.ensure();
    }
  }

  sendTyping(on) {
    this.#socket.send({ type: "typing", on });
  }

  /** Tells the agent how far the customer has read. */
  sendSeen(id) {
    if (!this.#socket.up || id <= this.#seen) return;
    this.#seen = id;
    this.#socket.send({ type: "seen", id });
  }

  async #attempt(work) {
    try {
      await work();
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #ensure() {
    if (this.#ready) return Promise.resolve();
    this.#starting ??= this.#start().finally(() => { this.#starting = null; });
    return this.#starting;
  }

  async #start() {
    let found = null;
    if (this.api.token) {
      try {
        found = await this.api.resume();
        if (this.identity) await this.#known();
        if (!this.api.token) found = null;
      } catch (error) {
        if (error.kind !== "refused" && error.status !== 404) throw error;
        this.#lose();
      }
    }
    const renewIn = found ? 0 : RENEW_EVERY_MS;
    if (!found) {
      found = await this.api.create(this.partner, this.locale, this.identity);
      this.api.token = this.vault.token = found.token;
    }
    this.take(found);
    this.#ready = true;
    this.#noProblem();
    this.#socket.start();
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => {
      import("./later/renewal.js").then(({ renew }) => renew(this.api, this.vault, this.#socket), () => {});
    }, renewIn);
    this.#drain();
  }

  /** Puts an answer of the API on the screen. */
  take(answer) {
    this.store.setStatus(answer);
    this.store.add(answer.messages);
  }

  async #drain() {
    if (this.#draining) return;
    this.#draining = true;
    try {
      let entry;
      while ((entry = this.store.pending.find((p) => p.status === "queued"))) await this.#deliver(entry);
    } finally {
      this.#draining = false;
    }
  }

  async #deliver(entry, again = false) {
    this.store.mark(entry.clientId, "sending");
    this.store.waitingForAnswer += 1;
    try {
      await this.#ensure();
      const answer = await this.api.send(entry.text, entry.clientId);
      this.store.confirm(entry.clientId, answer.message);
      this.take(answer);
      this.#noProblem();
    } catch (error) {
      if (error.kind === "refused" && !again) {
        this.#lose();
        await this.#deliver(entry, true);
        return;
      }
      this.store.mark(entry.clientId, "failed", error.kind);
      // What waits behind it would overtake it or fail the same way.
      for (const next of this.store.pending) {
        if (next.status === "queued") this.store.mark(next.clientId, "failed", error.kind);
      }
      this.#fail(error);
    } finally {
      this.store.waitingForAnswer -= 1;
      this.#keepOutbox();
      this.store.changed();
    }
  }

  #fail(error) {
    if (!error.kind) throw error;
    if (error.code.includes("identity")) {
      this.store.told = "identity";
      return;
    }
    this.store.setProblem(error.kind === "refused" ? "server" : error.kind);
    if (!PASSING.has(error.kind)) return;
    clearTimeout(this.#recovery);
    this.#recovery = setTimeout(() => this.#onUp(), Math.max(this.#recoveryPause, error.after * 1000));
    this.#recoveryPause = Math.min(this.#recoveryPause * 2, LONGEST_RECOVERY_MS);
  }

  #noProblem() {
    clearTimeout(this.#recovery);
    this.#recoveryPause = FIRST_RECOVERY_MS;
    this.store.setProblem(null);
  }

  #keepOutbox() {
    this.vault.outbox = this.store.pending.map(({ clientId, text, shown, at, status, kind }) => (
      { clientId, text, shown, at, kind: status === "failed" ? kind : null }
    ));
  }

  #dropToken() {
    this.#ready = false;
    this.#seen = 0;
    this.#socket.stop();
    this.#poller.stop();
    clearTimeout(this.#renewal);
    this.api.token = this.vault.token = null;
    this.store.clear();
  }

  #lose() {
    this.store.told = "started_anew";
    this.#dropToken();
  }

  #onFrame(frame) {
    if (frame.type === "message") this.store.add([frame.message]);
    else if (frame.type === "ready" || frame.type === "state") this.store.setStatus(frame);
    else if (frame.type === "queue") this.store.setQueue(frame);
    else if (frame.type === "typing") this.store.setTyping(frame.author, frame.on);
    else if (frame.type === "error") this.store.setProblem("server");
  }

  #onUp() {
    if (this.#socket.up) {
      this.#poller.stop();
      if (PASSING.has(this.store.problem?.kind)) this.#noProblem();
    }
    const cut = this.store.pending.filter((p) => p.status === "failed" && PASSING.has(p.kind));
    for (const entry of cut) this.store.mark(entry.clientId, "queued");
    if (cut.length) this.#drain();
    else if (this.isOpen) this.ensure();
  }

  #onRefused() {
    this.#lose();
    if (this.isOpen) this.ensure();
  }

  /** One question of the poller; false ends the polling. */
  async #ask() {
    if (this.#socket.up || !this.#ready) return false;
    try {
      const answer = await this.api.after(this.store.lastId);
      this.take(Array.isArray(answer) ? { messages: answer } : answer);
      if (PASSING.has(this.store.problem?.kind)) this.#noProblem();
    } catch (error) {
      if (error.kind === "refused") {
        this.#onRefused();
        return false;
      }
      if (this.isOpen) this.#fail(error);
    }
    return true;
  }

  // Another tab sent what this one still shows as unsent, or started a new conversation.
  #onOtherTab(name) {
    if (name === "outbox") {
      const left = new Set(this.vault.outbox.map((entry) => entry.clientId));
      for (const { clientId, status } of this.store.pending) {
        if (status === "failed" && !left.has(clientId)) this.store.forget(clientId);
      }
    }
    if (name === "token" && this.vault.token && this.vault.token !== this.api.token) {
      const { token } = this.vault;
      const talk = (text) => text?.split(".", 2).join();
      if (talk(token) === talk(this.api.token)) { // Renewed over there.
        this.api.token = token;
        return;
      }
      this.#dropToken();
      this.api.token = this.vault.token = token;
      this.ensure();
    }
  }
}

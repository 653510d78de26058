/** One customer's conversation: starts or resumes it, sends in order, listens, and falls back to polling. */
import { Delivery, PASSING } from "./delivery.js";
import { LiveSocket, Poller } from "./socket.js";

const POLL_OPEN_MS = 3000;
const POLL_CLOSED_MS = 30000;
const FIRST_RECOVERY_MS = 4000;
const LONGEST_RECOVERY_MS = 60000;
const RENEW_EVERY_MS = 3600000;

export class Conversation {
  isOpen = false;
  #ready = false;
  #starting = null;
  #delivery;
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
    this.#delivery = new Delivery({ api, vault, store }, {
      ensure: () => this.#ensure(),
      arrived: (answer) => {
        this.take(answer);
        this.#noProblem();
      },
      refused: () => this.#lose(),
      failed: (error) => this.#fail(error),
    });
    vault.watch((name) => import("./later/tabs.js").then(({ follow }) => follow(name, this), () => {}));
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
    this.#delivery.add(text, shown);
  }

  retry(clientId) {
    this.#delivery.again((entry) => entry.clientId === clientId);
  }

  /** Tries again whatever the notice on the screen is about. */
  async retryAll() {
    if (await this.ensure()) {
      this.#noProblem();
      this.#delivery.again(() => true);
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
    this.dropToken();
    this.store.loading = true;
    return this.ensure();
  }

  /** What the partner's site signed about its customer; empty: nobody any more. */
  identify(token) {
    this.identity = token || undefined;
    if (!token) this.dropToken();
    else if (this.#ready) this.#attempt(() => this.#known());
  }

  async #known() {
    try {
      await this.api.call("PUT", "chat/identity", { identity: this.identity });
    } catch (error) {
      if (error.code !== "other_customer") throw error;
      this.dropToken();
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
    this.#delivery.drain();
  }

  /** Puts an answer of the API on the screen. */
  take(answer) {
    this.store.setStatus(answer);
    this.store.add(answer.messages);
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

  dropToken() {
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
    this.dropToken();
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
    if (!this.#delivery.again((entry) => PASSING.has(entry.kind)) && this.isOpen) this.ensure();
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
}

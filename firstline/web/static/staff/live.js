/** The live line: what changed at the desk, the open conversation's messages, and polling while the line is down. */
import { LiveSocket } from "/widget/static/socket.js";
import { api } from "./api.js";

const POLL_EVERY_MS = 15_000;
const TYPING_LASTS_MS = 8000;
const ACTIVE_EVERY_MS = 30_000;
const TEAM_WITHIN_MS = 2000;
const CASE_WITHIN_MS = 1500;
const OF_THE_OPEN_CASE = new Set(["message", "seen", "watchers", "typing"]);

export class Live {
  #number = null;
  #typingEnd = 0;
  #colleagueEnd = 0;
  #teamSoon = 0;
  #caseSoon = 0;
  #activeAt = 0;

  /** @param alerted (frame) for every frame that somebody may have to be told of */
  constructor(store, work, signedOut, alerted) {
    Object.assign(this, { store, work, alerted });
    // The cookie speaks for the session, so the first frame only asks for a sign of life.
    this.socket = new LiveSocket(api.socketUrl(), () => ({ type: "ping" }), {
      frame: (frame) => this.#receive(frame),
      up: () => this.#up(),
      down: () => this.#line("down"),
      refused: signedOut,
    });
  }

  start() {
    this.socket.start();
    for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, () => this.#active(), { passive: true, capture: true });
    setInterval(() => { if (this.store.line === "down") this.work.loadAll(); }, POLL_EVERY_MS);
  }

  /** Asks for the messages of one conversation; null for none. */
  watch(number) {
    if (number || this.#number) this.socket.send({ type: "watch", number });
    this.#number = number;
  }

  #up() {
    const again = this.store.line === "down";
    this.#line("up");
    this.watch(this.#number);
    // The team knows this window only now.
    if (again) this.work.loadAll();
    else this.work.loadTeam();
  }

  #active() {
    if (Date.now() - this.#activeAt < ACTIVE_EVERY_MS) return;
    this.#activeAt = Date.now();
    this.socket.send({ type: "active" });
  }

  // A whole team comes back at once when the server was started again.
  #loadTeamSoon() {
    this.#teamSoon ||= setTimeout(() => {
      this.#teamSoon = 0;
      this.work.loadTeam();
    }, Math.random() * TEAM_WITHIN_MS);
  }

  // The row says most of it at once. What words change beside it, such as what the case is known to be about, can wait.
  #caseChanged(frame) {
    if (frame.row) this.store.amend(frame.row);
    if (frame.kind === "message") this.#loadCaseSoon();
    else this.work.loadCase();
  }

  #loadCaseSoon() {
    // A case that is still on its way may have been read before the change.
    if (!this.store.case) this.work.loadCase();
    else this.#caseSoon ||= setTimeout(() => {
      this.#caseSoon = 0;
      this.work.loadCase();
    }, CASE_WITHIN_MS);
  }

  #line(line) {
    this.store.line = line;
    this.store.changed();
  }

  #receive(frame) {
    const { store, work } = this;
    // One of the case just left may still be on its way.
    if (OF_THE_OPEN_CASE.has(frame.type) && frame.number !== store.number) return;
    if (frame.type === "overflow") {
      work.loadAll();
    } else if (frame.type === "case") {
      this.alerted(frame);
      if (frame.kind === "message" && (frame.number !== store.number || document.hidden)) store.unread.add(frame.number);
      if (frame.row) work.putRow(frame.row);
      else work.loadQueue();
      if (frame.number === store.number) this.#caseChanged(frame);
    } else if (frame.type === "message") {
      store.addMessage(frame.number, frame.message);
      this.#loadCaseSoon();
    } else if (frame.type === "mention" || frame.type === "mentions_read") {
      if (frame.to !== store.staff?.id) return;
      work.loadMentions();
      if (frame.type === "mention") this.alerted(frame);
    } else if (frame.type === "team") {
      this.#loadTeamSoon();
    } else if (frame.type === "seen") {
      store.amend({ customer_seen: frame.id });
    } else if (frame.type === "watchers") {
      store.amend({ watchers: frame.watchers.filter(({ id }) => id !== store.staff?.id) });
    } else if (frame.type === "typing" && frame.author === "agent") {
      clearTimeout(this.#colleagueEnd);
      this.#colleague(frame.on ? frame.name : null);
      if (frame.on) this.#colleagueEnd = setTimeout(() => this.#colleague(null), TYPING_LASTS_MS);
    } else if (frame.type === "typing" && frame.author === "customer") {
      clearTimeout(this.#typingEnd);
      this.#typing(frame.on);
      if (frame.on) this.#typingEnd = setTimeout(() => this.#typing(false), TYPING_LASTS_MS);
    }
  }

  #colleague(name) {
    this.store.colleagueTyping = name;
    this.store.changed();
  }

  #typing(on) {
    this.store.customerTyping = on;
    this.store.changed();
  }
}

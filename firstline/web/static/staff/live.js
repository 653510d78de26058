/** The live line: what changed at the desk, the open conversation's messages, and polling while the line is down. */
import { LiveSocket } from "/widget/static/socket.js";
import { api } from "./api.js";

const POLL_EVERY_MS = 15_000;
const TYPING_LASTS_MS = 8000;

export class Live {
  #number = null;
  #typingEnd = 0;

  constructor(store, work, signedOut) {
    Object.assign(this, { store, work });
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
    setInterval(() => { if (this.store.line === "down") this.work.loadAll(); }, POLL_EVERY_MS);
  }

  /** Asks for the messages of one conversation; null for none. */
  watch(number) {
    this.#number = number;
    if (number) this.socket.send({ type: "watch", number });
  }

  #up() {
    const again = this.store.line === "down";
    this.#line("up");
    this.watch(this.#number);
    if (again) this.work.loadAll();
  }

  #line(line) {
    this.store.line = line;
    this.store.changed();
  }

  #receive(frame) {
    const { store, work } = this;
    if (frame.type === "overflow") {
      work.loadAll();
    } else if (frame.type === "case") {
      if (frame.kind === "message" && (frame.number !== store.number || document.hidden)) store.unread.add(frame.number);
      work.loadQueue();
      if (frame.number === store.number) work.loadCase();
    } else if (frame.type === "message") {
      // Frames don't say whose they are, and one of the case just left may still be on its way: the case is asked.
      work.loadCase();
    } else if (frame.type === "typing" && frame.author === "customer") {
      clearTimeout(this.#typingEnd);
      this.#typing(frame.on);
      if (frame.on) this.#typingEnd = setTimeout(() => this.#typing(false), TYPING_LASTS_MS);
    }
  }

  #typing(on) {
    this.store.customerTyping = on;
    this.store.changed();
  }
}

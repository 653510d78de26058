/** The live line to the server: one WebSocket that comes back by itself, with growing pauses, and catches up. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;
const PING_EVERY_MS = 25000;
const TOKEN_REFUSED = 4401;

export class LiveSocket {
  up = false;
  #socket = null;
  #pause = FIRST_PAUSE_MS;
  #timer = 0;
  #pinger = 0;
  #answered = true;
  #wanted = false;

  /**
   * @param url address of the socket
   * @param hello () => first frame, made anew for each connection so that `after` is current
   * @param on {frame(frame), up(), down(), refused()}
   */
  constructor(url, hello, on) {
    Object.assign(this, { url, hello, on });
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.#hurry(); });
  }

  start() {
    this.#wanted = true;
    if (!this.#socket) this.#connect();
  }

  stop() {
    this.#wanted = false;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#lost();
    socket?.close();
  }

  send(frame) {
    if (this.up) this.#socket.send(JSON.stringify(frame));
  }

  #connect() {
    clearTimeout(this.#timer);
    let socket;
    try {
      socket = new WebSocket(this.url);
    } catch {
      this.on.down();
      this.#later();
      return;
    }
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(this.hello()));
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#receive(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (socket !== this.#socket) return;
      this.#lost();
      if (event.code === TOKEN_REFUSED) {
        this.#wanted = false;
        this.on.refused();
        return;
      }
      this.on.down();
      this.#later();
    };
  }

  #receive(frame) {
    this.#answered = true;
    if (frame.type === "pong") return;
    if (frame.type === "ready") {
      this.up = true;
      this.#pause = FIRST_PAUSE_MS;
      clearInterval(this.#pinger);
      this.#pinger = setInterval(() => this.#ping(), PING_EVERY_MS);
      this.on.up();
    }
    this.on.frame(frame);
  }

  // A line that died without a word (sleep, change of network) shows as a ping without an answer.
  #ping() {
    if (!this.#answered) {
      const socket = this.#socket;
      this.#lost();
      socket.close();
      this.on.down();
      this.#later();
      return;
    }
    this.#answered = false;
    this.send({ type: "ping" });
  }

  #lost() {
    this.up = false;
    this.#socket = null;
    this.#answered = true;
    clearInterval(this.#pinger);
  }

  #later() {
    if (!this.#wanted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), this.#pause * (0.75 + Math.random() / 2));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  #hurry() {
    if (!this.#wanted || this.#socket) return;
    this.#pause = FIRST_PAUSE_MS;
    this.#connect();
  }
}

/** Asks again and again while the live line is down; one timer, however often it is started. */
export class Poller {
  #timer = 0;

  /** @param pause () => milliseconds until the next question; @param ask async () => whether to go on */
  constructor(pause, ask) {
    Object.assign(this, { pause, ask });
  }

  start() {
    if (!this.#timer) this.#next();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  #next() {
    const timer = setTimeout(async () => {
      const goOn = await this.ask();
      if (timer !== this.#timer) return; // Stopped, perhaps started again, while the answer was on its way.
      if (goOn) this.#next();
      else this.stop();
    }, this.pause());
    this.#timer = timer;
  }
}

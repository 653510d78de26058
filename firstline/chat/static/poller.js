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

/** Sends a customer's messages one after the other, each once, and keeps what has not arrived. */
import { newId } from "./api.js";

// What passes by itself: the message goes out again without anybody's doing.
export const PASSING = new Set(["network", "away"]);

export class Delivery {
  #draining = false;

  /** `on` holds what the conversation does: `ensure` it exists, and hear what `arrived`, was `refused` or `failed`. */
  constructor({ api, vault, store }, on) {
    Object.assign(this, { api, vault, store, on });
    for (const entry of vault.outbox) {
      // So does what a reload interrupted in the middle of sending.
      const failed = entry.kind && !PASSING.has(entry.kind);
      store.queue({ ...entry, status: failed ? "failed" : "queued" });
    }
  }

  add(text, shown) {
    this.store.queue({ clientId: newId(), text, shown, at: new Date().toISOString() });
    this.#keep();
    this.drain();
  }

  /** Sends those that failed and are `wanted` once more; how many there are. */
  again(wanted) {
    const cut = this.store.pending.filter((entry) => entry.status === "failed" && wanted(entry));
    for (const entry of cut) this.store.mark(entry.clientId, "queued");
    if (cut.length) this.drain();
    return cut.length;
  }

  async drain() {
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
      await this.on.ensure();
      const answer = await this.api.send(entry.text, entry.clientId);
      this.store.confirm(entry.clientId, answer.message);
      this.on.arrived(answer);
    } catch (error) {
      if (error.kind === "refused" && !again) {
        this.on.refused();
        await this.#deliver(entry, true);
        return;
      }
      this.store.mark(entry.clientId, "failed", error.kind);
      // What waits behind it would overtake it or fail the same way.
      for (const next of this.store.pending) {
        if (next.status === "queued") this.store.mark(next.clientId, "failed", error.kind);
      }
      this.on.failed(error);
    } finally {
      this.store.waitingForAnswer -= 1;
      this.#keep();
      this.store.changed();
    }
  }

  #keep() {
    this.vault.outbox = this.store.pending.map(({ clientId, text, shown, at, status, kind }) => (
      { clientId, text, shown, at, kind: status === "failed" ? kind : null }
    ));
  }
}

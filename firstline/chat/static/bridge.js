/** Talks with the loader on the partner's page; exact origin and exact window, both ways. */
export class Bridge {
  #origin = null;

  /** @param on {open({text, focus}), close()} */
  constructor(parentOrigin, on) {
    try {
      if (window.parent !== window && new URL(parentOrigin).origin === parentOrigin) this.#origin = parentOrigin;
    } catch {
      // Not an origin: the frame was opened by itself.
    }
    if (!this.#origin) return;
    addEventListener("message", (event) => {
      if (event.origin !== this.#origin || event.source !== window.parent) return;
      on[event.data?.firstline]?.(event.data);
    });
  }

  /** False when the frame is a page of its own: it is then always open and has nothing to close. */
  get embedded() { return this.#origin !== null; }

  labels(labels) { this.#tell({ firstline: "labels", ...labels }); }
  close() { this.#tell({ firstline: "close" }); }

  #tell(message) {
    if (this.#origin) window.parent.postMessage(message, this.#origin);
  }
}

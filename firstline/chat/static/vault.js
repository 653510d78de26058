/** What the browser keeps for one partner: token, unsent messages, language choice; the draft lives in its tab only. */
export class Vault {
  #prefix;
  #memory = new Map();

  constructor(partner) {
    this.#prefix = `firstline:${partner}:`;
  }

  get token() { return this.read("token"); }
  set token(value) { this.write("token", value); }

  /** Messages not yet known to be stored: [{clientId, text, shown, at, kind}, kind = why it failed or null]. */
  get outbox() { return this.read("outbox") ?? []; }
  set outbox(value) { this.write("outbox", value.length ? value : null); }

  get draft() { return this.read("draft", "session") ?? ""; }
  set draft(value) { this.write("draft", value || null, "session"); }

  /** Calls back with the name of what another tab has changed. */
  watch(changed) {
    addEventListener("storage", (event) => {
      if (event.key?.startsWith(this.#prefix)) changed(event.key.slice(this.#prefix.length));
    });
  }

  // Browsers may refuse storage (private mode, blocked third parties): the chat then lasts as long as its page.
  read(name, area = "local") {
    const key = this.#prefix + name;
    try {
      const text = storage(area).getItem(key);
      return text === null ? null : JSON.parse(text);
    } catch {
      return this.#memory.get(area + key) ?? null;
    }
  }

  write(name, value, area = "local") {
    const key = this.#prefix + name;
    this.#memory.set(area + key, value);
    try {
      if (value === null) storage(area).removeItem(key);
      else storage(area).setItem(key, JSON.stringify(value));
    } catch {
      // Kept in memory above.
    }
  }
}

function storage(area) {
  return area === "session" ? window.sessionStorage : window.localStorage;
}

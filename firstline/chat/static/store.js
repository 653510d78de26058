/**
 * What is on the screen: stored messages by id, unsent ones after them, state, case, typing, problem.
 *
 * An own message that arrives over the socket before the answer to its POST takes the place of its unsent bubble: by
 * the client's id if the server sends it, else of the bubble it most likely is; confirm() then settles it for certain.
 */
export class Store {
  state = "bot";
  case = null;
  loading = true;
  told = ""; // by later/told.js
  problem = null; // {kind}
  typing = { bot: false, agent: false };
  waitingForAnswer = 0;
  #messages = new Map();
  #pending = []; // {clientId, text, shown, at, status: "queued"|"sending"|"failed", kind, adopted}
  #keys = new Map(); // message id -> key of the bubble it had before it was stored
  #listeners = [];
  #painting = false;
  #agentName = null;

  onChange(listener) { this.#listeners.push(listener); }

  /** Listeners run once per task, however many changes it makes. */
  changed() {
    if (this.#painting) return;
    this.#painting = true;
    queueMicrotask(() => {
      this.#painting = false;
      for (const listener of this.#listeners) listener();
    });
  }

  get lastId() { return Math.max(0, ...this.#messages.keys()); }
  get pending() { return this.#pending; }
  get messages() { return [...this.#messages.values()].sort((a, b) => a.id - b.id); }

  /** Bubbles in order: [{key, message, status, clientId}], status null for all but the customer's own. */
  get items() {
    const own = new Map(this.#pending.filter((p) => p.adopted).map((p) => [p.adopted, p]));
    const items = this.messages.map((message) => {
      const entry = own.get(message.id);
      const status = message.author !== "customer" ? null : entry?.status === "failed" ? "failed" : "sent";
      return { key: this.#keys.get(message.id) ?? `m${message.id}`, message, status, clientId: entry?.clientId };
    });
    for (const entry of this.#pending) {
      if (entry.adopted) continue;
      const message = { id: 0, author: "customer", text: entry.shown, created_at: entry.at };
      const status = entry.status === "failed" ? "failed" : "sending";
      items.push({ key: entry.clientId, message, status, clientId: entry.clientId });
    }
    return items;
  }

  /** The name of the agent who speaks in this conversation, as far as the server tells it. */
  get agentName() {
    return this.#agentName ?? this.messages.findLast((m) => m.author === "agent")?.author_name ?? "";
  }

  /** Id of the message a rating of the whole conversation is tied to: the last answer. */
  get rateable() { return this.#lastAnswer?.id ?? 0; }

  /** Whether that message has been rated already, before a reload or in another tab. */
  get rated() { return typeof this.#lastAnswer?.helpful === "boolean"; }

  get #lastAnswer() { return this.messages.findLast((m) => m.author === "bot" || m.author === "agent"); }

  /** Titles of buttons that were pressed, as `${message id}:${title}`: the first own message after an offer decides. */
  get pressed() {
    const pressed = new Set();
    let offers = [];
    for (const { message } of this.items) {
      if (message.author === "customer") {
        for (const offer of offers) pressed.add(`${offer.id}:${message.text}`);
        offers = [];
      } else if (message.buttons?.length) offers.push(message);
    }
    return pressed;
  }

  setStatus({ state, case: caseInfo, agent_name: agentName }) {
    if (state) this.state = state;
    if (caseInfo !== undefined) this.case = caseInfo;
    if (agentName !== undefined) this.#agentName = agentName;
    if (this.state !== "human" && this.state !== "waiting") this.typing.agent = false;
    this.changed();
  }

  /** Place in line, expected wait and who is there have changed; the rest of the case has not. */
  setQueue({ position, wait, duty }) {
    if (this.case) this.case = { ...this.case, position, wait, duty };
    this.changed();
  }

  setProblem(kind) {
    this.problem = kind ? { kind } : null;
    this.changed();
  }

  setTyping(author, on) {
    if (author in this.typing) this.typing[author] = on;
    this.changed();
  }

  add(messages) {
    for (const message of messages ?? []) {
      if (message.author === "customer" && !this.#messages.has(message.id)) this.#adopt(message);
      else if (message.author in this.typing) this.typing[message.author] = false;
      this.#messages.set(message.id, message);
    }
    this.changed();
  }

  queue(entry) {
    this.#pending.push({ status: "queued", adopted: 0, ...entry });
    this.changed();
  }

  mark(clientId, status, kind = null) {
    const entry = this.#pending.find((p) => p.clientId === clientId);
    if (entry) Object.assign(entry, { status, kind });
    this.changed();
  }

  /** The POST of `clientId` was answered: `message` is how the server stored it (absent from older servers). */
  confirm(clientId, message) {
    const entry = this.#pending.find((p) => p.clientId === clientId);
    this.#pending = this.#pending.filter((p) => p !== entry);
    const id = message?.id ?? entry?.adopted;
    if (entry?.adopted && entry.adopted !== id) this.#keys.delete(entry.adopted);
    if (entry && id) this.#keys.set(id, clientId);
    if (message) this.#messages.set(message.id, message);
    this.changed();
  }

  forget(clientId) {
    this.#pending = this.#pending.filter((p) => p.clientId !== clientId);
    this.changed();
  }

  clear() {
    this.#messages.clear();
    this.#keys.clear();
    for (const entry of this.#pending) entry.adopted = 0;
    this.#agentName = null;
    Object.assign(this, { state: "bot", case: null, typing: { bot: false, agent: false } });
    this.changed();
  }

  #adopt(message) {
    const open = this.#pending.filter((p) => !p.adopted);
    const entry = message.client_message_id ? open.find((p) => p.clientId === message.client_message_id)
      : open.find((p) => same(p.shown, message.text)) ?? open.find((p) => p.status === "sending");
    if (!entry) return;
    entry.adopted = message.id;
    this.#keys.set(message.id, entry.clientId);
  }
}

function same(a, b) {
  return a.normalize("NFC").trim() === String(b).normalize("NFC").trim();
}

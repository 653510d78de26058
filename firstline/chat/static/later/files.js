/** Files: chosen, dropped or pasted; sent one after the other with progress; shown in the conversation. */
import { h, icon } from "../dom.js";
import { newId } from "../api.js";
import { send } from "./sending.js";

const PATHS = {
  file: "M6.500 3.500h7.500l4 4v13H6.500zM14 3.500v4h4",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9.500h.1",
  save: "M12 4v11M6.500 10l5.500 5.500L17.500 10M5 19.500h14",
};
const PICTURES = new Set(["png", "jpg", "gif", "webp", "heic"]);
// Nothing changes when the same bytes are sent again.
const FINAL = new Set(["too_large", "empty", "kind", "infected", "too_many", "cut"]);

export class Files {
  #entries = []; // {id, name, size, file, share, state: "waiting"|"sending"|"failed", problem, stop}
  #rules = null;
  #running = false;
  #rows = new Map();
  #askedForCut = false;

  /** @param parts with choose(), which opens the browser's file dialog */
  constructor(parts) {
    Object.assign(this, parts);
    this.warning = h("p", { class: "files-warning" });
    this.list = h("ul", { class: "uploads" });
    this.status = h("p", { class: "unseen", role: "status" });
    this.node = h("section", { class: "files", hidden: true }, this.warning, this.list, this.status);
  }

  /** Takes files in; what can't be sent says why at once. */
  async add(files) {
    const added = files.map((file) => (
      { id: newId(), name: file.name, size: file.size, file, share: 0, state: "waiting", problem: null, stop: null }));
    this.#entries.push(...added);
    this.#keep();
    this.store.changed();
    await this.#run();
  }

  render() {
    const { words, store } = this;
    this.#findCut();
    const here = new Set(store.messages.map((m) => m.client_message_id));
    this.#entries = this.#entries.filter((entry) => !here.has(entry.id));
    this.node.hidden = !this.#entries.length;
    this.node.setAttribute("aria-label", words.t("files_label"));
    this.warning.textContent = words.t("files_warning");
    const rows = this.#entries.map((entry) => this.#row(entry));
    for (const child of [...this.list.children]) if (!rows.includes(child)) child.remove();
    for (const row of rows) if (row.parentNode !== this.list) this.list.append(row);
  }

  /** The cards of a message's files. */
  attachments({ attachments }) {
    const { words } = this;
    return h("div", { class: "cards" }, ...attachments.map((file) => {
      const ready = file.state === "ready";
      const text = [h("b", {}, file.name), h("span", { class: "excerpt" }, ready ? this.#size(file.bytes) : words.t(`file_${file.state}`))];
      const look = icon(PICTURES.has(file.kind) ? "picture" : "file", PATHS);
      if (!ready) return h("div", { class: "card" }, look, h("span", { class: "card-text" }, ...text));
      return h("button", { type: "button", class: "card", "aria-label": words.t("file_save", { name: file.name, size: this.#size(file.bytes) }),
        onclick: () => this.#save(file) }, look, h("span", { class: "card-text" }, ...text), icon("save", PATHS));
    }));
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    try {
      let entry;
      while ((entry = this.#entries.find((e) => e.state === "waiting"))) await this.#send(entry);
    } finally {
      this.#running = false;
    }
  }

  async #send(entry) {
    const { api, conversation, words } = this;
    entry.state = "sending";
    this.store.changed();
    let problem = null;
    try {
      if (!(await conversation.ensure())) throw Object.assign(new Error("no conversation"), { kind: "network" });
      this.#rules ??= await api.call("GET", "chat/files");
      if (entry.size > this.#rules.max_bytes) problem = "too_large";
      else if (!entry.size) problem = "empty";
      else if (entry.state === "sending") {
        const to = { url: new URL("chat/files", api.base), headers: api.sender };
        const answer = await send(to, entry, () => this.render());
        conversation.take({ ...answer, messages: [answer.message, ...answer.messages] });
        this.#say(words.t("file_sent", { name: entry.name }));
        this.#drop(entry);
        return;
      }
    } catch (error) {
      if (!error.kind) throw error;
      problem = error.kind === "away" ? "server" : error.kind; // A file does not go out again by itself.
    }
    if (!this.#entries.includes(entry)) return;
    Object.assign(entry, { state: "failed", problem, stop: null, share: 0 });
    this.#keep();
    this.#say(`${entry.name}: ${this.#problem(entry)}`);
    this.store.changed();
  }

  #row(entry) {
    const { words } = this;
    const looks = JSON.stringify([entry.state, entry.problem, words.lang]);
    let row = this.#rows.get(entry.id);
    if (row?.looks !== looks) {
      const failed = entry.state === "failed";
      const node = h("li", { class: `upload ${entry.state}` },
        h("span", { class: "upload-name" }, icon("file", PATHS), h("b", {}, entry.name), h("span", {}, this.#size(entry.size))),
        failed ? h("p", { class: "problem" }, icon("alert"), this.#problem(entry))
          : h("progress", { max: "1", "aria-label": words.t("file_progress", { name: entry.name }) }),
        h("span", { class: "upload-actions" },
          failed && !FINAL.has(entry.problem) && this.#button("retry", entry, () => this.#retry(entry)),
          entry.problem === "cut" && this.#button("file_choose", entry, () => { this.#drop(entry); this.choose(); }),
          this.#button(failed ? "file_remove" : "file_stop", entry, () => this.#stop(entry))));
      row?.node.replaceWith(node);
      row = { node, looks, bar: node.querySelector("progress") };
      this.#rows.set(entry.id, row);
    }
    if (row.bar && entry.state === "sending") row.bar.value = entry.share;
    return row.node;
  }

  #button(key, entry, onclick) {
    return h("button", { type: "button", class: "link", onclick }, this.words.t(key),
      h("span", { class: "unseen" }, ` ${entry.name}`));
  }

  #problem({ problem }) {
    const { words } = this;
    const limit = this.#rules ? this.#size(this.#rules.max_bytes) : "";
    return words.t(`file_problem_${problem}`, { limit, count: this.#rules?.max_files ?? "" });
  }

  #retry(entry) {
    Object.assign(entry, { state: "waiting", problem: null });
    this.#keep();
    this.store.changed();
    this.#run();
  }

  #stop(entry) {
    this.#drop(entry);
    entry.stop?.();
    this.#say(this.words.t("file_stopped", { name: entry.name }));
  }

  #drop(entry) {
    this.#entries = this.#entries.filter((e) => e !== entry);
    this.#rows.delete(entry.id);
    this.#keep();
    this.store.changed();
  }

  #say(text) { this.status.textContent = text; }

  // A page that is loaded anew has lost the files themselves: their names are kept, so that the customer is told.
  #keep() {
    const open = this.#entries.map(({ id, name, size }) => ({ id, name, size }));
    this.vault.write("uploads", open.length ? open : null, "session");
  }

  #findCut() {
    if (this.#askedForCut || this.store.loading) return;
    this.#askedForCut = true;
    const known = new Set(this.#entries.map((entry) => entry.id));
    const cut = (this.vault.read("uploads", "session") ?? []).filter(({ id }) => !known.has(id));
    this.#entries.unshift(...cut.map((entry) => ({ ...entry, file: null, share: 0, state: "failed", problem: "cut", stop: null })));
  }

  async #save(file) {
    const { api, store } = this;
    try {
      const answer = await fetch(new URL(`chat/files/${file.id}`, api.base), {
        headers: api.sender, credentials: "omit", cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      const url = URL.createObjectURL(await answer.blob());
      h("a", { href: url, download: file.name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60000);
    } catch {
      store.setProblem("server");
    }
  }

  #size(bytes) {
    const { words } = this;
    const [unit, divisor] = bytes < 1e6 ? ["KB", 1e3] : ["MB", 1e6];
    const value = bytes / divisor;
    return `${words.number(value < 10 ? Math.ceil(value * 10) / 10 : Math.round(value))} ${unit}`;
  }
}

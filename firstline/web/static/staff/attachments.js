/** Files in a case: as cards in the transcript, pictures small and on demand; and the agent's own on their way. */
import { send } from "/widget/static/later/sending.js";
import { canSpeak } from "./casehead.js";
import { h, icon, when } from "./view.js";

const PICTURES = new Set(["png", "jpg", "gif", "webp"]);
// Nothing changes when the same bytes are sent again.
const FINAL = new Set(["too_large", "empty", "kind", "infected", "too_many"]);

/** The cards of one message's files; a file that no scanner has seen says so. */
export function attachmentCards(words, files) {
  return h("ul", { class: "attachments" }, ...files.map((file) => {
    const href = `/api/desk/files/${encodeURIComponent(file.id)}`;
    const about = file.state === "ready" ? sizeOf(file.bytes) : words.t(`file_${file.state}`);
    const name = file.state === "ready" ? h("a", { href, download: file.name }, file.name) : h("b", {}, file.name);
    return h("li", { "data-state": file.state }, icon("clip"), name, h("span", { class: "quiet" }, about,
      file.state === "ready" && !file.scanned && ` · ${words.t("file_unscanned")}`),
    file.state === "ready" && PICTURES.has(file.kind) && h("details", {}, h("summary", {}, words.t("file_show")),
      h("img", { src: href, alt: file.name, loading: "lazy" })));
  }));
}

export class Uploads {
  #entries = []; // {id, number, name, size, file, share, state: "sending"|"failed", problem, stop}
  #rules = null;

  /** @param on {rules() -> Promise, sent(number)} */
  constructor(store, words, on) {
    Object.assign(this, { store, words, on });
    this.input = h("input", { type: "file", multiple: true, hidden: true, onchange: () => {
      this.add([...this.input.files]);
      this.input.value = "";
    } });
    this.button = h("button", { type: "button", class: "icon-button", "data-do": "attach", onclick: () => this.input.click() }, icon("clip"));
    this.list = h("ul", { class: "uploads" });
    this.status = h("p", { class: "unseen", role: "status" });
    this.node = h("div", { class: "uploads-area" }, this.input, this.list, this.status);
  }

  /** Takes dropped and pasted files from `node`; copied cells bring a picture along and are meant as text. */
  listen(node) {
    for (const name of ["dragover", "drop"]) {
      node.addEventListener(name, (event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        if (name === "drop") this.add([...event.dataTransfer.files]);
      });
    }
    node.addEventListener("paste", (event) => {
      const { files, types } = event.clipboardData;
      if (!files.length || types.includes("text/plain")) return;
      event.preventDefault();
      this.add([...files]);
    });
  }

  add(files) {
    const { case: found } = this.store;
    if (!found || !canSpeak(found)) return;
    for (const file of files) {
      const entry = { id: crypto.randomUUID(), number: found.number, name: file.name, size: file.size, file, share: 0, problem: null };
      this.#entries.push(entry);
      this.#send(entry);
    }
  }

  render() {
    const { store: { case: found }, words } = this;
    this.button.hidden = !found || !canSpeak(found);
    this.button.setAttribute("aria-label", words.t("file_attach"));
    this.button.title = words.t("file_attach");
    const shown = this.#entries.filter((entry) => entry.number === found?.number);
    when(this.list, [words.lang, shown.map(({ id, state, problem }) => [id, state, problem])], () => {
      this.list.replaceChildren(...shown.map((entry) => this.#row(entry)));
    });
    for (const entry of shown) if (entry.bar) entry.bar.value = entry.share;
  }

  async #send(entry) {
    Object.assign(entry, { state: "sending", problem: null });
    this.store.changed();
    try {
      this.#rules ??= await this.on.rules();
      if (entry.size > this.#rules.max_bytes) throw Object.assign(new Error(), { kind: "too_large" });
      const url = new URL(`/api/desk/cases/${encodeURIComponent(entry.number)}/files`, location.href);
      await send({ url, headers: { "X-Firstline-Request": "1" } }, entry, () => this.render());
      this.#drop(entry);
      this.status.textContent = this.words.t("file_sent", { name: entry.name });
      this.on.sent(entry.number);
    } catch (error) {
      if (!error.kind) throw error;
      if (!this.#entries.includes(entry)) return;
      Object.assign(entry, { state: "failed", problem: error.kind });
      this.status.textContent = `${entry.name}: ${this.#problem(entry)}`;
      this.store.changed();
    }
  }

  #row(entry) {
    const { words } = this;
    const failed = entry.state === "failed";
    entry.bar = failed ? null : h("progress", { max: "1", "aria-label": words.t("file_progress", { name: entry.name }) });
    const button = (key, onclick) => h("button", { type: "button", class: "link", onclick }, words.t(key),
      h("span", { class: "unseen" }, ` ${entry.name}`));
    return h("li", { class: failed ? "failed" : null }, icon(failed ? "alert" : "clip"), h("b", {}, entry.name),
      failed ? h("span", { class: "problem" }, this.#problem(entry)) : entry.bar,
      failed && !FINAL.has(entry.problem) && button("send_again", () => this.#send(entry)),
      button(failed ? "file_remove" : "file_stop", () => { this.#drop(entry); entry.stop?.(); }));
  }

  #problem({ problem }) {
    return this.words.t(`file_problem_${problem}`, { limit: this.#rules ? sizeOf(this.#rules.max_bytes) : "", count: this.#rules?.max_files ?? "" });
  }

  #drop(entry) {
    this.#entries = this.#entries.filter((e) => e !== entry);
    this.store.changed();
  }
}

function sizeOf(bytes) {
  const [unit, divisor] = bytes < 1e6 ? ["KB", 1e3] : ["MB", 1e6];
  const value = bytes / divisor;
  return `${value < 10 ? Math.ceil(value * 10) / 10 : Math.round(value)} ${unit}`;
}

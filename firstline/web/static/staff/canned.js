/** Canned replies in the composer: "/" and the start of a name opens the list, Enter or Tab puts the filled text in. */
import { api } from "./api.js";
import { insertReply } from "./insert.js";
import { h, icon, when } from "./view.js";

const CALL = /(^|\s)\/([^\s/]*)$/;
const MOST = 8;

export class Canned {
  #replies = null; // those of #number, filled in
  #loading = null;
  #number = null;
  #found = [];
  #at = 0;
  #range = null;
  #asking = false; // a call waits for the replies: its Enter must not send "/name" to the customer

  /** @param on {manage()} */
  constructor(store, words, composer, on) {
    Object.assign(this, { store, words, composer, on });
    this.list = h("ul", { class: "canned-list", id: "canned-list", role: "listbox" });
    this.said = h("p", { class: "unseen", role: "status" });
    this.popup = h("div", { class: "canned", hidden: true }, this.list);
    this.button = h("button", { type: "button", class: "button small", "data-do": "canned", onclick: () => this.browse() }, icon("bolt"), h("span"));
    composer.node.prepend(this.popup, this.said);
    composer.modeBar.append(h("span", { class: "stretch" }), this.button);
    const { box } = composer;
    box.setAttribute("aria-controls", "canned-list");
    box.setAttribute("aria-autocomplete", "list");
    box.addEventListener("input", () => this.#look());
    box.addEventListener("click", () => this.#look());
    box.addEventListener("blur", () => this.#close());
    // Before the composer's own Enter.
    box.addEventListener("keydown", (event) => this.#key(event), { capture: true });
  }

  render() {
    const { words } = this;
    when(this.button, [words.lang], () => {
      this.button.lastChild.textContent = words.t("canned_title");
      this.button.title = words.t("canned_hint");
      this.list.setAttribute("aria-label", words.t("canned_title"));
    });
    this.button.hidden = this.composer.mode !== "reply" || this.composer.box.disabled;
    if (this.store.number !== this.#number) this.#forget();
  }

  /** Forgets what was filled in: another case, or the replies have changed. */
  #forget() {
    this.#number = this.store.number;
    this.#replies = this.#loading = null;
    this.#close();
  }

  refresh() { this.#forget(); }

  /** Opens the whole list, as "/" does. */
  browse() {
    const { box } = this.composer;
    if (!insertReply(this.composer, /(^|\s)$/.test(box.value.slice(0, box.selectionStart)) ? "/" : " /", { from: box.selectionStart, to: box.selectionEnd })) return;
    this.#look();
  }

  async #look() {
    const { box } = this.composer;
    const written = () => CALL.exec(box.value.slice(0, box.selectionStart));
    if (this.composer.mode !== "reply" || box.disabled || !written()) return this.#close();
    const number = this.store.number;
    try {
      this.#asking = !this.#replies;
      this.#loading ??= api.beside(number, "canned");
      this.#replies = (await this.#loading).replies;
    } catch {
      this.#loading = null;
      return this.#close(); // Without them a "/" is a "/"; the dialog says what is wrong.
    } finally {
      this.#asking = false;
    }
    const call = written(); // Meanwhile more may have been typed.
    if (number !== this.#number || !call) return;
    const end = box.selectionStart;
    this.#range = { from: end - call[2].length - 1, to: end };
    const wanted = call[2].toLowerCase();
    const starts = (reply) => reply.shortcut.startsWith(wanted);
    const holds = (reply) => `${reply.shortcut} ${reply.title}`.toLowerCase().includes(wanted);
    this.#found = [...this.#replies.filter(starts), ...this.#replies.filter((reply) => !starts(reply) && holds(reply))].slice(0, MOST);
    this.#at = 0;
    this.#draw();
  }

  #draw() {
    const { words, popup, list } = this;
    popup.hidden = false;
    const options = this.#found.map((reply, index) => {
      const item = h("li", { role: "option", id: `canned-${reply.id}`, "aria-selected": String(index === this.#at) },
        h("span", { class: "canned-head" }, h("kbd", {}, `/${reply.shortcut}`), h("strong", {}, reply.title),
          reply.scope === "own" && h("span", { class: "pill" }, words.t("canned_own")),
          reply.lang !== this.store.case?.language && h("span", { class: "pill" }, words.t(`language_name_${reply.lang}`))),
        h("span", { class: "canned-text", lang: reply.lang }, reply.text));
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        this.#take(reply);
      });
      return item;
    });
    list.replaceChildren(...(options.length ? options : [h("li", { class: "quiet" }, words.t("canned_none"))]));
    this.said.textContent = words.t("canned_found", { count: this.#found.length });
    this.#point();
  }

  #point() {
    const chosen = this.#found[this.#at];
    const { box } = this.composer;
    if (chosen) box.setAttribute("aria-activedescendant", `canned-${chosen.id}`);
    else box.removeAttribute("aria-activedescendant");
    this.list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const { key } = event;
    if (this.#asking && (key === "Enter" || key === "Tab")) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (this.popup.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    const takes = (key === "Enter" && !event.shiftKey) || (key === "Tab" && !event.shiftKey);
    if (!step && key !== "Escape" && !(takes && this.#found.length)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (key === "Escape") this.#close();
    else if (takes) this.#take(this.#found[this.#at]);
    else {
      this.#at = (this.#at + step + this.#found.length) % Math.max(this.#found.length, 1);
      this.#draw();
    }
  }

  #take(reply) {
    const range = this.#range;
    this.#close();
    if (!insertReply(this.composer, reply.text, range)) return;
    const names = reply.missing.map((missing) => `{${missing}}`).join(", ");
    if (names) this.store.say("canned_missing", { names }, true);
  }

  #close() {
    this.popup.hidden = true;
    this.#found = [];
    this.composer.box.removeAttribute("aria-activedescendant");
  }
}

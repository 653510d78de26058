/** Completes a word behind a sign in a text box, such as a colleague's name behind "@": arrows choose, Enter or Tab takes. */
import { h } from "./view.js";

const MOST = 6;

export class Completion {
  #found = [];
  #at = 0; // the chosen entry
  #controlled = null;
  #from = -1; // where the sign stands

  /**
   * @param sign one character, @param entries (typed) => [{text, hint}] that fit what stands behind the sign
   * @param changed called after the box was filled
   */
  constructor(box, sign, entries, changed) {
    Object.assign(this, { box, sign, entries, changed });
    this.list = h("ul", { class: "completion", id: `${box.id}-completion`, role: "listbox", hidden: true });
    box.addEventListener("input", () => this.#look());
    box.addEventListener("click", () => this.#look());
    box.addEventListener("blur", () => this.close());
    box.addEventListener("keydown", (event) => this.#key(event));
  }

  get open() { return !this.list.hidden; }

  label(text) { this.list.setAttribute("aria-label", text); }

  close() {
    if (!this.open) return;
    this.list.hidden = true;
    this.box.removeAttribute("aria-activedescendant");
    if (this.#controlled) this.box.setAttribute("aria-controls", this.#controlled);
    else this.box.removeAttribute("aria-controls");
  }

  /** Puts the chosen entry into the box in place of what was typed behind the sign. */
  take(index = this.#at) {
    const { box } = this;
    const { text } = this.#found[index];
    const before = box.value.slice(0, this.#from);
    const after = box.value.slice(box.selectionStart).replace(/^ /, "");
    box.value = `${before}${this.sign}${text} ${after}`;
    const caret = before.length + text.length + 2;
    box.setSelectionRange(caret, caret);
    this.close();
    this.changed();
  }

  #look() {
    const { box } = this;
    const upTo = box.value.slice(0, box.selectionStart);
    this.#from = upTo.lastIndexOf(this.sign);
    const typed = upTo.slice(this.#from + 1);
    const begins = this.#from === 0 || /[\s(]/.test(upTo[this.#from - 1] ?? "");
    if (this.#from < 0 || !begins || /\n/.test(typed)) return this.close();
    this.#found = this.entries(typed.normalize("NFC").toLowerCase()).slice(0, MOST);
    if (!this.#found.length) return this.close();
    this.#at = 0;
    if (!this.open) this.#controlled = box.getAttribute("aria-controls"); // What else offers words in this box.
    this.list.hidden = false;
    box.setAttribute("aria-controls", this.list.id);
    this.#show();
  }

  #show() {
    this.list.replaceChildren(...this.#found.map(({ text, hint }, index) => h("li", {
      role: "option", id: `${this.list.id}-${index}`, "aria-selected": String(index === this.#at),
      onpointerdown: (event) => {
        event.preventDefault();
        this.take(index);
      } }, h("strong", {}, text), hint && h("span", { class: "quiet" }, hint))));
    this.box.setAttribute("aria-activedescendant", `${this.list.id}-${this.#at}`);
  }

  #key(event) {
    if (!this.open || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.#at = (this.#at + step + this.#found.length) % this.#found.length;
      this.#show();
    } else if (event.key === "Tab") {
      this.take();
    } else if (event.key === "Escape") {
      this.close();
      event.stopPropagation();
    } else return;
    event.preventDefault();
  }
}

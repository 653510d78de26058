/** The text box: grows with its text, sends with one Enter, counts long texts, keeps the draft across a reload. */
import { h, icon } from "./dom.js";
import { createEnterKey } from "./enterkey.js";

const LIMIT = 20000;
const COUNT_FROM = 18000;
const TYPING_EVERY_MS = 3000;
const TYPING_ENDS_MS = 5000;

export class Composer {
  #enter = createEnterKey();
  #typingAt = 0;
  #typingEnd = 0;

  /** @param on {send(text), typing(on), files(list)} */
  constructor(words, vault, on) {
    Object.assign(this, { words, vault, on });
    this.box = h("textarea", {
      id: "composer", rows: "1", enterkeyhint: "send", autocomplete: "off", "aria-describedby": "composer-note",
    });
    this.box.value = vault.draft;
    this.label = h("label", { class: "unseen", for: "composer" });
    this.note = h("p", { id: "composer-note", class: "composer-note", role: "status" });
    this.button = h("button", { type: "button", class: "send" }, icon("send"));
    this.input = h("input", { type: "file", multiple: true, hidden: true });
    this.attach = h("button", { type: "button", class: "tool", onclick: () => this.input.click() }, icon("clip"));
    this.more = h("div", { class: "composer-more" }); // filled by later/
    this.node = h("div", { class: "composer" }, this.more, this.note,
      h("div", { class: "composer-row" }, this.attach, this.input, this.label, this.box, this.button));
    this.#listen();
  }

  render() {
    const { words } = this;
    this.label.textContent = words.t("composer_label");
    this.box.placeholder = words.t("composer_placeholder");
    this.button.setAttribute("aria-label", words.t("send"));
    this.attach.setAttribute("aria-label", words.t("attach"));
    this.#update();
  }

  focus() { this.box.focus(); }

  /** Puts `text` in the box, below what the customer has already written there. */
  prefill(text) {
    const draft = this.box.value.trimEnd();
    if (draft !== text) this.box.value = draft ? `${draft}\n${text}` : text;
    this.#changed();
    this.box.setSelectionRange(this.box.value.length, this.box.value.length);
  }

  #listen() {
    const { box } = this;
    for (const name of ["keydown", "keyup", "compositionstart", "compositionend", "beforeinput"]) {
      box.addEventListener(name, (event) => this.#obey(this.#enter[name](event), event));
    }
    box.addEventListener("input", () => this.#changed());
    this.input.addEventListener("change", () => {
      this.on.files([...this.input.files]);
      this.input.value = "";
    });
    box.addEventListener("paste", (event) => {
      const { files, types } = event.clipboardData;
      // Copied cells and paragraphs bring a picture of themselves along; they are meant as text.
      if (!files.length || types.includes("text/plain")) return;
      event.preventDefault();
      this.on.files([...files]);
    });
    // Keeps the focus, and with it the phone's keyboard, in the box.
    this.button.addEventListener("pointerdown", (event) => event.preventDefault());
    this.button.addEventListener("click", () => {
      const action = this.#enter.button();
      if (action.commit) box.blur();
      this.#obey(action);
      box.focus();
    });
  }

  #obey({ prevent, send }, event) {
    if (prevent) event?.preventDefault();
    if (send === "now") this.#send();
    else if (send === "later") setTimeout(() => this.#send());
  }

  #send() {
    const text = this.box.value.trim();
    if (!text || length(text) > LIMIT) {
      this.#update();
      return;
    }
    this.box.value = "";
    this.#changed();
    this.on.send(text);
  }

  #changed() {
    this.vault.draft = this.box.value;
    this.#update();
    this.#tellTyping(this.box.value !== "");
  }

  #update() {
    const { box, words } = this;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
    const size = length(box.value.trim());
    const over = size - LIMIT;
    this.node.classList.toggle("over", over > 0);
    box.setAttribute("aria-invalid", String(over > 0));
    this.button.setAttribute("aria-disabled", String(size === 0 || over > 0));
    const limit = words.number(LIMIT);
    const note = over > 0 ? words.t("too_long", { limit, over: words.number(over) })
      : size >= COUNT_FROM ? words.t("counter", { count: words.number(size), limit }) : "";
    if (this.note.textContent !== note) this.note.textContent = note;
  }

  #tellTyping(on) {
    clearTimeout(this.#typingEnd);
    if (!on) {
      if (this.#typingAt) this.on.typing(false);
      this.#typingAt = 0;
      return;
    }
    if (Date.now() - this.#typingAt > TYPING_EVERY_MS) {
      this.#typingAt = Date.now();
      this.on.typing(true);
    }
    this.#typingEnd = setTimeout(() => this.#tellTyping(false), TYPING_ENDS_MS);
  }
}

/** Characters as the server counts them (code points); exact only where it matters. */
function length(text) {
  return text.length < COUNT_FROM ? text.length : [...text].length;
}

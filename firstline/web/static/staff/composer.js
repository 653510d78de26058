/** The text box for replies and notes: one Enter sends, each case keeps its own drafts, a lock says who may reply. */
import { createEnterKey } from "/widget/static/enterkey.js";
import { canClaim, canSpeak } from "./casehead.js";
import { Completion } from "./completion.js";
import { h, icon, when } from "./view.js";

const TYPING_EVERY_MS = 3000;
const TYPING_ENDS_MS = 5000;

export class Composer {
  mode = "reply"; // "reply" | "note"
  #number = null;
  #enter = createEnterKey();
  #typingAt = 0;
  #typingEnd = 0;

  /** @param names () => names of colleagues for "@" in notes
   *  @param on {reply(number, text, awaits: the next step is the customer's), note(number, text) -> stored?, claim(), typing(number, on)} */
  constructor(store, words, names, on) {
    Object.assign(this, { store, words, on });
    this.modes = ["reply", "note"].map((mode) =>
      h("button", { type: "button", "data-mode": mode, onclick: () => this.focus(mode) }));
    this.modeBar = h("div", { class: "modes", role: "group" }, ...this.modes);
    this.lock = h("p", { class: "lock", id: "composer-lock" });
    this.label = h("label", { class: "unseen", for: "composer" });
    this.box = h("textarea", { id: "composer", rows: "2", autocomplete: "off", "aria-describedby": "composer-lock composer-hint" });
    this.hint = h("span", { class: "hint", id: "composer-hint" });
    this.awaits = h("input", { type: "checkbox", id: "awaits", "aria-describedby": "awaits-hint" });
    this.awaitsHint = h("span", { class: "unseen", id: "awaits-hint" });
    this.awaitsBar = h("p", { class: "check awaits" }, this.awaits, h("label", { for: "awaits" }), this.awaitsHint);
    this.send = h("button", { type: "button", class: "button primary send" }, icon("send"), h("span"));
    this.node = h("section", { class: "composer" }, this.modeBar, this.lock, this.label, this.box,
      h("div", { class: "composer-foot" }, this.hint, this.awaitsBar, this.send));
    this.#listen();
    this.names = new Completion(this.box, "@", (typed) => (this.mode !== "note" ? [] : names()
      .filter((name) => ` ${name.toLowerCase()}`.includes(` ${typed}`)).map((text) => ({ text }))), () => this.#written());
    this.box.before(this.names.list);
  }

  focus(mode = this.mode) {
    if (mode !== this.mode) {
      this.mode = mode;
      this.#fill();
      this.render();
    }
    this.box.focus();
  }

  /** Puts a reply that was not sent back into the box, below what stands there. */
  takeBack(id) {
    const entry = this.store.entry(id);
    const draft = this.store.draft(entry.number, "reply").trimEnd();
    this.store.setDraft(entry.number, "reply", draft ? `${draft}\n${entry.text}` : entry.text);
    this.store.unqueue(id);
    this.mode = "reply";
    this.#fill();
    this.render();
    this.box.focus();
  }

  render() {
    const { store, words, box } = this;
    const { case: found, number } = store;
    if (!found) return;
    if (number !== this.#number) {
      this.#stopTyping();
      this.#number = number;
      this.awaits.checked = false;
      this.#fill();
    }
    const note = this.mode === "note";
    this.node.dataset.mode = this.mode;
    this.node.setAttribute("aria-label", words.t("composer_label"));
    this.modeBar.setAttribute("aria-label", words.t("modes_label"));
    for (const button of this.modes) {
      const { mode } = button.dataset;
      button.setAttribute("aria-pressed", String(mode === this.mode));
      when(button, [words.lang, mode], () => { button.textContent = words.t(`mode_${mode}`); });
    }
    const locked = note ? null : this.#lockedBy(found);
    this.lock.hidden = !locked;
    this.node.classList.toggle("locked", Boolean(locked) && !box.value);
    when(this.lock, [words.lang, locked], () => this.lock.replaceChildren(...(locked ? [icon("lock"), h("span", {}, locked.text),
      locked.claim && h("button", { type: "button", class: "button small", onclick: () => this.on.claim() }, words.t("do_claim"))]
      .filter(Boolean) : [])));
    box.disabled = Boolean(locked);
    box.placeholder = locked ? "" : words.t(note ? "note_placeholder" : "reply_placeholder");
    this.label.textContent = words.t(note ? "mode_note" : "mode_reply");
    this.names.label(words.t("names_label"));
    this.awaitsBar.hidden = note || Boolean(locked);
    this.awaitsBar.children[1].textContent = words.t("awaits_customer");
    this.awaitsHint.textContent = this.awaitsBar.title = words.t("awaits_customer_hint");
    this.hint.textContent = words.t(note ? "note_hint" : "reply_hint");
    this.send.lastChild.textContent = words.t(note ? "save_note" : "send_reply");
    this.send.setAttribute("aria-disabled", String(Boolean(locked) || !box.value.trim() || (note && store.busy === "note")));
  }

  #lockedBy(found) {
    const { words } = this;
    if (canSpeak(found)) return null;
    if (found.status === "closed" || found.state === "closed") return { text: words.t("lock_closed") };
    if (found.state === "human" && found.agent_name) return { text: words.t("lock_other", { name: found.agent_name }) };
    return { text: words.t(found.state === "bot" ? "lock_bot" : "lock_unclaimed"), claim: canClaim(found) };
  }

  #fill() {
    this.box.value = this.#number ? this.store.draft(this.#number, this.mode) : "";
  }

  #listen() {
    const { box } = this;
    for (const name of ["keydown", "keyup", "compositionstart", "compositionend", "beforeinput"]) {
      box.addEventListener(name, (event) => this.#obey(this.#enter[name](event), event));
    }
    box.addEventListener("input", () => this.#written());
    box.addEventListener("blur", () => this.#stopTyping());
    this.send.addEventListener("pointerdown", (event) => event.preventDefault());
    this.send.addEventListener("click", () => {
      const action = this.#enter.button();
      if (action.commit) box.blur();
      this.names.close();
      this.#obey(action);
      box.focus();
    });
  }

  #written() {
    this.store.setDraft(this.#number, this.mode, this.box.value);
    this.#tellTyping();
    this.render();
  }

  #obey({ prevent, send }, event) {
    if (prevent) event?.preventDefault();
    if (send === "now") this.#enterPressed();
    else if (send === "later") setTimeout(() => this.#enterPressed());
  }

  // While names are offered, Enter takes one of them.
  #enterPressed() {
    if (this.names.open) this.names.take();
    else this.#submit();
  }

  async #submit() {
    const { box, mode } = this;
    const number = this.#number;
    const text = box.value.trim();
    if (!text || box.disabled) return;
    this.#stopTyping();
    if (mode === "reply") {
      this.#clear(number, mode);
      this.on.reply(number, text, this.awaits.checked);
      this.awaits.checked = false;
      return;
    }
    // A note has no unsent state of its own: its text stays in the box until it is stored.
    const written = box.value;
    if (await this.on.note(number, text) && this.store.draft(number, mode) === written) this.#clear(number, mode);
  }

  #clear(number, mode) {
    this.store.setDraft(number, mode, "");
    if (number === this.#number && mode === this.mode) this.box.value = "";
    this.render();
  }

  #tellTyping() {
    if (this.mode !== "reply" || !this.box.value.trim()) return this.#stopTyping();
    if (Date.now() - this.#typingAt > TYPING_EVERY_MS) {
      this.#typingAt = Date.now();
      this.on.typing(this.#number, true);
    }
    clearTimeout(this.#typingEnd);
    this.#typingEnd = setTimeout(() => this.#stopTyping(), TYPING_ENDS_MS);
  }

  #stopTyping() {
    clearTimeout(this.#typingEnd);
    if (this.#typingAt) this.on.typing(this.#number, false);
    this.#typingAt = 0;
  }
}

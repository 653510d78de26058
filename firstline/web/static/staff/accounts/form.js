/** Sends a form, once at a time; what is wrong is said at the field it is about, or else above the button. */
import { h } from "../view.js";
import { problemText } from "./problems.js";

export class Form {
  #running = false;

  /**
   * @param fields [Field], in the order in which they are asked for
   * @param at {code of an error: field}
   * @param go key of the button's word; @param head, foot nodes above the fields and beside the button
   * @param send () -> promise; @param done (answer)
   */
  constructor(app, labels, { fields, at, go, head = [], foot = [], send, done }) {
    Object.assign(this, { app, fields, at, send, done, words: app.words });
    this.problem = h("p", { class: "failed", role: "alert" });
    this.go = labels.text(h("button", { type: "submit", class: "button primary" }), go);
    this.node = h("form", { method: "dialog", novalidate: true, onsubmit: (event) => this.#submit(event) }, ...head,
      ...fields.map(({ node }) => node), this.problem, h("div", { class: "dialog-foot" }, ...foot, this.go));
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#running) return;
    this.problem.textContent = "";
    for (const field of this.fields) field.say(null);
    const empty = this.fields.find((field) => field.empty);
    if (empty) return this.#at(empty, empty.value instanceof Array ? "account_bad_role" : "account_missing");
    this.#run(true);
    try {
      this.done(await this.send());
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") return this.app.signedOut();
      const field = this.at[error.code];
      if (field) this.#at(field, `account_${error.code}`);
      else this.problem.textContent = problemText(this.words, error);
    } finally {
      this.#run(false);
    }
  }

  #at(field, key) {
    field.say(key);
    field.focus();
  }

  #run(on) {
    this.#running = on;
    this.go.setAttribute("aria-disabled", String(on));
  }
}

/** The wait: place and estimate, whether anybody is there, an e-mail address to leave, and a way out of it. */
import { h, icon } from "../dom.js";

export class Waiting {
  #form = null; // "email" | "withdraw" | null
  #looks = "";
  #problem = null;
  #busy = false;

  constructor({ api, words, store, conversation }) {
    Object.assign(this, { api, words, store, conversation });
    this.place = h("p", { class: "place", role: "status" });
    this.duty = h("p", { class: "duty", role: "status" });
    this.mail = h("div", { class: "mail" });
    this.ways = h("div", { class: "banner-actions" });
    this.node = h("div", { class: "waiting" }, this.duty, this.place, this.mail, this.ways);
  }

  render() {
    const { words, store } = this;
    const waits = store.state === "waiting" && store.case;
    this.node.hidden = !waits;
    if (!waits) {
      this.#form = null;
      return;
    }
    const { position, wait, duty, contact_email: email } = store.case;
    tell(this.duty, duty?.text ?? "");
    const place = position ? words.t("place", { position }) : "";
    tell(this.place, [place, wait?.text].filter(Boolean).join(" "));
    const looks = JSON.stringify([this.#form, email, words.lang, this.#problem, this.#busy, duty?.code]);
    if (looks === this.#looks) return;
    this.#looks = looks;
    if (this.#form === "email") this.#askAddress(email);
    else if (this.#form === "withdraw") this.#askWithdraw();
    else this.#offer(email);
  }

  #offer(email) {
    const { words } = this;
    this.mail.replaceChildren(...(email ? [h("p", {}, words.t("mail_kept", { address: email }))] : []));
    this.ways.replaceChildren(
      button(words.t(email ? "mail_change" : "mail_offer"), () => this.#show("email", "input")),
      button(words.t("withdraw"), () => this.#show("withdraw", "button")));
  }

  #askAddress(email) {
    const { words } = this;
    const problem = this.#problem;
    // What was typed stays when only the words around it change.
    const typed = this.mail.querySelector("input")?.value ?? email ?? "";
    const input = h("input", { type: "email", id: "mail", autocomplete: "email", inputmode: "email", maxlength: "254",
      "aria-describedby": problem ? "mail-problem mail-hint" : "mail-hint", "aria-invalid": String(Boolean(problem)) });
    input.value = typed;
    const form = h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); this.#leave(input.value); } },
      h("label", { for: "mail" }, words.t("mail_label")), input,
      problem && h("p", { id: "mail-problem", class: "problem", role: "alert" }, icon("alert"), words.t(`mail_${problem}`)),
      h("p", { id: "mail-hint" }, words.t("mail_hint")),
      h("div", { class: "banner-actions" },
        h("button", { type: "submit", class: "button strong", disabled: this.#busy }, words.t("mail_save")),
        email && button(words.t("mail_remove"), () => this.#leave(null)),
        button(words.t("cancel"), () => this.#show(null, "button"))));
    this.mail.replaceChildren(form);
    this.ways.replaceChildren();
    if (problem) input.focus();
  }

  #askWithdraw() {
    const { words, conversation } = this;
    this.mail.replaceChildren(h("p", { role: "alert" }, words.t("withdraw_ask", { number: this.store.case.number })));
    this.ways.replaceChildren(
      button(words.t("withdraw_no"), () => this.#show(null, "button")),
      button(words.t("withdraw_yes"), () => {
        this.#form = null;
        conversation.send("/withdraw", words.t("withdraw"));
      }));
  }

  async #leave(address) {
    const value = address?.trim() ?? null;
    if (value !== null && !/^\S+@\S+\.\S+$/.test(value)) {
      this.#again("bad");
      return;
    }
    this.#busy = true;
    this.#again(null);
    try {
      this.conversation.take(await this.api.call("PUT", `chat/contact?after=${this.store.lastId}`, { email: value }));
      this.#busy = false;
      this.#show(null, "button");
    } catch (error) {
      if (!error.kind) throw error;
      this.#busy = false;
      this.#again(error.code === "bad_email" ? "bad" : error.code === "no_open_case" ? "late" : "failed");
    }
  }

  /** Opens or closes a form and puts the focus where the reader goes on. */
  #show(form, focus) {
    this.#form = form;
    this.#again(null);
    this.node.querySelector(`.mail ${focus}, .banner-actions ${focus}`)?.focus();
  }

  #again(problem) {
    this.#problem = problem;
    this.render();
  }
}

function tell(node, text) {
  node.hidden = !text;
  if (node.textContent !== text) node.textContent = text;
}

function button(label, onclick) {
  return h("button", { type: "button", class: "button quiet", onclick }, label);
}

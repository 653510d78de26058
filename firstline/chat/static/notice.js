/** What went wrong, in a sentence, with a way to go on and a way to a person. */
import { h, icon } from "./dom.js";

export class Notice {
  #looks = "";

  /** @param on {retry(), dismiss()} */
  constructor(words, store, contacts, on) {
    Object.assign(this, { words, store, contacts, on });
    this.node = h("div", { class: "notice", role: "alert" });
  }

  render() {
    const { words, store } = this;
    const { channels } = this.contacts.get(words.lang);
    const looks = JSON.stringify([store.problem, words.lang, channels]);
    if (looks === this.#looks) return;
    this.#looks = looks;
    if (!store.problem) {
      this.node.replaceChildren();
      return;
    }
    this.node.replaceChildren(
      icon("alert"),
      h("div", { class: "notice-text" },
        h("p", {}, words.t(`problem_${store.problem.kind}`), " ", words.t(channels.length ? "problem_contact" : "problem_person")),
        channels.length ? h("ul", { class: "contacts" }, ...channels.map(contact)) : null,
        h("button", { type: "button", class: "button quiet", onclick: () => this.on.retry() }, words.t("problem_retry"))),
      h("button", { type: "button", class: "tool", "aria-label": words.t("problem_dismiss"), onclick: () => this.on.dismiss() },
        icon("close")));
  }
}

function contact({ name, address, href }) {
  return h("li", {}, h("span", {}, `${name} `), href ? h("a", { href }, address) : address);
}

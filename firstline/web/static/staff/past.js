/** The customer's past cases at this partner, with what says that they are the same customer's. */
import { api } from "./api.js";
import { h, moment, when } from "./view.js";

export class Past {
  #number = null;
  #contact = null;
  #cases = null;
  #problem = null;

  constructor(store, words, times) {
    Object.assign(this, { store, words, times });
    this.title = h("h3", { id: "past-title" });
    this.hint = h("p", { class: "quiet" });
    this.list = h("ul", { class: "past" });
    this.node = h("section", { "aria-labelledby": "past-title" }, this.title, this.hint, this.list);
  }

  render() {
    const { store: { case: found }, words, times } = this;
    // An address that the customer gives later may bring more.
    const contact = `${found.package?.contact ?? ""} ${found.status}`;
    if (found.number !== this.#number || contact !== this.#contact) {
      this.#number = found.number;
      this.#contact = contact;
      this.#load();
    }
    const cases = this.#cases;
    when(this.title, [words.lang, cases?.length], () => this.title.replaceChildren(words.t("past_title"),
      cases?.length ? h("span", { class: "count" }, String(cases.length)) : ""));
    when(this.list, [words.lang, cases, this.#problem], () => {
      this.hint.textContent = this.#problem ? words.t(`error_${this.#problem}`) : !cases ? words.t("past_loading")
        : cases.length ? "" : words.t("past_none");
      this.list.replaceChildren(...(cases ?? []).map((past) => h("li", {},
        h("a", { href: `#${encodeURIComponent(past.number)}` }, h("span", { class: "past-head" }, h("strong", {}, past.number),
          h("span", { class: "state", "data-state": past.status }, past.outcome ? words.code("outcome", past.outcome) : words.code("status", past.status)),
          moment(times, past.opened_at)),
        h("span", { class: "row-question", lang: past.language }, past.question || words.t("no_question")),
        h("span", { class: "quiet" }, past.same === "conversation" ? words.t("past_same_talk")
          : past.same === "customer" ? words.t("past_same_customer") : words.t("past_same_address", { address: past.same }))))));
    });
  }

  async #load() {
    const number = this.#number;
    this.#cases = this.#problem = null;
    try {
      const { cases } = await api.beside(number, "past");
      if (number === this.#number) this.#cases = cases;
    } catch (error) {
      if (number === this.#number) this.#problem = error.kind ?? "server";
    }
    if (number === this.#number) this.store.changed();
  }
}

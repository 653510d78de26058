/** Says what has become of the conversation: it begins anew, or the site's word for its customer did not hold. */
import { h, icon } from "../dom.js";

export class Told {
  #looks = "";

  constructor({ words, store, conversation }) {
    Object.assign(this, { words, store, conversation });
    this.node = h("div", { class: "told", role: "status" });
  }

  render() {
    const { words, store } = this;
    const looks = `${store.told} ${words.lang}`;
    if (looks === this.#looks) return;
    this.#looks = looks;
    const unknown = store.told === "identity" && h("button", { type: "button", class: "button quiet", onclick: () => {
      this.conversation.identity = undefined;
      this.#done();
      this.conversation.retryAll();
    } }, words.t("told_go_on_unknown"));
    this.node.replaceChildren(...(store.told ? [h("p", {}, words.t(`told_${store.told}`)), unknown || "",
      h("button", { type: "button", class: "tool", "aria-label": words.t("problem_dismiss"), onclick: () => this.#done() }, icon("close")),
    ] : []));
  }

  #done() {
    this.store.told = "";
    this.store.changed();
  }
}

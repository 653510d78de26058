/** Says that an earlier conversation can't be opened any more and this is a new one. */
import { h, icon } from "../dom.js";

export class Anew {
  #looks = "";

  constructor({ words, store }) {
    Object.assign(this, { words, store });
    this.node = h("div", { class: "anew", role: "status" });
  }

  render() {
    const { words, store } = this;
    const looks = `${store.anew} ${words.lang}`;
    if (looks === this.#looks) return;
    this.#looks = looks;
    this.node.replaceChildren(...(store.anew ? [h("p", {}, words.t("started_anew")), this.#dismiss()] : []));
  }

  #dismiss() {
    return h("button", { type: "button", class: "tool", "aria-label": this.words.t("problem_dismiss"), onclick: () => {
      this.store.anew = false;
      this.store.changed();
    } }, icon("close"));
  }
}

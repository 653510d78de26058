/** Who answers now, and what the customer can do about it. */
import { h, icon } from "./dom.js";

export class Banner {
  #looks = "";

  /** @param on {person(), bot(), restart()} */
  constructor(words, store, on) {
    Object.assign(this, { words, store, on });
    this.text = h("div", { class: "banner-text", role: "status" });
    this.actions = h("div", { class: "banner-actions" });
    this.more = h("div", { class: "banner-more" }); // filled by later/
    this.node = h("div", { class: "banner" }, this.text, this.more, this.actions);
  }

  render() {
    const { store, words } = this;
    // What changes while somebody waits stands in `more`, so that only that is read out again.
    const { position, wait, duty, ...rest } = store.case ?? {};
    const looks = JSON.stringify([store.state, rest, store.agentName, words.lang]);
    if (looks === this.#looks) return;
    this.#looks = looks;
    const { text, actions } = this[store.state]();
    this.node.dataset.state = store.state;
    this.text.replaceChildren(...text.filter(Boolean));
    this.actions.replaceChildren(...actions.filter(Boolean));
  }

  bot() {
    const { words } = this;
    return {
      text: [
        h("p", { class: "lead" }, icon("spark"), words.t("banner_bot")),
        h("p", {}, words.t("banner_bot_hint")),
        this.#facts(false),
      ],
      actions: [this.#person()],
    };
  }

  waiting() {
    const { words, store } = this;
    return {
      text: [
        h("p", { class: "lead" }, icon("clock"), words.t("banner_waiting")),
        this.#facts(true),
        h("p", {}, words.t("banner_waiting_hint")),
      ],
      actions: [button("quiet", words.t("back_to_bot"), this.on.bot)],
    };
  }

  human() {
    const { words, store } = this;
    const name = store.agentName;
    return {
      text: [
        h("p", { class: "lead" }, icon("person"), words.t(name ? "banner_human" : "banner_human_unnamed", { name })),
        this.#facts(false),
      ],
      actions: [],
    };
  }

  closed() {
    const { words } = this;
    return {
      text: [h("p", { class: "lead" }, icon("check"), words.t("banner_closed"))],
      actions: [button("strong", words.t("new_conversation"), this.on.restart), this.#person()],
    };
  }

  #person() {
    return button("strong person", this.words.t("person_button"), this.on.person, "person");
  }

  /** The case's number and the promised time, as far as they are known and still matter. */
  #facts(full) {
    const { words } = this;
    const facts = this.store.case;
    if (!facts?.number) return null;
    const rows = [["case_number", facts.number]];
    const time = facts.respond_by && (facts.respond_by_text || words.dateTime(facts.respond_by));
    if (full && time) rows.push(["case_respond_by", words.t("case_respond_by_value", { time })]);
    return h("dl", {}, ...rows.map(([key, value]) => h("div", {}, h("dt", {}, words.t(key)), h("dd", {}, value))));
  }
}

function button(look, label, onclick, symbol) {
  return h("button", { type: "button", class: `button ${look}`, onclick: () => onclick() }, symbol && icon(symbol), label);
}

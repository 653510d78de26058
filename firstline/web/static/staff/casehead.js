/** The head of a case: number, severity, what is promised, who has it, and what can be done with it. */
import { dueOf, holderOf } from "./due.js";
import { severity } from "./queue.js";
import { h, icon, moment, when } from "./view.js";

export class CaseHead {
  /** @param on {back(), claim(), release(), giveBack(), resolve()} */
  constructor(store, words, times, on) {
    Object.assign(this, { store, words, times, on });
    this.back = h("button", { type: "button", class: "icon-button back", onclick: on.back }, icon("back"));
    this.title = h("h2", { tabindex: "-1" });
    this.badges = h("div", { class: "badges" });
    this.facts = h("p", { class: "case-facts" });
    this.actions = h("div", { class: "actions" });
    this.buttons = {
      claim: this.#button("claim", "person", "primary"),
      release: this.#button("release", "release"),
      giveBack: this.#button("giveBack", "spark"),
      resolve: this.#button("resolve", "check", "primary"),
    };
    this.actions.append(...Object.values(this.buttons));
    this.node = h("header", { class: "case-head" },
      h("div", { class: "case-title" }, this.back, this.title, this.badges), this.facts, this.actions);
  }

  render() {
    const { store: { case: found, busy }, words, times } = this;
    this.back.setAttribute("aria-label", words.t("back_to_queue"));
    if (!found) return;
    const due = dueOf(found, times, words);
    when(this.title, found.number, () => this.title.replaceChildren(found.number));
    when(this.badges, [words.lang, found.severity, found.status, due], () => this.badges.replaceChildren(
      severity(found, words),
      h("span", { class: "state", "data-state": found.status }, words.code("status", found.status)),
      h("span", { class: "due", "data-level": due.level, title: times.exact(due.iso) }, icon("clock"), due.text)));
    when(this.facts, [words.lang, holderOf(found, words), found.reason, found.opened_at, found.language], () => {
      this.facts.replaceChildren(
        h("span", { class: found.mine ? "holder mine" : "holder" }, holderOf(found, words)),
        h("span", {}, words.t(`language_name_${found.language}`)), h("span", {}, words.code("reason", found.reason)),
        h("span", {}, words.t("opened_at"), " ", moment(times, found.opened_at)));
    });
    const mine = canSpeak(found);
    this.buttons.claim.hidden = !canClaim(found);
    for (const name of ["release", "giveBack", "resolve"]) this.buttons[name].hidden = !mine;
    for (const [name, button] of Object.entries(this.buttons)) {
      button.setAttribute("aria-disabled", String(Boolean(busy)));
      when(button.lastChild, words.lang, () => { button.lastChild.textContent = words.t(`do_${name}`); });
    }
  }

  #button(name, picture, look = "") {
    return h("button", { type: "button", class: `button ${look}`, "data-do": name, onclick: () => this.on[name]() },
      icon(picture), h("span"));
  }
}

/** The one who speaks to the customer is the agent who has the conversation. */
export function canSpeak(found) { return found.mine && found.state === "human"; }

/** Free to take: not closed, and no other agent is speaking. */
export function canClaim(found) { return found.status !== "closed" && found.state !== "human" && found.state !== "closed"; }

/** The head of a case: number, severity, what is promised, who has it, and what can be done with it. */
import { dueOf, holderOf } from "./due.js";
import { severity } from "./queue.js";
import { h, icon, moment, when } from "./view.js";

export class CaseHead {
  /** @param on {back(), claim(), decline(), transfer(), takeOver(), assign(), release(), giveBack(), resolve()} */
  constructor(store, words, times, on) {
    Object.assign(this, { store, words, times, on });
    this.back = h("button", { type: "button", class: "icon-button back", onclick: on.back }, icon("back"));
    this.title = h("h2", { tabindex: "-1" });
    this.badges = h("div", { class: "badges" });
    this.facts = h("p", { class: "case-facts" });
    this.actions = h("div", { class: "actions" });
    this.buttons = {
      decline: this.#button("decline", "close"),
      claim: this.#button("claim", "person", "primary"),
      assign: this.#button("assign", "person"),
      takeOver: this.#button("takeOver", "swap"),
      transfer: this.#button("transfer", "swap"),
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
    when(this.facts, [words.lang, holderOf(found, words), found.reason, found.opened_at, found.language, found.watchers], () => {
      this.facts.replaceChildren(
        h("span", { class: found.mine ? "holder mine" : "holder" }, holderOf(found, words)),
        h("span", {}, words.t(`language_name_${found.language}`)), h("span", {}, words.code("reason", found.reason)),
        h("span", {}, words.t("opened_at"), " ", moment(times, found.opened_at)),
        found.watchers?.length ? h("span", { class: "watchers" }, icon("eye"),
          words.t("watchers", { names: found.watchers.map(({ name }) => name).join(", ") })) : "");
    });
    const mine = canSpeak(found);
    const offered = isOffered(found, this.store);
    const shown = { claim: canClaim(found), decline: offered, assign: this.store.isLead && canAssign(found), takeOver: canTakeOver(found),
      transfer: mine, release: mine, giveBack: mine, resolve: mine };
    for (const [name, button] of Object.entries(this.buttons)) {
      button.hidden = !shown[name];
      button.setAttribute("aria-disabled", String(Boolean(busy)));
      const label = name === "claim" && offered ? "do_accept" : `do_${name}`;
      when(button.lastChild, [words.lang, label], () => { button.lastChild.textContent = words.t(label); });
    }
  }

  #button(name, picture, look = "") {
    return h("button", { type: "button", class: `button ${look}`, "data-do": name, onclick: () => this.on[name]() },
      icon(picture), h("span"));
  }
}

/** The one who speaks to the customer is the agent who has the conversation. */
export function canSpeak(found) { return found.mine && found.state === "human"; }

/** A colleague speaks: it can be taken over, with a deliberate yes. */
export function canTakeOver(found) { return !found.mine && found.state === "human" && found.status !== "closed"; }

/** A lead may give it to somebody who is here. */
export function canAssign(found) { return found.status !== "closed" && found.state !== "closed"; }

/** Whether the case waits for this agent's yes or no. */
export function isOffered(found, store) {
  return found.state === "waiting" && Boolean(store.staff) && found.offered_to === store.staff.id;
}

/** Free to take: not closed, and no other agent is speaking. */
export function canClaim(found) { return found.status !== "closed" && found.state !== "human" && found.state !== "closed"; }

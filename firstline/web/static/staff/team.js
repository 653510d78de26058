/** The agents as a team: what one says about oneself, who else is there with how many cases, and how many they take. */
import { show } from "./dialogs.js";
import { h, icon, reconcile, when } from "./view.js";

const MODES = ["here", "away", "off"];
const MOST_CASES = 100;

export class Team {
  #dialog = null;
  #items = new Map();

  /** @param on {choose(mode), capacity(id, cases) -> worked?} */
  constructor(store, words, times, on) {
    Object.assign(this, { store, words, times, on });
    this.mode = h("select", { id: "presence", class: "presence", onchange: () => on.choose(this.mode.value) });
    this.open = h("button", { type: "button", class: "icon-button load", "data-do": "team", onclick: () => this.show() }, icon("team"), h("span"));
    this.node = h("div", { class: "duty" }, this.mode, this.open);
    this.banner = h("div", { class: "duty-banner" });
    this.list = h("ul", { class: "team" });
  }

  render() {
    const { store, words } = this;
    const me = store.me;
    this.node.hidden = !me;
    if (!me) return;
    this.mode.setAttribute("aria-label", words.t("presence_label"));
    when(this.mode, words.lang, () => this.mode.replaceChildren(...MODES.map((mode) =>
      h("option", { value: mode }, words.t(`presence_${mode}`)))));
    this.mode.value = me.mode;
    this.mode.dataset.mode = me.mode;
    when(this.open, [words.lang, me.load, me.capacity], () => {
      this.open.lastChild.textContent = `${me.load}/${me.capacity}`;
      this.open.title = words.t("team_open", { load: me.load, capacity: me.capacity });
      this.open.setAttribute("aria-label", this.open.title);
    });
    this.#banner(me);
    if (this.#dialog?.open) this.#rows();
  }

  /** The list of everybody, kept up to date while it is open. */
  show() {
    const { words } = this;
    this.#items.clear();
    this.#dialog = show(h("form", { method: "dialog" },
      h("h2", { id: "dialog-title" }, words.t("team_title")),
      h("p", { class: "quiet" }, words.t("team_hint", { minutes: this.store.team.idle_minutes })),
      this.list,
      h("div", { class: "dialog-foot" }, h("button", { class: "button primary", value: "close" }, words.t("close")))), "team-dialog");
    this.#rows();
  }

  #banner(me) {
    const { words, banner } = this;
    banner.hidden = me.mode === "here";
    when(banner, [words.lang, me.mode], () => banner.replaceChildren(
      h("p", {}, words.t(`duty_${me.mode}`)),
      h("button", { type: "button", class: "button small", onclick: () => this.on.choose("here") }, words.t("duty_return"))));
  }

  #rows() {
    const { store, words } = this;
    reconcile(this.list, store.team.members.map((member) => this.#row(member)));
    for (const id of this.#items.keys()) if (!store.team.members.some((member) => member.id === id)) this.#items.delete(id);
    if (!store.team.members.length) this.list.replaceChildren(h("li", { class: "quiet" }, words.t("team_none")));
  }

  #row(member) {
    const { words, store, times } = this;
    if (!this.#items.has(member.id)) this.#items.set(member.id, h("li"));
    const item = this.#items.get(member.id);
    when(item, [words.lang, member, store.isLead], () => item.replaceChildren(
      standing(member, words),
      h("span", { class: "team-name" }, h("strong", {}, member.name), member.me && h("span", { class: "quiet" }, ` ${words.t("team_me")}`)),
      h("span", { class: "quiet" }, words.t("team_since", { at: times.short(member.standing === "gone" ? member.seen_at : member.since) })),
      h("span", { class: "team-load" }, words.t("team_load", { load: member.load }), " / ", this.#capacity(member))));
    return item;
  }

  #capacity(member) {
    const { words } = this;
    if (!this.store.isLead) return String(member.capacity);
    const box = h("input", { type: "number", min: "0", max: String(MOST_CASES), value: String(member.capacity), class: "capacity",
      "aria-label": words.t("team_capacity", { name: member.name }) });
    box.addEventListener("change", async () => {
      const cases = box.value === "" ? null : Number(box.value);
      if (box.checkValidity() && await this.on.capacity(member.id, cases)) return;
      box.value = String(member.capacity);
    });
    return box;
  }
}

/** What an agent's standing is, as a dot and in words. */
export function standing(member, words) {
  return h("span", { class: "standing", "data-standing": member.standing }, words.t(`standing_${member.standing}`));
}

/** The partner's people: who they are here, what they may do, whether they can log in; one is added, changed, invited, disabled. */
import { confirmWith } from "../confirm.js";
import { h, icon, moment, when } from "../view.js";
import { calls } from "./calls.js";
import { Part } from "./part.js";
import { askPerson, showLink, showSessions } from "./person.js";

const COLUMNS = ["person", "roles", "state", "since", "do"];

export class PeopleView extends Part {
  constructor(app) {
    const add = h("button", { type: "button", class: "button primary", "data-do": "add" });
    super(app, "section_people", add);
    add.append(icon("plus"), this.labels.text(h("span"), "people_add"));
    add.addEventListener("click", () => askPerson(app, null, ({ person, invitation }) => {
      showLink(app, person, invitation);
      this.load();
    }));
    this.columns = h("tr");
    this.rows = h("tbody");
    this.table = h("table", { class: "people stack" }, h("thead", {}, this.columns), this.rows);
    this.node.append(h("div", { class: "table" }, this.table));
  }

  async fetch() { return (await calls.people()).people; }

  render() {
    super.render();
    const { words, data } = this;
    this.table.hidden = !data;
    when(this.columns, words.lang, () => this.columns.replaceChildren(...COLUMNS.map((name) => h("th", { scope: "col" }, words.t(`people_${name}`)))));
    when(this.rows, [words.lang, data], () => this.rows.replaceChildren(...(data ?? []).map((person) => this.#row(person))));
  }

  #row(person) {
    const { words, app } = this;
    const { id, name, email, roles, state, invited_until: until, created_at: created } = person;
    const me = id === app.staff.id;
    const act = (what, word, run) => h("button", { type: "button", class: "button small", "data-do": what,
      "aria-label": words.t("people_do_named", { what: words.t(word), name }), onclick: run }, words.t(word));
    return h("tr", { "data-person": email },
      h("th", { scope: "row" }, name, me && h("span", { class: "pill" }, words.t("people_me")), h("span", { class: "mark" }, email)),
      h("td", {}, ...roles.map((role) => h("span", { class: "pill" }, words.code("role", role)))),
      h("td", {}, h("span", { class: "pill state", "data-state": state }, words.code("account_state", state)),
        until && h("span", { class: "mark" }, words.t("people_until", { at: app.times.short(until) }))),
      h("td", {}, moment(app.times, created)),
      h("td", { class: "do" }, h("div", { class: "acts" },
        act("change", "people_change", () => askPerson(app, person, () => this.#done("people_changed", name))),
        act("sessions", "people_sessions", () => showSessions(app, person)),
        state !== "disabled" && act("invite", state === "active" ? "people_reset" : "people_invite", () => this.#invite(person)),
        state === "disabled" ? act("enable", "people_enable", () => this.change(() => calls.change(id, { disabled: false })))
          : !me && act("disable", "people_disable", () => this.#disable(person)))));
  }

  async #invite(person) {
    await this.change(async () => {
      const { invitation } = await calls.invite(person.id);
      showLink(this.app, person, invitation);
    });
  }

  async #disable({ id, name }) {
    const { words } = this;
    const sure = await confirmWith(words, words.t("people_disable_title", { name }), words.t("people_disable_hint"),
      [{ name: "disable", label: words.t("people_disable"), primary: true }]);
    if (sure) await this.change(() => calls.change(id, { disabled: true }));
  }

  #done(key, name) {
    this.app.say(this.words.t(key, { name }));
    this.load();
  }
}

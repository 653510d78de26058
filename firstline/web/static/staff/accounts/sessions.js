/** Where somebody is logged in: browser, address, since when, last use; ends one or all others. */
import { h, moment, when } from "../view.js";
import { browserName } from "./browsers.js";
import { calls } from "./calls.js";
import { Part } from "./part.js";

const COLUMNS = ["browser", "address", "created", "seen", "end"];

export class Sessions extends Part {
  /** @param person whose: {id, name}, or null for one's own */
  constructor(app, person = null) {
    super(app, person ? "sessions_title_of" : "sessions_title");
    const { labels } = this;
    this.person = person;
    this.columns = h("tr");
    this.rows = h("tbody");
    this.table = h("table", { class: "stack" }, h("thead", {}, this.columns), this.rows);
    this.none = labels.text(h("p", { class: "quiet" }), "sessions_none");
    this.all = labels.text(h("button", { type: "button", class: "button", "data-do": "end-all",
      onclick: () => this.change(() => calls.endSessions(this.person?.id)) }), person ? "sessions_end_all" : "sessions_end_others");
    this.node.append(h("div", { class: "table" }, this.table), this.none, this.all);
  }

  async fetch() { return (await calls.sessions(this.person?.id)).sessions; }

  render() {
    super.render();
    const { words, data } = this;
    const found = data ?? [];
    this.table.hidden = !found.length;
    this.none.hidden = !data || found.length > 0;
    this.all.hidden = !found.some(({ current }) => !current);
    when(this.columns, words.lang, () => this.columns.replaceChildren(...COLUMNS.map((name) => h("th", { scope: "col" }, words.t(`session_${name}`)))));
    when(this.rows, [words.lang, found], () => this.rows.replaceChildren(...found.map((session) => this.#row(session))));
  }

  #row({ id, browser, address, created_at: created, last_seen_at: seen, current, acting_for: acting }) {
    const { words, app: { times } } = this;
    const name = browserName(browser) || words.t("session_unknown");
    const end = h("button", { type: "button", class: "button small", "data-do": "end", "aria-label": words.t("session_end_named", { name, address }),
      onclick: () => this.change(() => calls.endSession(this.person?.id, id)) }, words.t("session_end"));
    return h("tr", { "data-session": id },
      h("th", { scope: "row", title: browser }, name, current && h("span", { class: "pill here" }, words.t("session_current")),
        acting && h("span", { class: "pill" }, words.t("acting_at", { partner: acting }))),
      h("td", {}, address), h("td", {}, moment(times, created)), h("td", {}, moment(times, seen)), h("td", {}, current ? null : end));
  }
}

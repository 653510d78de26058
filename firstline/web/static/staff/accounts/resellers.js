/** A provider's resellers with what waits there; one is chosen to work at, and left again. */
import { h, icon, when } from "../view.js";
import { calls } from "./calls.js";
import { Part } from "./part.js";

const COLUMNS = ["name", "open", "waiting", "overdue", "do"];

export class ResellersView extends Part {
  constructor(app) {
    super(app, "section_resellers");
    const { labels } = this;
    const { home, partner } = app.staff;
    this.columns = h("tr");
    this.rows = h("tbody");
    this.table = h("table", { class: "stack" }, h("thead", {}, this.columns), this.rows);
    this.none = labels.text(h("p", { class: "quiet" }), "resellers_none");
    this.node.append(home
      ? h("section", { class: "card acting" }, icon("swap"), labels.text(h("p"), "resellers_acting", () => ({ partner, home })),
        labels.text(h("button", { type: "button", class: "button primary", "data-do": "home", onclick: () => this.#act(null) }), "resellers_leave", () => ({ home })))
      : h("div", { class: "resellers" }, labels.text(h("p", { class: "quiet" }), "resellers_hint"), h("div", { class: "table" }, this.table), this.none));
  }

  /** While acting somewhere the list is not to be had. */
  async fetch() { return this.app.staff.home ? [] : (await calls.resellers()).resellers; }

  render() {
    super.render();
    const { words, data } = this;
    this.table.hidden = !data?.length;
    this.none.hidden = !data || data.length > 0;
    when(this.columns, words.lang, () => this.columns.replaceChildren(...COLUMNS.map((name) => h("th", { scope: "col" }, words.t(`reseller_${name}`)))));
    when(this.rows, [words.lang, data], () => this.rows.replaceChildren(...(data ?? []).map((reseller) => this.#row(reseller))));
  }

  #row({ partner, name, open, waiting, overdue }) {
    const { words } = this;
    const shown = name[words.lang] ?? partner;
    const count = (value, late = false) => h("td", { class: late && value ? "number late" : "number" }, String(value));
    return h("tr", { "data-partner": partner }, h("th", { scope: "row" }, shown, h("span", { class: "mark" }, partner)),
      count(open), count(waiting), count(overdue, true),
      h("td", {}, h("button", { type: "button", class: "button small", "data-do": "act", "aria-label": words.t("reseller_act_named", { name: shown }), onclick: () => this.#act(partner) }, words.t("reseller_act"))));
  }

  /** What one may do changes with the place: the page begins anew. */
  async #act(partner) {
    try {
      await calls.actAt(partner);
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") this.app.signedOut();
      else this.app.fail(error);
      return;
    }
    if (partner) location.assign("/desk");
    else location.reload();
  }
}

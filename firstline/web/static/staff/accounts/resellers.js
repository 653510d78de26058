/** A provider's resellers side by side, what burns first; what they handed up; one is chosen to work at, and left again. */
import { h, icon, moment, when } from "../view.js";
import { calls } from "./calls.js";
import { FromBelow } from "./frombelow.js";
import { Part } from "./part.js";
import { SharedArticles } from "./shared.js";

const COLUMNS = ["name", "overdue", "warning", "waiting", "open", "kept", "escalations", "duty", "do"];

export class ResellersView extends Part {
  constructor(app) {
    super(app, "section_resellers");
    const { labels } = this;
    const { home, partner } = app.staff;
    this.columns = h("tr");
    this.rows = h("tbody");
    this.table = h("table", { class: "stack side-by-side" }, h("thead", {}, this.columns), this.rows);
    this.none = labels.text(h("p", { class: "quiet" }), "resellers_none");
    this.below = new FromBelow(app, () => this.load());
    this.shared = new SharedArticles(app);
    this.node.append(home
      ? h("section", { class: "card acting" }, icon("swap"), labels.text(h("p"), "resellers_acting", () => ({ partner, home })),
        labels.text(h("button", { type: "button", class: "button primary", "data-do": "home", onclick: () => this.#act(null) }), "resellers_leave", () => ({ home })))
      : h("div", { class: "resellers" }, labels.text(h("p", { class: "quiet" }), "resellers_hint"), h("div", { class: "table" }, this.table), this.none, this.below.node, this.shared.node));
  }

  /** While acting somewhere the list is not to be had. */
  async fetch() {
    if (this.app.staff.home) return { resellers: [], escalations: [] };
    const [{ resellers }, { escalations }] = await Promise.all([calls.resellers(), calls.fromBelow()]);
    return { resellers, escalations };
  }

  render() {
    super.render();
    const { words, data } = this;
    const rows = data?.resellers ?? [];
    this.table.hidden = !rows.length;
    this.none.hidden = !data || rows.length > 0;
    when(this.columns, words.lang, () => this.columns.replaceChildren(...COLUMNS.map((name) => h("th", { scope: "col" }, words.t(`reseller_${name}`)))));
    when(this.rows, [words.lang, rows], () => this.rows.replaceChildren(...rows.map((reseller) => this.#row(reseller))));
    const names = Object.fromEntries(rows.map(({ partner, name }) => [partner, name]));
    this.below.render(data?.escalations ?? null, names);
    this.shared.render(names);
  }

  #row(row) {
    const { words, app } = this;
    const { partner, name, promises, escalations } = row;
    const shown = name[words.lang] ?? partner;
    const cell = (key, level, ...what) => h("td", { class: "number", "data-label": words.t(`reseller_${key}`), "data-level": level }, ...what);
    const count = (key, level) => cell(key, row[key] ? level : "", String(row[key]));
    const share = promises.due ? `${Math.floor((promises.kept / promises.due) * 100)} %` : words.t("reseller_kept_none");
    return h("tr", { "data-partner": partner }, h("th", { scope: "row" }, shown, h("span", { class: "mark" }, partner), row.extends && h("span", { class: "mark" }, words.t("reseller_extends"))),
      count("overdue", "late"), count("warning", "soon"),
      cell("waiting", "", String(row.waiting), row.oldest_wait && h("span", { class: "mark" }, words.t("reseller_oldest"), " ", moment(app.times, row.oldest_wait))),
      count("open", ""),
      cell("kept", "", share, promises.due > 0 && h("span", { class: "mark" }, words.t("reseller_kept_of", promises))),
      cell("escalations", escalations.late ? "late" : "", String(escalations.waiting),
        escalations.late > 0 && h("span", { class: "mark" }, words.t("reseller_escalations_late", { count: escalations.late }))),
      this.#duty(row),
      h("td", {}, h("button", { type: "button", class: "button small", "data-do": "act", "aria-label": words.t("reseller_act_named", { name: shown }), onclick: () => this.#act(partner) }, words.t("reseller_act"))));
  }

  #duty({ duty, next_open: opens, on_duty: there }) {
    const { words, app } = this;
    return h("td", { "data-label": words.t("reseller_duty") }, h("span", { class: "pill", "data-duty": duty }, words.t(`reseller_duty_${duty}`)),
      there.length > 0 && h("span", { class: "mark typed" }, there.join(", ")),
      opens && h("span", { class: "mark" }, words.t("reseller_opens"), " ", moment(app.times, opens)));
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

/** What the page is about: the period, the language, and for a provider whose figures. */
import { h } from "../view.js";

const LENGTHS = [7, 30, 90];
const DAY_MS = 24 * 3600 * 1000;

export class Controls {
  /** @param change (scope) is called with {partner, since, until, lang} when another was chosen */
  constructor(labels, words, scope, change) {
    Object.assign(this, { words, scope, change });
    this.lengths = LENGTHS.map((days) => labels.text(h("button", { type: "button", class: "chip", "data-days": days, onclick: () => this.#last(days) }), "insights_days", () => ({ days })));
    this.since = h("input", { type: "date", id: "insights-since", required: true });
    this.until = h("input", { type: "date", id: "insights-until", required: true });
    this.lang = labels.options(h("select", { id: "insights-lang", onchange: () => this.#choose({ lang: this.lang.value }) }), ["", "ko", "en"],
      (lang) => words.t(lang ? `language_name_${lang}` : "filter_all"));
    this.partner = h("select", { id: "insights-partner", onchange: () => this.#choose({ partner: this.partner.value || null }) });
    const field = (key, box) => h("div", { class: "field" }, labels.text(h("label", { for: box.id }), key), box);
    this.whose = field("insights_partner", this.partner);
    this.node = h("form", { class: "insight-controls", onsubmit: (event) => {
      event.preventDefault();
      this.#choose({ since: this.since.value, until: this.until.value });
    } }, labels.label(h("div", { class: "chips", role: "group" }, ...this.lengths), "insights_period"),
    field("insights_since", this.since), field("insights_until", this.until),
    labels.text(h("button", { type: "submit", class: "button", "data-do": "period" }), "insights_show"), field("insights_lang", this.lang), this.whose);
  }

  /** @param resellers [{partner, name}]; @param own whether one's own partner has figures to read */
  offer(resellers, own, home) {
    const { words, partner } = this;
    const options = resellers.map((one) => new Option(one.name[words.lang] ?? one.partner, one.partner));
    partner.replaceChildren(...(own ? [new Option(home, "")] : []), ...options);
    partner.value = this.scope.partner ?? "";
    this.whose.hidden = !resellers.length;
  }

  render(report) {
    const { scope } = this;
    this.since.value = scope.since ?? report?.since ?? "";
    this.until.value = scope.until ?? report?.until ?? "";
    this.lang.value = scope.lang ?? "";
    if (!report) return;
    const days = (Date.parse(report.until) - Date.parse(report.since)) / DAY_MS + 1;
    // The period ends today only on the server's clock in the partner's zone.
    const today = new Date(report.now).toLocaleDateString("sv-SE", { timeZone: report.zone });
    for (const chip of this.lengths) chip.setAttribute("aria-pressed", String(report.until === today && Number(chip.dataset.days) === days));
    this.today = today;
  }

  #last(days) {
    const until = this.today ?? new Date().toISOString().slice(0, 10);
    this.#choose({ since: new Date(Date.parse(until) - (days - 1) * DAY_MS).toISOString().slice(0, 10), until });
  }

  #choose(part) {
    this.scope = { ...this.scope, ...part };
    this.change(this.scope);
  }
}

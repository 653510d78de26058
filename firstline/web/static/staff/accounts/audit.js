/** The audit log: who did what to what, from where and when; by person, kind, subject and days, page by page, and as a file. */
import { h, moment, when } from "../view.js";
import { dataText } from "./auditdata.js";
import { calls } from "./calls.js";
import { Part } from "./part.js";

const COLUMNS = ["at", "who", "action", "target", "data", "address"];
const DAY_MS = 24 * 3600 * 1000;

export class AuditView extends Part {
  constructor(app) {
    super(app, "section_audit");
    const { labels } = this;
    this.groups = [""];
    this.boxes = {
      who: this.#box("who", { type: "search", autocomplete: "off" }),
      action: h("select", { id: "audit-action" }),
      target: this.#box("target", { type: "search", autocomplete: "off" }),
      since: this.#box("since", { type: "date" }),
      until: this.#box("until", { type: "date" }),
    };
    labels.fill(this.boxes.action, () => this.#options());
    this.form = h("form", { class: "audit-filters", onsubmit: (event) => {
      event.preventDefault();
      this.load();
    } }, ...Object.entries(this.boxes).map(([name, box]) => h("div", { class: "field" }, labels.text(h("label", { for: box.id }), `audit_by_${name}`), box)),
    h("div", { class: "audit-go" }, labels.text(h("button", { type: "submit", class: "button primary" }), "audit_go"),
      labels.text(h("button", { type: "button", class: "button", "data-do": "export", onclick: () => this.#export() }), "audit_export")));
    this.count = h("p", { class: "quiet", role: "status" });
    this.columns = h("tr");
    this.rows = h("tbody");
    this.table = h("table", { class: "audit-log stack" }, h("thead", {}, this.columns), this.rows);
    this.more = labels.text(h("button", { type: "button", class: "button", "data-do": "more", onclick: () => this.#more() }), "list_more");
    this.node.append(this.form, this.count, h("div", { class: "table" }, this.table), this.more);
  }

  async fetch() {
    const { entries, more, groups } = await this.#page();
    this.groups = ["", ...groups];
    return { entries, more };
  }

  render() {
    super.render();
    const { words, data } = this;
    const entries = data?.entries ?? [];
    this.count.textContent = data ? words.t(entries.length ? data.more ? "audit_some" : "audit_count" : "audit_none", { count: entries.length }) : "";
    this.table.hidden = !entries.length;
    this.more.hidden = !data?.more;
    when(this.columns, words.lang, () => this.columns.replaceChildren(...COLUMNS.map((name) => h("th", { scope: "col" }, words.t(`audit_${name}`)))));
    when(this.rows, [words.lang, entries], () => this.rows.replaceChildren(...entries.map((entry) => this.#row(entry))));
  }

  #row({ at, who, home, action, target, data, address }) {
    const { words, app: { times } } = this;
    return h("tr", { "data-action": action }, h("td", {}, moment(times, at)),
      h("td", {}, who, home && h("span", { class: "mark" }, words.t("audit_home", { partner: home }))),
      h("td", {}, words.code("audited", action.replace(".", "_"))), h("td", {}, target), h("td", {}, dataText(words, data)), h("td", {}, address));
  }

  /** Asks for a page under the filters: the newest, or what is older than the entry `before`. */
  #page(before = null) {
    const filters = this.#filters();
    if (before !== null) filters.set("before", before);
    return calls.audit(filters);
  }

  #filters() {
    const { who, action, target, since, until } = this.boxes;
    const filters = new URLSearchParams();
    for (const [name, box] of Object.entries({ who, action, target })) if (box.value.trim()) filters.set(name, box.value.trim());
    if (since.value) filters.set("since", midnight(since.value));
    if (until.value) filters.set("until", midnight(until.value, 1));
    return filters;
  }

  async #more() {
    const { data } = this;
    try {
      const { entries, more } = await this.#page(data.entries.at(-1).id);
      if (this.data === data) this.data = { entries: [...data.entries, ...entries], more };
      this.render();
    } catch (error) {
      this.#failed(error);
    }
  }

  async #export() {
    try {
      const href = URL.createObjectURL(await calls.auditFile(this.#filters()));
      h("a", { href, download: `audit-${this.app.staff.partner}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error) {
    if (!error.kind) throw error;
    if (error.kind === "signed_out") this.app.signedOut();
    else this.app.fail(error);
  }

  #box(name, props) { return h("input", { id: `audit-${name}`, ...props }); }

  #options() {
    const { words, groups, boxes: { action } } = this;
    when(action, [words.lang, groups], () => {
      const { value } = action;
      action.replaceChildren(...groups.map((group) => new Option(group ? words.code("audited_group", group) : words.t("filter_all"), group)));
      action.value = value;
    });
  }
}

/** The beginning of a day in Korea, which keeps UTC+9 all year; `later` days after it. */
function midnight(day, later = 0) { return new Date(Date.parse(`${day}T00:00:00+09:00`) + later * DAY_MS).toISOString(); }

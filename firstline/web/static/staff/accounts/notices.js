/** Notices that could not be delivered, and those that are tried again: why, how often, when next; tried again at once or given up. */
import { confirmWith } from "../confirm.js";
import { h, icon, moment, when } from "../view.js";
import { calls } from "./calls.js";
import { Part } from "./part.js";

const COLUMNS = ["what", "to", "why", "attempts", "next", "do"];
const REASONS = ["wrong_address", "told_otherwise", "not_needed"];

export class NoticesView extends Part {
  constructor(app) {
    const all = h("button", { type: "button", class: "button", "data-do": "retry-all" });
    super(app, "section_notices", all);
    this.all = this.labels.text(all, "notices_retry_all");
    all.addEventListener("click", () => this.#retry(null));
    this.columns = h("tr");
    this.rows = h("tbody");
    this.table = h("table", { class: "stack notices" }, h("thead", {}, this.columns), this.rows);
    this.counts = h("p", { class: "quiet", role: "status" });
    this.ways = this.labels.text(h("p", { class: "notices-ways" }), "notices_no_mail");
    this.node.append(this.labels.text(h("p", { class: "quiet" }), "notices_hint"), this.ways, this.counts, h("div", { class: "table" }, this.table));
  }

  async fetch() {
    const [dead, failing] = await Promise.all([calls.notices("dead"), calls.notices("failing")]);
    return { rows: [...dead.notices, ...failing.notices], counts: dead.counts, ways: dead.ways };
  }

  render() {
    super.render();
    const { words, data } = this;
    const rows = data?.rows ?? [];
    this.table.hidden = !rows.length;
    this.all.hidden = !rows.some(({ state }) => state === "dead");
    this.ways.hidden = !data || data.ways.email;
    when(this.counts, [words.lang, data?.counts, rows.length], () => { this.counts.textContent = data ? this.#summary(rows.length, data.counts) : ""; });
    when(this.columns, words.lang, () => this.columns.replaceChildren(...COLUMNS.map((name) => h("th", { scope: "col" }, words.t(`notices_${name}`)))));
    when(this.rows, [words.lang, data], () => this.rows.replaceChildren(...rows.map((row) => this.#row(row))));
  }

  #summary(stuck, counts) {
    const key = stuck ? "counts" : counts.sent || counts.pending ? "none" : "nothing_sent";
    return this.words.t(`notices_${key}`, counts);
  }

  #row(row) {
    const { words, app: { times } } = this;
    const act = (what, word, run) => h("button", { type: "button", class: "button small", "data-do": what,
      "aria-label": words.t("notices_do_named", { what: words.t(word), to: row.target || row.case }), onclick: run }, words.t(word));
    return h("tr", { "data-notice": row.id },
      h("th", { scope: "row" }, words.code("notice_kind", row.kind), h("span", { class: "mark" }, row.case), h("span", { class: "mark" }, moment(times, row.created_at))),
      h("td", {}, words.code("notice_channel", row.channel), h("span", { class: "mark typed" }, row.target)),
      h("td", { class: "typed" }, row.error),
      h("td", { class: "number", "data-label": words.t("notices_attempts") }, String(row.attempts)),
      h("td", { "data-label": words.t("notices_next") }, row.next_at ? moment(times, row.next_at) : h("span", { class: "failed" }, icon("alert"), words.t("notices_dead"))),
      h("td", {}, h("div", { class: "acts" }, act("retry", "notices_retry", () => this.#retry(row.id)), act("give-up", "notices_give_up", () => this.#giveUp(row)))));
  }

  async #retry(id) {
    await this.change(async () => {
      const { count } = await calls.retryNotices(id);
      this.app.say(this.words.t("notices_retried", { count }));
    });
  }

  async #giveUp({ id, target, case: number }) {
    const { words } = this;
    const reason = await confirmWith(words, words.t("notices_give_up_title", { to: target || number }), words.t("notices_give_up_hint"),
      REASONS.map((name) => ({ name, label: words.t(`notices_reason_${name}`) })));
    if (!reason) return;
    await this.change(async () => {
      await calls.giveUpNotice(id, reason);
      this.app.say(words.t("notices_given_up"));
    });
  }
}

/** The rows that a number counts: page by page in a dialog, and all of them as a file. */
import { problemText } from "../accounts/problems.js";
import { show } from "../dialogs.js";
import { h } from "../view.js";
import { calls } from "./calls.js";

const CODES = {
  category: "category", result: "insights_result", by: "insights_by", outcome: "insights_outcome", reason: "reason", wait: "insights_waited",
  worked: "insights_worked", kind: "clock", state: "insights_state", found: "insights_found", language: "language_name",
};
const TIMES = ["at", "confirmed_at", "reopened_at", "due", "met_at"];
const SPANS = ["wait_seconds", "handle_seconds", "late_seconds"];
const YES = ["confirmed", "settling"];
// What a person reads little in; the file has all.
const HIDDEN = ["day", "slot", "id"];

/** @param page {app, words, numbers, scope, report, signedOut()}; @param figure {count, rows} */
export function openRows(page, figure, title) {
  const { words, numbers, scope, app } = page;
  const head = h("tr");
  const body = h("tbody");
  const state = h("p", { class: "quiet", role: "status" }, words.t("staff_loading"));
  const more = h("button", { type: "button", class: "button", hidden: true, "data-do": "more", onclick: () => load() }, words.t("list_more"));
  const table = h("div", { class: "table rows-table", tabindex: "0", role: "region", "aria-labelledby": "dialog-title" }, h("table", {}, h("thead", {}, head), body));
  const dialog = show(h("div", { class: "insight-rows" }, h("h2", { id: "dialog-title" }, title), state, table,
    h("div", { class: "dialog-foot wrap" }, more,
      h("button", { type: "button", class: "button", "data-do": "csv", onclick: save }, words.t("insights_csv")),
      h("button", { type: "button", class: "button primary", onclick: () => dialog.close() }, words.t("close")))), "wide");
  let after = "";
  let all = 0;
  load();

  async function load() {
    try {
      const found = await calls.rows(scope, figure.rows, after);
      const columns = found.columns.filter((name) => !HIDDEN.includes(name) || (name === "id" && found.columns.includes("outcome")));
      if (!after) {
        all = found.count;
        head.replaceChildren(...columns.map((name) => h("th", { scope: "col" }, words.t(`insights_col_${name}`))));
      }
      body.append(...found.rows.map((row) => h("tr", {}, ...columns.map((name) => h("td", {}, shown(name, row[name]))))));
      state.textContent = words.t("insights_rows_shown", { shown: numbers.count(body.children.length), count: numbers.count(all) });
      after = found.next;
      more.hidden = !after;
    } catch (error) {
      failed(error);
    }
  }

  async function save() {
    try {
      const href = URL.createObjectURL(await calls.file(scope, figure.rows));
      h("a", { href, download: `insights-${scope.partner ?? app.staff.partner}-${scope.since}-${scope.until}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
    } catch (error) {
      failed(error);
    }
  }

  function failed(error) {
    if (!error.kind) throw error;
    if (error.kind === "signed_out") return app.signedOut();
    state.textContent = problemText(words, error);
  }

  function shown(name, value) {
    if (value === null || value === undefined || value === "") return "";
    if (TIMES.includes(name)) return value.slice(0, 16).replace("T", " ");
    if (SPANS.includes(name)) return numbers.span(value);
    if (YES.includes(name)) return value ? words.t("insights_yes") : "";
    if (name === "severity") return page.report.severities[value]?.[words.lang] ?? value;
    if (name === "probability") return numbers.share(value);
    if (name === "number" && !scope.partner) return h("a", { href: `/desk#${encodeURIComponent(value)}` }, value);
    return CODES[name] ? words.code(CODES[name], value) : String(value);
  }
}

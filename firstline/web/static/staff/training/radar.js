/** The training radar: who would gain from training, why, from which course; figures come in and the list goes out. */
import { Part } from "../accounts/part.js";
import { h, icon, when } from "../view.js";
import { calls } from "./calls.js";
import { bars, rate, seatsOf } from "./show.js";
import { TakeIn } from "./takein.js";

const COLUMNS = ["customer", "seats", "questions", "rate", "reasons", "courses"];
const PAUSE_MS = 300;

export class TrainingView extends Part {
  #soon = 0;
  #asked = 0;

  constructor(app) {
    const out = h("button", { type: "button", class: "button", "data-do": "export" });
    super(app, "section_training", out);
    const { labels } = this;
    labels.text(out, "training_export");
    out.addEventListener("click", () => this.#export());
    this.takeIn = new TakeIn(app, labels, () => this.load());
    this.search = h("input", { type: "search", id: "training-search", oninput: () => this.#later() });
    this.everybody = h("input", { type: "checkbox", id: "training-everybody", onchange: () => this.#again() });
    this.counts = h("p", { class: "quiet", role: "status" });
    this.columns = h("tr");
    this.rows = h("tbody");
    this.table = h("table", { class: "training stack" }, h("thead", {}, this.columns), this.rows);
    this.courses = h("ul", { class: "training-courses" });
    this.offered = h("section", { class: "card" }, labels.text(h("h3"), "training_by_course"), this.courses);
    this.node.append(labels.text(h("p", { class: "quiet" }), "training_hint"), this.takeIn.node,
      h("div", { class: "training-find" },
        h("div", { class: "field" }, labels.text(h("label", { for: "training-search" }), "training_search"), this.search),
        h("p", { class: "check" }, this.everybody, labels.text(h("label", { for: "training-everybody" }), "training_everybody"))),
      this.counts, h("div", { class: "table" }, this.table), this.offered);
  }

  fetch() { return calls.radar(this.search.value.trim(), this.everybody.checked); }

  render() {
    super.render();
    const { words, data } = this;
    this.takeIn.render();
    this.table.hidden = !data?.customers.length;
    this.offered.hidden = !data?.courses.some(({ customers }) => customers.length);
    this.counts.textContent = data ? this.#counted(data) : "";
    when(this.columns, words.lang, () => this.columns.replaceChildren(...COLUMNS.map((name) => h("th", { scope: "col" }, words.t(`training_${name}`)))));
    when(this.rows, [words.lang, data?.customers], () => {
      const most = Math.max(1, ...(data?.customers ?? []).flatMap(({ months }) => months.map(({ questions }) => questions)));
      this.rows.replaceChildren(...(data?.customers ?? []).map((customer) => this.#row(customer, most)));
    });
    when(this.courses, [words.lang, data?.courses], () => this.courses.replaceChildren(...(data?.courses ?? []).filter(({ customers }) => customers.length).map(({ title, customers }) =>
      h("li", {}, h("strong", {}, title[words.lang]), " ", words.t("training_course_customers", { count: customers.length }), h("span", { class: "mark" }, customers.join(", "))))));
  }

  #counted({ counts, since, until, found, customers }) {
    const { words } = this;
    const said = [words.t("training_counts", { ...counts, since, until }), words.t("training_unknown", { count: counts.unknown_questions + counts.unclear_questions })];
    if (counts.without_seats) said.push(words.t("training_without_seats", { count: counts.without_seats }));
    if (found > customers.length) said.push(words.t("training_first", { count: customers.length, found }));
    if (!counts.customers) return words.t("training_empty");
    return said.join(" ");
  }

  #row(customer, most) {
    const { words } = this;
    const { id, key, name, questions, per_100_seats: per, reasons, courses, months } = customer;
    return h("tr", { "data-customer": key }, h("th", { scope: "row" }, h("a", { href: `#/training/${id}` }, name), h("span", { class: "mark" }, key)),
      h("td", { "data-label": words.t("training_seats") }, ...seatsOf(words, customer)),
      h("td", { class: "number", "data-label": words.t("training_questions") }, String(questions), questions > 0 && bars(words, months, most)),
      h("td", { class: "number", "data-label": words.t("training_rate") }, per === null ? "–" : rate(per)),
      h("td", { class: "said-why" }, reasons.length ? h("ul", {}, ...reasons.map(({ why, text }) => h("li", { "data-why": why }, text[words.lang]))) : h("span", { class: "quiet" }, words.t("training_no_reason"))),
      h("td", {}, ...courses.map(({ title }) => h("span", { class: "pill course" }, icon("article"), title[words.lang]))));
  }

  #later() {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.#again(), PAUSE_MS);
  }

  /** What is there stays until the answer to the last question has come. */
  async #again() {
    const asked = ++this.#asked;
    try {
      const data = await this.fetch();
      if (asked === this.#asked) this.data = data;
    } catch (error) {
      this.#failed(error);
    }
    this.render();
  }

  async #export() {
    try {
      const href = URL.createObjectURL(await calls.sheet(this.words.lang));
      h("a", { href, download: `training-${this.app.staff.partner}.csv` }).click();
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
}

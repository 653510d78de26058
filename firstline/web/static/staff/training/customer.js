/** One customer on the radar: why, figures with their days, what was asked, the letter, trainings before and after. */
import { Part } from "../accounts/part.js";
import { confirmWith } from "../confirm.js";
import { h, icon, when } from "../view.js";
import { calls } from "./calls.js";
import { Held } from "./held.js";
import { Letter } from "./letter.js";
import { bars, day, rate, seatsOf, share } from "./show.js";

export class TrainingCustomerView extends Part {
  #drafted = false;

  constructor(app, id) {
    super(app, "section_training");
    const { labels } = this;
    this.id = id;
    this.head.append(h("a", { class: "button", href: "#/training", "data-do": "back" }, icon("back"), labels.text(h("span"), "training_back")),
      labels.text(h("button", { type: "button", class: "button", "data-do": "forget", onclick: () => this.#forget() }), "training_forget"));
    this.facts = h("section", { class: "card training-facts" });
    this.letter = new Letter(app, labels, id);
    this.held = new Held(app, labels, id, () => this.load());
    this.body = h("div", { class: "training-customer", hidden: true }, this.facts, this.letter.node, this.held.node);
    this.node.append(this.body);
  }

  get heading() { return this.data?.customer.name ?? this.words.t(this.title); }
  get dirty() { return this.letter.dirty; }
  discard() { this.letter.discard(); }

  async fetch() {
    const [{ customer }, { courses, definitions }] = await Promise.all([calls.customer(this.id), calls.radar("", false)]);
    return { customer, courses, definitions };
  }

  render() {
    super.render();
    const { words, data } = this;
    this.body.hidden = !data;
    if (!data) return;
    const { customer, courses } = data;
    this.head.querySelector("h2").textContent = customer.name;
    when(this.facts, [words.lang, data], () => this.facts.replaceChildren(...this.#facts(data).filter(Boolean)));
    this.letter.offer(courses, customer.courses.map(({ id }) => id));
    this.held.render(courses, customer.held);
    if (this.#drafted) return;
    this.#drafted = true;
    this.letter.draft();
  }

  #facts({ customer, definitions }) {
    const { words } = this;
    const { key, addresses, reasons, courses, months, figures, topics, questions, per_100_seats: per } = customer;
    const term = (name, ...said) => [h("dt", {}, words.t(`training_${name}`)), h("dd", {}, ...said)];
    const source = (code) => Object.values(definitions).flat().find(({ id }) => id === code);
    return [
      h("dl", { class: "facts" }, ...term("customer", key), ...term("addresses", addresses.join(", ") || words.t("training_no_addresses")), ...term("seats", ...seatsOf(words, customer)),
        ...term("questions", String(questions), " ", bars(words, months)), ...term("rate", per === null ? words.t("training_no_seats") : rate(per))),
      h("h3", {}, words.t("training_reasons")),
      reasons.length ? h("ul", { class: "said-why" }, ...reasons.map(({ why, text }) => h("li", { "data-why": why }, text[words.lang]))) : h("p", { class: "quiet" }, words.t("training_no_reason")),
      courses.length > 0 && h("p", {}, ...courses.map(({ title, covered }) => h("span", { class: "pill course" }, icon("article"), title[words.lang], covered ? ` · ${words.t("training_covers", { count: covered, all: questions })}` : ""))),
      figures.length > 0 && h("div", { class: "table" }, h("table", {}, h("caption", { class: "quiet" }, words.t("training_figures_hint")),
        h("thead", {}, h("tr", {}, ...["what", "product", "share", "as_of", "definition"].map((name) => h("th", { scope: "col" }, words.t(`training_${name}`))))),
        h("tbody", {}, ...figures.map(({ what, product_name: product, share: value, as_of: on, old, definition }) => h("tr", {}, h("th", { scope: "row" }, words.t(`training_${what}`)), h("td", {}, product[words.lang]),
          h("td", { class: "number" }, share(value), value > 1 && h("span", { class: "mark" }, words.t("training_over"))), h("td", {}, day(words, on), old && h("span", { class: "pill" }, words.t("training_old"))),
          h("td", {}, words.code("training_definition", definition), h("span", { class: "mark" }, source(definition)?.as_of ?? ""))))))),
      topics.length > 0 && h("div", { class: "table" }, h("table", {}, h("thead", {}, h("tr", {}, ...["topic", "product", "questions"].map((name) => h("th", { scope: "col" }, words.t(`training_${name}`))))),
        h("tbody", {}, ...topics.map(({ topic, titles, product_name: product, questions: count }) => h("tr", {}, h("th", { scope: "row", lang: titles[words.lang] ? null : "ko" }, titles[words.lang] ?? Object.values(titles)[0] ?? (topic || words.t("training_by_person"))),
          h("td", {}, product[words.lang] ?? "–"), h("td", { class: "number" }, String(count))))))),
    ];
  }

  async #forget() {
    const { words } = this;
    const sure = await confirmWith(words, words.t("training_forget_title", { name: this.heading }), words.t("training_forget_hint"),
      [{ name: "forget", label: words.t("training_forget"), primary: true }]);
    if (!sure) return;
    try {
      await calls.forget(this.id);
      this.letter.discard();
      this.app.go("#/training");
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") this.app.signedOut();
      else this.app.fail(error);
    }
  }
}

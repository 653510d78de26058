/** Trainings that were held: noted with their day, and what was before and after. */
import { confirmWith } from "../confirm.js";
import { h, icon, when } from "../view.js";
import { calls } from "./calls.js";
import { day, rate, share } from "./show.js";

export class Held {
  /** @param load () -> shows the customer anew */
  constructor(app, labels, id, load) {
    Object.assign(this, { app, id, load, words: app.words });
    const field = (box, key) => h("div", { class: "field" }, labels.text(h("label", { for: box.id }), key), box);
    this.course = h("select", { id: "held-course" });
    this.on = h("input", { type: "date", id: "held-on", required: true });
    this.people = h("input", { type: "number", id: "held-people", min: "1", inputmode: "numeric" });
    const form = h("form", { class: "training-pick", onsubmit: (event) => this.#note(event) }, field(this.course, "training_course"), field(this.on, "training_held_on"),
      field(this.people, "training_people"), labels.text(h("button", { type: "submit", class: "button primary", "data-do": "held" }), "training_held_go"));
    this.list = h("div", { class: "training-held" });
    this.node = h("section", { class: "card" }, labels.text(h("h3"), "training_held"), labels.text(h("p", { class: "quiet" }), "training_held_hint"), form, this.list);
  }

  render(courses, held) {
    const { words } = this;
    when(this.course, [words.lang, courses.map(({ id }) => id)], () => {
      const chosen = this.course.value;
      this.course.replaceChildren(...courses.map(({ id, title }) => new Option(title[words.lang], id)));
      if (chosen) this.course.value = chosen;
    });
    when(this.list, [words.lang, held], () => this.list.replaceChildren(...held.map((one) => this.#one(one))));
  }

  #one(held) {
    const { words } = this;
    const { id, title, held_on: on, people, verdict, text, before, after, usage } = held;
    const row = (name, side) => side && h("tr", {}, h("th", { scope: "row" }, words.t(`training_${name}`), h("span", { class: "mark" }, `${side.first} – ${side.last}`)),
      h("td", { class: "number" }, String(side.questions)), h("td", { class: "number" }, side.seats === null ? words.t("training_no_seats") : String(side.seats)),
      h("td", { class: "number" }, side.per_100_seats === null ? "–" : rate(side.per_100_seats)));
    return h("article", { "data-held": id }, h("div", { class: "training-held-head" }, h("h4", {}, title[words.lang]),
      h("span", { class: "quiet" }, day(words, on), people && ` · ${words.t("training_people_count", { count: people })}`),
      h("button", { type: "button", class: "button small", "data-do": "take-back", "aria-label": words.t("training_take_back_named", { course: title[words.lang], day: day(words, on) }), onclick: () => this.#takeBack(held) }, words.t("training_take_back"))),
    h("p", { class: "verdict", "data-verdict": verdict }, verdict === "fewer" && icon("check"), text[words.lang]),
    before && h("div", { class: "table" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.t("training_window")), ...["questions", "seats", "rate"].map((name) => h("th", { scope: "col" }, words.t(`training_${name}`))))),
      h("tbody", {}, row("before", before), row("after", after)))),
    ...(usage?.length ? usage.map((one) => h("p", {}, words.t("training_usage_change", { product: one.product_name[words.lang], before: share(one.before.usage),
      after: share(one.after.usage), on: day(words, one.before.as_of), then: day(words, one.after.as_of) }))) : [h("p", { class: "quiet" }, words.t("training_usage_unknown"))]));
  }

  async #note(event) {
    event.preventDefault();
    if (!this.on.value || !this.course.value) return;
    const people = this.people.value ? Number(this.people.value) : null;
    await this.#change(() => calls.hold(this.id, { course: this.course.value, held_on: this.on.value, people }), "training_noted");
  }

  async #takeBack({ id, title, held_on: on }) {
    const { words } = this;
    const sure = await confirmWith(words, words.t("training_take_back_title"), `${title[words.lang]} · ${day(words, on)}`,
      [{ name: "take-back", label: words.t("training_take_back"), primary: true }]);
    if (sure) await this.#change(() => calls.takeBack(this.id, id), "training_taken_back");
  }

  async #change(run, said) {
    try {
      await run();
      this.app.say(this.words.t(said));
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") return this.app.signedOut();
      const key = `training_bad_${error.code}`;
      this.app.say(this.words.t(this.words.has(key) ? key : `error_${error.kind}`), true);
    }
    await this.load();
  }
}

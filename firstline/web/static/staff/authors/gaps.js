/** What customers asked and got no help with: groups of like questions, largest first, one press away from a draft. */
import { h, icon, moment, when } from "../view.js";
import { calls } from "./calls.js";
import { Labels } from "../labels.js";
import { problemNodes } from "./problems.js";

export class GapsView {
  gaps = null;
  problem = null;
  busy = null;

  constructor(app) {
    Object.assign(this, { app, words: app.words, lang: app.words.lang, days: "30" });
    const { words } = this;
    const labels = this.labels = new Labels(words);
    this.langs = ["ko", "en"].map((lang) => labels.text(h("button", { type: "button", "data-lang-choice": lang, onclick: () => this.#ask({ lang }) }), `language_name_${lang}`));
    this.range = labels.options(h("select", { id: "gap-days", onchange: () => this.#ask({ days: this.range.value }) }), ["7", "30", "90"], (days) => words.t("gaps_days", { days }));
    this.range.value = this.days;
    this.list = h("ol", { class: "gaps" });
    this.info = h("div", { class: "empty" });
    this.node = h("div", {}, h("div", { class: "console-head" }, labels.text(h("h2", { tabindex: "-1" }), "section_gaps"),
      labels.label(h("div", { class: "switch", role: "group" }, ...this.langs), "gaps_language"), labels.text(h("label", { class: "unseen", for: "gap-days" }), "gaps_range"), this.range),
    labels.text(h("p", { class: "quiet" }), "gaps_hint"), this.info, this.list);
  }

  get heading() { return this.words.t("section_gaps"); }

  async load() {
    const turn = this.turn = {};
    Object.assign(this, { gaps: null, problem: null });
    this.render();
    try {
      const { gaps } = await calls.gaps(this.lang, this.days);
      if (turn === this.turn) this.gaps = [...gaps].sort((a, b) => b.size - a.size);
    } catch (error) {
      if (error.kind === "signed_out") return this.app.signedOut();
      if (turn === this.turn) this.problem = error;
    }
    this.render();
  }

  render() {
    const { words, gaps, problem, busy } = this;
    this.labels.render();
    for (const button of this.langs) button.setAttribute("aria-pressed", String(button.dataset.langChoice === this.lang));
    this.info.hidden = Boolean(gaps?.length);
    when(this.info, [words.lang, gaps === null, problem?.kind], () => this.info.replaceChildren(...this.#info()));
    when(this.list, [words.lang, gaps, busy], () => this.list.replaceChildren(...(gaps ?? []).map((gap) => this.#gap(gap))));
  }

  #gap(gap) {
    const { words, app, busy } = this;
    const why = ["no_answer", "not_helped"].filter((reason) => gap.why?.[reason]).map((reason) => words.t(`gap_${reason}`, { count: gap.why[reason] }));
    const { nearest } = gap;
    return h("li", { class: "gap" },
      h("div", { class: "gap-head" }, h("strong", { class: "gap-size" }, words.t("gap_size", { count: gap.size })), h("span", { class: "quiet" }, why.join(" · ")),
        gap.last_at && h("span", { class: "quiet" }, words.t("gap_last"), " ", moment(app.times, gap.last_at))),
      h("ul", { class: "gap-questions", lang: gap.lang }, ...gap.questions.slice(0, 8).map(({ text, count }) => h("li", {}, text, count > 1 && h("span", { class: "count" }, `×${count}`)))),
      gap.questions.length > 8 && h("p", { class: "quiet" }, words.t("gap_more", { count: gap.questions.length - 8 })),
      nearest && h("p", { class: "quiet" }, words.t("gap_nearest"), " ", h("a", { href: `#/edit/${nearest.slug}/${gap.lang}` }, nearest.title), " ", `${Math.round(nearest.probability * 100)}%`),
      h("button", { type: "button", class: "button", "data-do": "draft", "aria-disabled": busy ? "true" : null, onclick: () => this.#draft(gap) }, icon("plus"), words.t(busy === gap.id ? "gap_drafting" : "gap_draft")));
  }

  #info() {
    const { words, problem } = this;
    if (problem) return [icon("alert"), h("p", { role: "alert" }, ...problemNodes(words, problem)), h("button", { type: "button", class: "button", onclick: () => this.load() }, words.t("try_again"))];
    if (!this.gaps) return [h("p", { role: "status" }, words.t("gaps_loading"))];
    return [icon("check"), h("p", {}, words.t("gaps_none"))];
  }

  #ask(change) {
    Object.assign(this, change);
    this.load();
  }

  async #draft(gap) {
    if (this.busy) return;
    this.busy = gap.id;
    this.render();
    try {
      const questions = gap.questions.map(({ text }) => text);
      const { slug } = await calls.draftGap(gap.lang, questions, questions[0]);
      this.app.outdated();
      this.app.go(`#/edit/${slug}/${gap.lang}`);
    } catch (error) {
      if (error.kind === "signed_out") return this.app.signedOut();
      this.app.fail(error);
    } finally {
      this.busy = null;
      this.render();
    }
  }
}

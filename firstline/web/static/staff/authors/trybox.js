/** Asks the search a question as a customer would: each article found, its probability, and the line below which the bot says "I don't know". */
import { h, when } from "../view.js";
import { calls } from "./calls.js";
import { passage } from "./passage.js";
import { problemNodes } from "./problems.js";

export class TryBox {
  /** @param draft (lang) -> the article as it stands in the editor, or null: then what is live is asked */
  constructor(app, labels, id, draft = () => null) {
    Object.assign(this, { app, words: app.words, draft, lang: app.words.lang, answer: null, problem: null, busy: false });
    this.box = labels.hint(h("input", { type: "search", id: `${id}-query`, autocomplete: "off", enterkeyhint: "search" }), "try_placeholder");
    this.select = labels.options(h("select", { id: `${id}-lang`, onchange: () => { this.lang = this.select.value; } }), ["ko", "en"], (lang) => app.words.t(`language_name_${lang}`));
    this.select.value = this.lang;
    this.go = labels.text(h("button", { type: "submit", class: "button" }), "try_go");
    this.result = h("div", { class: "try-result", "aria-live": "polite" });
    const form = h("form", { class: "try-form", onsubmit: (event) => {
      event.preventDefault();
      this.#ask();
    } }, labels.text(h("label", { class: "unseen", for: this.box.id }), "try_label"), this.box,
    labels.text(h("label", { class: "unseen", for: this.select.id }), "try_language"), this.select, this.go);
    // The Enter that ends a Korean syllable is not yet the question's end.
    this.box.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.preventDefault(); });
    this.node = h("div", { class: "try" }, form, this.result);
  }

  render() {
    const { words, answer, problem, busy } = this;
    when(this.result, [words.lang, answer, problem?.code, problem?.kind, busy], () => this.result.replaceChildren(...this.#shown()));
  }

  #shown() {
    const { words, answer, problem, busy } = this;
    if (busy) return [h("p", { class: "quiet" }, words.t("try_running"))];
    if (problem) return [h("p", { class: "failed", role: "alert" }, ...problemNodes(words, problem))];
    if (!answer) return [];
    if (!answer.results.length) return [h("p", {}, words.t("try_nothing"))];
    return [h("p", { class: answer.answered ? "try-yes" : "try-no" }, words.t(answer.answered ? "try_answered" : "try_unanswered", { n: percent(answer.threshold) })),
      h("ol", { class: "hits" }, ...answer.results.map((hit) => this.#hit(hit, answer.threshold)))];
  }

  #hit(hit, threshold) {
    const { words } = this;
    const n = percent(hit.probability);
    const bar = h("span", { class: hit.probability >= threshold ? "bar over" : "bar", role: "img", "aria-label": words.t("try_bar", { n, line: percent(threshold) }) }, h("span", { class: "fill" }), h("span", { class: "threshold" }));
    bar.firstChild.style.width = `${n}%`; // Set by script: the content policy allows no style attribute in markup.
    bar.lastChild.style.left = `${percent(threshold)}%`;
    const parts = Object.entries(hit.parts ?? {}).filter(([name]) => words.has(`part_${name}`)).map(([name, score]) => `${words.code("part", name)} ${Number(score).toFixed(2)}`);
    return h("li", { class: "hit" },
      h("div", { class: "hit-head" }, h("a", { href: `#/edit/${hit.slug}/${hit.lang}`, lang: hit.lang }, hit.title), hit.heading && h("span", { class: "quiet" }, `› ${hit.heading}`),
        h("span", { class: "tongue" }, words.t(`language_${hit.lang}`))),
      h("div", { class: "hit-bar" }, bar, h("span", { class: "number" }, `${n}%`)),
      passage(hit.excerpt, hit.lang), parts.length > 0 && h("p", { class: "hint" }, parts.join(" · ")));
  }

  async #ask() {
    const query = this.box.value.trim();
    if (!query || this.busy) return this.box.focus();
    Object.assign(this, { busy: true, problem: null });
    this.render();
    try {
      this.answer = await calls.ask(query, this.lang, this.draft(this.lang));
    } catch (error) {
      if (error.kind === "signed_out") return this.app.signedOut();
      this.problem = error;
    } finally {
      this.busy = false;
    }
    this.render();
  }
}

const percent = (share) => Math.round((share ?? 0) * 100);

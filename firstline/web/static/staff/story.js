/** The story so far, folded: why a person is needed, what is known, and what the bot did with each question. */
import { clockText } from "./due.js";
import { h, icon, moment, safeUrl, when } from "./view.js";

export class Story {
  constructor(store, words, times) {
    Object.assign(this, { store, words, times });
    this.summary = h("summary");
    this.body = h("div", { class: "fold-body" });
    this.node = h("details", { class: "fold story" }, this.summary, this.body);
  }

  toggle() {
    this.node.open = !this.node.open;
    if (this.node.open) this.summary.focus();
  }

  render() {
    const { store: { case: found }, words } = this;
    if (!found) return;
    const { summary } = found;
    when(this.summary, [words.lang, found.number, summary, found.reason], () => {
      this.summary.replaceChildren(h("strong", {}, words.t("story_title")),
        h("span", { class: "fold-gist" }, words.t("story_gist", {
          reason: words.code("reason", found.reason), questions: summary.questions.length, articles: summary.articles.length })));
    });
    const clocks = this.#clocks(found).map((node) => node.textContent);
    when(this.body, [words.lang, found.number, summary, found.trail, found.reason, found.category, found.package, found.tier, found.charter_version, found.rating, clocks], () => {
      this.body.replaceChildren(
        h("dl", { class: "facts" },
          ...fact(words.t("story_reason"), words.code("reason", found.reason)),
          ...this.#package(found),
          ...fact(words.t("story_rating"), this.#rating(found.rating)),
          ...this.#clocks(found),
          ...fact(words.t("story_turns"), words.t("story_turns_value", { turns: summary.turns ?? 0 })),
          ...fact(words.t("story_tier"), found.tier),
          ...fact(words.t("story_charter"), found.charter_version)),
        ...(found.trail ? this.#trail(found.trail) : this.#plain(summary)));
    });
  }

  /** What the customer said about the case; a dash stands for what nobody knows, "skipped" for what nobody may ask again. */
  #package(found) {
    const { words } = this;
    const known = found.package ?? {};
    const shown = (name, text) => text || words.t(known.skipped?.includes(name) ? "story_skipped" : "none");
    const suggested = known.suggested_severity && words.t("story_suggested", { severity: known.suggested_severity[words.lang] });
    return [
      ...(known.customer ? fact(words.t("story_customer"), [known.customer.name, known.customer.id].filter(Boolean).join(", ")) : []),
      ...fact(words.t("story_category"), shown("category", found.category && words.code("category", found.category))),
      ...fact(words.t("story_severity"), shown("severity", known.severity?.[words.lang] ?? suggested)),
      ...fact(words.t("story_product"), shown("product", [known.product, known.device].filter(Boolean).join(", "))),
      ...fact(words.t("story_tried"), shown("tried", known.tried)),
      ...fact(words.t("story_contact"), shown("contact", known.contact)),
      ...fact(words.t("story_language"), words.t(`language_name_${found.language}`)),
    ];
  }

  /** Every promise, each in a line of its own. */
  #clocks({ clocks = [] }) {
    const { words, times } = this;
    return clocks.flatMap((clock) => fact(words.code("clock", clock.kind), clockText({ ...clock, kind: "first_response" }, times, words).text));
  }

  /** Question by question: what came of it, and what it rests on. */
  #trail(trail) {
    const { words, times } = this;
    const steps = trail.map((step) => h("li", {},
      h("p", { class: "step-asked" }, h("q", {}, step.asked), moment(times, step.at)),
      this.#outcome(step),
      step.shown.length ? h("ul", { class: "shown" }, ...step.shown.map((article) => this.#shown(article))) : null));
    return [h("h3", {}, words.t("story_trail")),
      steps.length ? h("ol", { class: "steps" }, ...steps) : h("p", { class: "quiet" }, words.t("story_no_trail"))];
  }

  #rating(rating) {
    if (!rating) return null;
    const { words } = this;
    if (rating.state !== "given") return words.t(`rating_${rating.state}`);
    return [`${rating.score}/5`, rating.comment].filter(Boolean).join(" · ");
  }

  #outcome(step) {
    const { words } = this;
    if (step.answered === false) {
      const text = step.nearest ? words.t("story_unanswered_nearest", { slug: step.nearest }) : words.t("story_unanswered");
      return h("p", { class: "step-outcome", "data-judged": "no" }, icon("alert"), text);
    }
    if (!step.shown.length && step.said) return h("p", { class: "step-outcome quiet" }, words.t("story_said", { text: step.said }));
    return null;
  }

  #shown(article) {
    const { words } = this;
    const facts = [
      ...fact(words.t("receipt_article"), article.slug),
      ...fact(words.t("receipt_version"), article.version && String(article.version)),
      ...fact(words.t("receipt_probability"), percent(article.probability)),
      ...fact(words.t("story_searched"), article.searched),
      ...fact(words.t("receipt_passage"), article.passage),
    ];
    return h("li", {}, this.#link(article), this.#judged(article), percent(article.probability) && h("span", { class: "quiet" }, percent(article.probability)),
      h("details", { class: "proof" }, h("summary", {}, words.t("story_proof")), h("dl", { class: "facts" }, ...facts)));
  }

  #plain(summary) {
    const { words } = this;
    return [
      h("h3", {}, words.t("story_questions")),
      summary.questions.length ? h("ol", { class: "asked" }, ...summary.questions.map((text) => h("li", {}, text)))
        : h("p", { class: "quiet" }, words.t("story_no_questions")),
      h("h3", {}, words.t("story_articles")),
      summary.articles.length ? h("ul", { class: "shown" }, ...summary.articles.map((article) => h("li", {}, this.#link(article), this.#judged(article))))
        : h("p", { class: "quiet" }, words.t("story_no_articles")),
    ];
  }

  #link(article) {
    const href = article.url && safeUrl(article.url);
    return href ? h("a", { href, target: "_blank", rel: "noopener", lang: article.lang }, article.title)
      : h("span", { lang: article.lang }, article.title);
  }

  #judged({ helpful }) {
    const judged = helpful === true ? "yes" : helpful === false ? "no" : "unknown";
    return h("span", { class: "pill", "data-judged": judged }, this.words.t(`judged_${judged}`));
  }
}

function fact(name, value) {
  return value ? [h("dt", {}, name), h("dd", {}, value)] : [];
}

function percent(probability) {
  return typeof probability === "number" ? `${Math.round(probability * 100)}%` : "";
}

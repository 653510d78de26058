/** The story so far, folded: why a person is needed, what was asked, which articles were shown and how they were judged. */
import { h, safeUrl, when } from "./view.js";

export class Story {
  constructor(store, words) {
    Object.assign(this, { store, words });
    this.summary = h("summary");
    this.body = h("div", { class: "fold-body" });
    this.node = h("details", { class: "fold story" }, this.summary, this.body);
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
    when(this.body, [words.lang, found.number, summary, found.reason, found.category, found.tier, found.charter_version], () => {
      this.body.replaceChildren(
        h("dl", { class: "facts" },
          ...fact(words.t("story_reason"), words.code("reason", found.reason)),
          ...fact(words.t("story_category"), found.category ? words.code("category", found.category) : words.t("none")),
          ...fact(words.t("story_turns"), words.t("story_turns_value", { turns: summary.turns ?? 0 })),
          ...fact(words.t("story_tier"), found.tier),
          ...fact(words.t("story_charter"), found.charter_version)),
        h("h3", {}, words.t("story_questions")),
        summary.questions.length ? h("ol", { class: "asked" }, ...summary.questions.map((text) => h("li", {}, text)))
          : h("p", { class: "quiet" }, words.t("story_no_questions")),
        h("h3", {}, words.t("story_articles")),
        summary.articles.length ? h("ul", { class: "shown" }, ...summary.articles.map((article) => this.#article(article)))
          : h("p", { class: "quiet" }, words.t("story_no_articles")));
    });
  }

  #article(article) {
    const { words } = this;
    const judged = article.helpful === true ? "yes" : article.helpful === false ? "no" : "unknown";
    const href = article.url && safeUrl(article.url);
    return h("li", {}, href ? h("a", { href, target: "_blank", rel: "noopener", lang: article.lang }, article.title)
      : h("span", { lang: article.lang }, article.title),
    h("span", { class: "pill", "data-judged": judged }, words.t(`judged_${judged}`)));
  }
}

function fact(name, value) {
  return value ? [h("dt", {}, name), h("dd", {}, value)] : [];
}

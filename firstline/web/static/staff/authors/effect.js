/** What an edit changes: counts, and each changed question with the passage before and after beside each other. */
import { h, icon } from "../view.js";
import { passage } from "./passage.js";

const COUNTED = ["lost", "worse", "changed", "gained", "better", "same"];

/** Whether a question that must keep finding an answer would lose it. */
export const losesMust = (effect) => effect.changes.some((change) => change.must && change.verdict === "lost");

export function effectView(words, effect) {
  const order = (change) => (change.must && change.verdict === "lost" ? -1 : COUNTED.indexOf(change.verdict));
  const changes = [...effect.changes].sort((a, b) => order(a) - order(b) || (b.count ?? 0) - (a.count ?? 0));
  return h("div", { class: "effect" },
    h("p", {}, words.t("effect_asked", { count: effect.asked })),
    h("ul", { class: "effect-counts" }, ...COUNTED.map((name) => h("li", { "data-verdict": name, class: effect.counts[name] ? "some" : null },
      h("strong", {}, String(effect.counts[name] ?? 0)), h("span", {}, words.t(`verdict_${name}`))))),
    losesMust(effect) && h("p", { class: "lost-must", role: "alert" }, icon("alert"), words.t("effect_lost_must")),
    changes.length ? h("ol", { class: "changes" }, ...changes.map((change) => row(words, change)))
      : h("p", { class: "quiet" }, words.t(effect.asked ? "effect_none" : "effect_nothing")));
}

function row(words, change) {
  const lost = change.must && change.verdict === "lost";
  return h("li", { class: lost ? "change lost" : "change", "data-verdict": change.verdict },
    h("div", { class: "change-head" },
      h("span", { class: "pill", "data-verdict": change.verdict }, words.t(`verdict_${change.verdict}`)),
      h("strong", { lang: change.lang }, change.query),
      h("span", { class: "quiet" }, [words.code("effect", change.kind), change.count > 1 && words.t("effect_times", { count: change.count })].filter(Boolean).join(" · "))),
    h("div", { class: "passages" }, side(words, "before", change.before), side(words, "after", change.after)));
}

function side(words, which, found) {
  const head = h("h4", {}, words.t(`effect_${which}`));
  if (!found) return h("div", { class: "passage" }, head, h("p", { class: "quiet" }, words.t("effect_no_answer")));
  return h("div", { class: found.answered === false ? "passage unanswered" : "passage" }, head,
    h("p", { class: "passage-title" }, found.title, " ", h("span", { class: "quiet" }, `${Math.round((found.probability ?? 0) * 100)}%`)),
    found.answered === false && h("p", { class: "quiet" }, words.t("effect_below")),
    passage(found.excerpt, found.lang));
}

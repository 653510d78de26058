/** Before publishing: what the edit changes, now or later, and a deliberate yes when a must-answer question is lost. */
import { show } from "../dialogs.js";
import { h } from "../view.js";
import { calls } from "./calls.js";
import { effectView, losesMust } from "./effect.js";
import { problemNodes } from "./problems.js";
import { fromKorea, toKorea } from "./korea.js";

/**
 * @param ask {slug, lang, version, title, article: unsaved content or none, publish: whether to offer publishing, done(answer), stop(error): what the editor does about it}
 */
export function askPublish(app, ask) {
  const { words } = app;
  const { lang } = ask;
  const effect = h("div", { class: "effect-box", "aria-live": "polite" });
  const problem = h("p", { class: "failed", role: "alert" });
  const yes = h("input", { type: "checkbox", id: "despite", onchange: () => ready() });
  const despite = h("p", { class: "check despite", hidden: true }, yes, h("label", { for: "despite" }, words.t("publish_despite")));
  const now = h("input", { type: "radio", name: "when", id: "when-now", checked: true, onchange: () => ready() });
  const later = h("input", { type: "radio", name: "when", id: "when-later", onchange: () => ready() });
  const time = h("input", { type: "datetime-local", id: "when-time", step: "60", "aria-describedby": "when-hint", oninput: () => ready() });
  const zone = h("span", { class: "hint", id: "when-hint" }, words.t("publish_zone"));
  const go = h("button", { type: "submit", class: "button primary" }, words.t("publish_now"));
  const close = h("button", { type: "button", class: "button", onclick: () => dialog.close() }, words.t(ask.publish ? "cancel" : "close"));
  const form = h("form", { method: "dialog", class: "publish" },
    h("h2", { id: "dialog-title" }, words.t(ask.publish ? "publish_title" : "effect_title", { title: ask.title })),
    h("p", { class: "quiet" }, words.t(ask.article ? "effect_unsaved" : "publish_which", { language: words.t(`language_name_${lang}`), version: ask.version })),
    h("h3", {}, words.t("effect_heading")), effect,
    ask.publish && h("fieldset", { class: "when" }, h("legend", {}, words.t("publish_when")),
      h("span", { class: "check" }, now, h("label", { for: "when-now" }, words.t("publish_at_once"))),
      h("span", { class: "check" }, later, h("label", { for: "when-later" }, words.t("publish_later"))),
      h("label", { class: "unseen", for: "when-time" }, words.t("publish_time")), time, zone),
    despite, problem, h("div", { class: "dialog-foot" }, close, ask.publish && go));
  const dialog = show(form, "publish-dialog");
  let running = false;
  let measured = false;

  function ready() {
    time.hidden = zone.hidden = !later.checked;
    if (later.checked && !time.value) time.value = toKorea(Date.now() + 24 * 3600_000).slice(0, 11) + "09:00";
    go.textContent = words.t(running ? "publish_running" : later.checked ? "publish_plan" : "publish_now");
    const open = measured && !running && (despite.hidden || yes.checked);
    if (open) go.removeAttribute("aria-disabled");
    else go.setAttribute("aria-disabled", "true");
  }

  function lost() {
    despite.hidden = !ask.publish;
    ready();
  }

  async function measure() {
    effect.replaceChildren(h("p", { class: "quiet", role: "status" }, words.t("effect_loading")));
    effect.setAttribute("aria-busy", "true");
    try {
      const found = await calls.effect(ask.slug, lang, ask.article ?? null);
      effect.replaceChildren(effectView(words, found));
      if (losesMust(found)) lost();
    } catch (error) {
      if (error.kind === "signed_out") return ask.stop(error);
      // The server still refuses to lose a must-answer question, so publishing stays possible.
      effect.replaceChildren(h("p", { class: "failed", role: "alert" }, words.t("effect_failed")), ...problemNodes(words, error),
        h("button", { type: "button", class: "button small", onclick: measure }, words.t("try_again")));
    } finally {
      effect.removeAttribute("aria-busy");
      measured = true;
      ready();
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!ask.publish || go.getAttribute("aria-disabled")) return;
    problem.replaceChildren();
    const at = later.checked ? fromKorea(time.value) : null;
    if (later.checked && (!at || Date.parse(at) <= Date.now())) {
      problem.textContent = words.t("problem_bad_time");
      time.focus();
      return;
    }
    running = true;
    ready();
    try {
      const answer = await calls.status(ask.slug, lang, { status: "published", expect_version: ask.version, at, despite_lost: yes.checked });
      dialog.close();
      ask.done(answer, at);
    } catch (error) {
      if (error.code === "lost_answers") lost();
      if (error.code === "edited_meanwhile" || error.kind === "signed_out") {
        dialog.close();
        ask.stop(error);
      } else problem.replaceChildren(...problemNodes(words, error));
    } finally {
      running = false;
      ready();
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    if (event.isComposing) event.preventDefault();
    else if (event.ctrlKey || event.metaKey) form.requestSubmit();
  });
  ready();
  measure();
  return dialog;
}

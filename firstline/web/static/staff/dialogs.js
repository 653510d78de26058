/** The staff pages' dialogs: a text with a question above it (release, back to bot, resolve), and the list of shortcuts. */
import { h } from "./view.js";

/**
 * Asks for a text and hands it to `submit`, which returns true, false (then `ask.problem()` is said) or the sentence that
 * says what is missing; only after true the dialog goes away.
 * @param ask {title, hint, label, value, lang, action, rows, required: whether a text must be there, missing: the key of the
 *   sentence without one, parts: nodes above the text, focus: where to begin, problem() -> text of what went wrong}
 */
export function askText(words, ask, submit) {
  const { missing = "text_required", rows = 3, parts = [], focus } = ask;
  const box = h("textarea", { id: "dialog-text", rows: String(rows), lang: ask.lang, "aria-describedby": "dialog-hint" });
  box.value = ask.value ?? "";
  const problem = h("p", { class: "failed", role: "alert" });
  const go = h("button", { type: "submit", class: "button primary" }, ask.action);
  const form = h("form", { method: "dialog" },
    h("h2", { id: "dialog-title" }, ask.title),
    h("p", { id: "dialog-hint", class: "quiet" }, ask.hint),
    ...parts, h("label", { for: "dialog-text" }, ask.label), box, problem,
    h("div", { class: "dialog-foot" },
      h("button", { type: "button", class: "button", onclick: () => dialog.close() }, words.t("cancel")), go));
  const dialog = show(form, "ask");
  let running = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (running) return;
    if (ask.required && !text) {
      problem.textContent = words.t(missing);
      box.focus();
      return;
    }
    running = true;
    go.setAttribute("aria-disabled", "true");
    const worked = await submit(text);
    running = false;
    go.removeAttribute("aria-disabled");
    if (worked === true) dialog.close();
    else problem.textContent = worked || ask.problem();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) form.requestSubmit();
  });
  (focus ?? box).focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

/** @param keys [[keys, what it does]], @param toggle {on, set(on)} of the one-letter shortcuts */
export function showHelp(words, keys, toggle) {
  const box = h("input", { type: "checkbox", id: "keys-on", onchange: () => toggle.set(box.checked) });
  box.checked = toggle.on;
  const dialog = show(h("form", { method: "dialog" },
    h("h2", { id: "dialog-title" }, words.t("help_title")),
    h("dl", { class: "keys" }, ...keys.flatMap(([names, what]) => [
      h("dt", {}, ...names.map((name) => h("kbd", {}, name))), h("dd", {}, what)])),
    h("p", { class: "check" }, box, h("label", { for: "keys-on" }, words.t("keys_on"))),
    h("div", { class: "dialog-foot" }, h("button", { class: "button primary", value: "close" }, words.t("close")))), "help");
  return dialog;
}

/** Switches with a sentence each: @param rows [{id, label, hint, on, set(on)}] */
export function showSwitches(words, title, rows) {
  return show(h("form", { method: "dialog" }, h("h2", { id: "dialog-title" }, title), ...rows.flatMap(({ id, label, hint, on, set }) => {
    const box = h("input", { type: "checkbox", id, "aria-describedby": `${id}-hint`, onchange: () => set(box.checked) });
    box.checked = on;
    return [h("p", { class: "check" }, box, h("label", { for: id }, label)), h("p", { id: `${id}-hint`, class: "quiet" }, hint)];
  }), h("div", { class: "dialog-foot" }, h("button", { class: "button primary", value: "close" }, words.t("close")))), "switches");
}

/** Opens a modal dialog named by the content's #dialog-title; it removes itself when closed. */
export function show(content, look) {
  const dialog = h("dialog", { class: look, "aria-labelledby": "dialog-title", onclose: () => dialog.remove() }, content);
  // A dialog leaves with its event, a moment after it was closed: its title must not stand beside the new one's.
  for (const closed of document.querySelectorAll("dialog:not([open])")) closed.remove();
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

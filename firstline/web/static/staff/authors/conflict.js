/** Somebody saved the article in the meantime: who and when, both texts compared, take theirs or keep mine. */
import { show } from "../dialogs.js";
import { h } from "../view.js";
import { diffView } from "./diffview.js";
import { lineDiff } from "./linediff.js";
import { fieldsOf } from "./sheet.js";

/** @param on {theirs(), mine()}; closing the dialog in another way leaves the unsaved text in its boxes */
export function askConflict(app, sheet, theirs, on) {
  const { words, times } = app;
  const last = [...(theirs.versions ?? [])].sort((a, b) => b.number - a.number)[0];
  const compare = h("div", { class: "compare", hidden: true });
  const choose = (what) => () => {
    dialog.close();
    on[what]();
  };
  const look = h("button", { type: "button", class: "button", "aria-expanded": "false", onclick: () => {
    compare.hidden = !compare.hidden;
    look.setAttribute("aria-expanded", String(!compare.hidden));
    if (!compare.firstChild) compare.append(...compared());
  } }, words.t("conflict_compare"));

  function compared() {
    const fields = fieldsOf(theirs);
    const names = Object.keys(fields).filter((name) => name !== "body" && fields[name] !== sheet.fields[name]);
    return [h("p", { class: "hint" }, words.t("conflict_legend")),
      diffView(words, lineDiff(fields.body, sheet.fields.body), names.map((name) => ({ name, old: fields[name], new: sheet.fields[name] })))];
  }

  const who = last ? words.t("conflict_who", { name: last.author, at: times.short(last.created_at), version: last.number }) : words.t("conflict_unnamed");
  const dialog = show(h("form", { method: "dialog" },
    h("h2", { id: "dialog-title" }, words.t("conflict_title")),
    h("p", { class: "conflict-who" }, who), h("p", { class: "quiet" }, words.t("conflict_hint")), compare,
    h("div", { class: "dialog-foot wrap" }, h("button", { type: "button", class: "button", "data-do": "later", onclick: () => dialog.close() }, words.t("conflict_later")), look,
      h("button", { type: "button", class: "button", "data-do": "theirs", onclick: choose("theirs") }, words.t("conflict_theirs")),
      h("button", { type: "button", class: "button primary", "data-do": "mine", onclick: choose("mine") }, words.t("conflict_mine")))), "conflict");
  return dialog;
}

/** A question with a few answers; gives the chosen answer's name, or null when the dialog was closed. */
import { show } from "./dialogs.js";
import { h } from "./view.js";

/** @param answers [{name, label, primary}] */
export function confirmWith(words, title, hint, answers) {
  return new Promise((done) => {
    let chosen = null;
    const button = ({ name, label, primary }) => h("button", { type: "button", class: primary ? "button primary" : "button", "data-do": name, onclick: () => {
      chosen = name;
      dialog.close();
    } }, label);
    const dialog = show(h("form", { method: "dialog" }, h("h2", { id: "dialog-title" }, title), h("p", { class: "quiet" }, hint),
      h("div", { class: "dialog-foot wrap" }, h("button", { type: "button", class: "button", "data-do": "cancel", onclick: () => dialog.close() }, words.t("cancel")), ...answers.map(button))), "confirm");
    dialog.addEventListener("close", () => done(chosen));
  });
}

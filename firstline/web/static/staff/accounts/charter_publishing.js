/** Putting a changed charter in place: what stands in the way, a last question, and another admin who was first. */
import { diffView } from "../authors/diffview.js";
import { lineDiff } from "../authors/linediff.js";
import { confirmWith } from "../confirm.js";
import { show } from "../dialogs.js";
import { h } from "../view.js";
import { calls } from "./calls.js";

export class Publishing {
  #busy = false;

  /** @param view the charter's view */
  constructor(view, labels) {
    this.view = view;
    this.words = view.words;
    this.button = labels.text(h("button", { type: "button", class: "button primary", "data-do": "publish", onclick: () => this.#ask() }), "charter_publish");
    this.state = h("p", { class: "quiet charter-next", role: "status" });
  }

  render() {
    const { view, words } = this;
    const why = this.#obstacle();
    this.button.disabled = this.#busy || Boolean(why);
    const next = view.checked?.next;
    const text = why ? words.t(`charter_not_${why}`, { version: next?.version, path: `partners/${view.app.staff.partner}/charter.yaml` })
      : words.t("charter_next", { version: next.version, from: next.valid_from });
    if (this.state.textContent !== text) this.state.textContent = text;
  }

  #obstacle() {
    const { checked, data, dirty } = this.view;
    if (!data.writable) return "writable";
    if (!dirty) return "changed";
    if (!checked) return "checked";
    return checked.usable ? checked.next?.problem : "usable";
  }

  mayReplace() {
    const { words } = this;
    return confirmWith(words, words.t("charter_replace_title"), words.t("charter_replace_hint"), [{ name: "yes", label: words.t("charter_replace_yes") }]);
  }

  async #ask() {
    const { view, words } = this;
    const { version, valid_from: from } = view.checked.next;
    const answer = await confirmWith(words, words.t("charter_publish_title", { version }), words.t("charter_publish_hint", { from }),
      [{ name: "yes", label: words.t("charter_publish"), primary: true }]);
    if (!answer) return;
    const text = view.text.value;
    this.#busy = true;
    this.render();
    try {
      const data = await calls.publishCharter(text, view.data.revision);
      // Somebody fast may have typed on meanwhile; that stays.
      view.begin(data, view.text.value === text ? data.text : view.text.value);
      view.app.say(words.t("charter_published", { version }));
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") {
        view.keepDraft();
        return view.app.signedOut();
      }
      if (error.code !== "charter_changed") return view.app.fail(error);
      // What is in place now may fail to come, too; then the text stays and is published again.
      await this.#compare().catch((problem) => view.app.fail(problem));
    } finally {
      this.#busy = false;
      this.render();
    }
  }

  /** Theirs and mine side by side; whichever is taken, no text is lost: theirs is in place, mine in the box or a file. */
  async #compare() {
    const { view, words } = this;
    const mine = view.text.value;
    const theirs = await calls.charter();
    const choose = (run) => () => {
      dialog.close();
      run();
    };
    const button = (name, onclick, primary) => h("button", { type: "button", class: primary ? "button primary" : "button", "data-do": name, onclick }, words.t(`charter_conflict_${name}`));
    const dialog = show(h("form", { method: "dialog" }, h("h2", { id: "dialog-title" }, words.t("conflict_title")),
      h("p", { class: "quiet" }, words.t("charter_conflict_hint", { version: theirs.versions.find(({ in_force }) => in_force)?.version ?? "" })),
      h("p", { class: "hint" }, words.t("conflict_legend")), diffView(words, lineDiff(theirs.text, mine)),
      h("div", { class: "dialog-foot wrap" },
        button("theirs", choose(() => {
          view.save();
          view.begin(theirs);
        })),
        button("mine", choose(() => view.begin(theirs, mine)), true))), "conflict");
  }
}

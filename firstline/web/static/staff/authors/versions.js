/** The versions of one language: who saved them and when, the difference between two, and going back to one. */
import { h, moment, when } from "../view.js";
import { calls } from "./calls.js";
import { diffView } from "./diffview.js";
import { noteText } from "./note.js";
import { problemNodes } from "./problems.js";

export class Versions {
  /** on.restore(number) */
  constructor(app, sheet, slug, on) {
    Object.assign(this, { app, words: app.words, sheet, slug, on, open: null });
    this.list = h("ol", { class: "versions" });
    this.diff = h("section", { class: "version-diff", "aria-live": "polite" });
    this.node = h("div", {}, this.list, this.diff);
  }

  render() {
    const { words, sheet: { saved } } = this;
    const versions = [...(saved?.versions ?? [])].sort((a, b) => b.number - a.number);
    when(this.list, [words.lang, versions, saved?.live_version], () => {
      this.open = null;
      this.diff.replaceChildren();
      this.list.replaceChildren(...(versions.length ? versions.map((version) => this.#row(version, versions[0].number)) : [h("li", { class: "quiet" }, words.t("versions_none"))]));
    });
  }

  #row(version, newest) {
    const { words, app, sheet: { saved } } = this;
    const number = { version: version.number };
    return h("li", { "data-version": String(version.number) },
      h("div", { class: "version-head" }, h("strong", {}, words.t("version_number", number)),
        version.number === saved.live_version && h("span", { class: "pill", "data-status": "published" }, words.t("version_live")),
        version.status && version.number !== saved.live_version && h("span", { class: "pill" }, words.code("article", version.status)),
        h("span", { class: "quiet" }, version.author, " · ", moment(app.times, version.created_at))),
      version.note && h("p", { class: "quiet" }, noteText(words, app.times, version.note)),
      h("div", { class: "version-do" },
        version.number > 1 && this.#button("version_before", number, () => this.#compare(version.number - 1, version.number)),
        version.number !== newest && this.#button("version_now", number, () => this.#compare(version.number, newest)),
        version.number !== newest && this.#button("version_restore", number, () => this.on.restore(version.number))));
  }

  #button(key, values, onclick) {
    const { words } = this;
    return h("button", { type: "button", class: "link", "data-do": key, "aria-label": `${words.t(key)}: ${words.t("version_number", values)}`, onclick }, words.t(key));
  }

  async #compare(older, newer) {
    const { words } = this;
    const turn = this.open = {};
    const title = h("h4", {}, words.t("diff_title", { old: older, new: newer }));
    this.diff.replaceChildren(title, h("p", { class: "quiet" }, words.t("diff_loading")));
    let found;
    try {
      const { lines, fields } = await calls.diff(this.slug(), this.sheet.lang, older, newer);
      found = [diffView(words, lines, fields)];
    } catch (error) {
      if (error.kind === "signed_out") return this.app.signedOut();
      found = [h("p", { class: "failed", role: "alert" }, ...problemNodes(words, error))];
    }
    if (turn === this.open) {
      this.diff.replaceChildren(title, ...found);
      this.diff.scrollIntoView({ block: "nearest" });
    }
  }
}

/** The page on which an author asks the live search a question. */
import { h } from "../view.js";
import { Labels } from "../labels.js";
import { TryBox } from "./trybox.js";

export class TrialView {
  constructor(app) {
    this.words = app.words;
    this.labels = new Labels(app.words);
    this.trial = new TryBox(app, this.labels, "try");
    this.node = h("div", { class: "trial-page" }, this.labels.text(h("h2", { tabindex: "-1" }), "section_try"), this.labels.text(h("p", { class: "quiet" }), "try_live"), this.trial.node);
  }

  get heading() { return this.words.t("section_try"); }

  load() { this.render(); }

  render() {
    this.labels.render();
    this.trial.render();
  }
}

/** A part of the page that shows what a call gave: on its way, failed with a way to try again, or there. */
import { Labels } from "../labels.js";
import { h, icon, when } from "../view.js";
import { problemText } from "./problems.js";

export class Part {
  data = null;
  problem = null;

  /** @param app the Console; @param title key of the heading; @param extras nodes beside it */
  constructor(app, title, ...extras) {
    Object.assign(this, { app, words: app.words, title, labels: new Labels(app.words) });
    this.head = h("div", { class: "console-head" }, this.labels.text(h("h2", { tabindex: "-1" }), title), ...extras);
    this.info = h("div", { class: "empty" });
    this.node = h("div", {}, this.head, this.info);
  }

  get heading() { return this.words.t(this.title); }

  /** Shows what `fetch()` of the part gives; what was there stays until then. */
  async load() {
    this.problem = null;
    this.render();
    try {
      this.data = await this.fetch();
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") return this.app.signedOut();
      this.problem = error;
    }
    this.render();
  }

  render() {
    const { words, data, problem } = this;
    this.labels.render();
    this.info.hidden = Boolean(data) && !problem;
    when(this.info, [words.lang, problem?.kind, problem?.code], () => this.info.replaceChildren(...(problem
      ? [icon("alert"), h("p", { role: "alert" }, problemText(words, problem)),
        h("button", { type: "button", class: "button", onclick: () => this.load() }, words.t("try_again"))]
      : [h("p", { role: "status" }, words.t("staff_loading"))])));
  }

  /** Runs a change and loads anew; what fails is said at the page's foot. */
  async change(run) {
    try {
      await run();
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") return this.app.signedOut();
      this.app.fail(error);
    }
    await this.load();
  }
}

/** A file of figures comes in: chosen, read as a whole or refused with every fault and its line. */
import { h, icon, when } from "../view.js";
import { calls } from "./calls.js";

const PERCENT = ["auto", "share", "points"];

export class TakeIn {
  #running = false;
  result = null;
  problem = null;

  /** @param done () -> called after an import */
  constructor(app, labels, done) {
    Object.assign(this, { app, done, words: app.words });
    const label = (id, key) => labels.text(h("label", { for: id }), key);
    this.file = h("input", { type: "file", id: "training-file", accept: ".csv,.txt,.tsv,text/csv" });
    this.percent = h("select", { id: "training-percent" });
    labels.options(this.percent, PERCENT, (code) => this.words.t(`training_percent_${code}`));
    this.others = h("input", { type: "checkbox", id: "training-others" });
    this.go = labels.text(h("button", { type: "submit", class: "button primary" }), "training_import_go");
    this.outcome = h("div", { class: "outcome", "aria-live": "polite" });
    const form = h("form", { onsubmit: (event) => this.#submit(event) },
      h("div", { class: "field" }, label("training-file", "training_file"), this.file),
      h("div", { class: "field" }, label("training-percent", "training_percent"), this.percent),
      h("p", { class: "check" }, this.others, label("training-others", "training_others")), this.go);
    this.node = h("details", { class: "card training-in" }, labels.text(h("summary"), "training_import"),
      labels.text(h("p", { class: "quiet" }), "training_import_hint"), labels.text(h("p", { class: "quiet" }), "training_import_columns"), form, this.outcome);
  }

  render() {
    const { words, result, problem } = this;
    when(this.outcome, [words.lang, result, problem?.code, problem?.details, this.#running], () => this.outcome.replaceChildren(...this.#said()));
  }

  #said() {
    const { words, result, problem } = this;
    if (this.#running) return [h("p", { role: "status" }, words.t("training_import_running"))];
    if (result) return [h("p", { class: "good" }, icon("check"), words.t("training_import_done", result))];
    if (!problem) return [];
    const { faults = [], more = 0, values = {} } = problem.details ?? {};
    const key = `training_bad_${problem.code}`;
    return [h("p", { class: "failed", role: "alert" }, icon("alert"), words.t(words.has(key) ? key : `error_${problem.kind}`, values)),
      faults.length > 0 && h("ul", { class: "training-faults" }, ...faults.map((fault) => h("li", {}, h("strong", {}, words.t("training_line", fault)), " ",
        words.t(`training_fault_${fault.code}`, { ...fault.values, column: words.code("training_column", fault.values.column) })))),
      more > 0 && h("p", { class: "quiet" }, words.t("training_more_faults", { more }))].filter(Boolean);
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#running) return;
    const [file] = this.file.files;
    Object.assign(this, { result: null, problem: file ? null : { code: "no_file", kind: "rejected" } });
    if (file) {
      this.#running = true;
      this.render();
      try {
        this.result = await calls.takeIn(file, this.percent.value, this.others.checked ? "ignore" : "refuse");
        this.file.value = "";
      } catch (error) {
        if (!error.kind) throw error;
        if (error.kind === "signed_out") return this.app.signedOut();
        this.problem = error;
      } finally {
        this.#running = false;
      }
    }
    this.render();
    if (this.result) this.done();
  }
}

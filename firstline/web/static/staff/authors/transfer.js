/** Articles in and out: files or a zip dropped or chosen, what came of each file; all articles as one zip of Markdown. */
import { h, icon, when } from "../view.js";
import { calls } from "./calls.js";
import { Labels } from "../labels.js";
import { ACCEPTED, chosenFiles, droppedFiles, sorted } from "./pick.js";
import { fileProblem, problemNodes } from "./problems.js";

export class TransferView {
  result = null;
  problem = null;
  busy = null;

  constructor(app) {
    Object.assign(this, { app, words: app.words });
    const labels = this.labels = new Labels(app.words);
    this.file = h("input", { type: "file", multiple: true, accept: ACCEPTED, class: "unseen", id: "import-files", onchange: () => this.#chosen(this.file) });
    this.folder = h("input", { type: "file", webkitdirectory: true, class: "unseen", id: "import-folder", onchange: () => this.#chosen(this.folder) });
    this.drop = h("div", { class: "drop" }, icon("inbox"), labels.text(h("p", {}), "import_drop"),
      h("p", { class: "drop-buttons" }, this.file, labels.text(h("label", { class: "button", for: "import-files" }), "import_files"),
        this.folder, labels.text(h("label", { class: "button", for: "import-folder" }), "import_folder")), labels.text(h("p", { class: "hint" }), "import_kinds"));
    this.outcome = h("div", { class: "outcome", "aria-live": "polite" });
    this.command = h("code", { class: "command" });
    this.exporting = labels.text(h("button", { type: "button", class: "button", "data-do": "export", onclick: () => this.#export() }), "export_go");
    this.node = h("div", { class: "transfer" }, labels.text(h("h2", { tabindex: "-1" }), "section_transfer"),
      h("section", { class: "card" }, labels.text(h("h3", {}), "import_title"), labels.text(h("p", { class: "quiet" }), "import_draft"), this.drop, this.outcome, labels.text(h("p", { class: "hint" }), "import_hint"), this.command),
      h("section", { class: "card" }, labels.text(h("h3", {}), "export_title"), labels.text(h("p", { class: "quiet" }), "export_hint"), this.exporting));
    this.#listen();
  }

  get heading() { return this.words.t("section_transfer"); }

  load() { this.render(); }

  render() {
    const { words, result, problem, busy } = this;
    this.labels.render();
    this.command.textContent = `firstline knowledge import DIR --partner ${this.app.staff?.partner ?? ""}`;
    if (busy === "export") this.exporting.setAttribute("aria-disabled", "true");
    else this.exporting.removeAttribute("aria-disabled");
    when(this.outcome, [words.lang, result, problem, busy], () => this.outcome.replaceChildren(...this.#outcome()));
  }

  #outcome() {
    const { words, result, problem, busy } = this;
    if (busy === "import") return [h("p", { role: "status" }, words.t("import_running"))];
    if (problem) return [h("p", { class: "failed", role: "alert" }, ...problemNodes(words, problem))];
    if (!result) return [];
    const { imported, errors } = result;
    return [h("p", { class: "outcome-sum" }, words.t("import_done", { good: imported.length, bad: errors.length })),
      errors.length > 0 && h("ul", { class: "import-errors" }, ...errors.map((error) => h("li", {}, icon("alert"),
        h("div", {}, h("strong", {}, error.line ? words.t("import_where", error) : error.file), h("p", {}, fileProblem(words, error)))))),
      imported.length > 0 && h("ul", { class: "import-good" }, ...imported.map(({ slug, lang, title, status }) => h("li", {}, icon("check"), h("a", { href: `#/edit/${slug}/${lang}`, lang }, title), h("span", { class: "quiet" }, slug),
        h("span", { class: "tongue" }, words.t(`language_${lang}`)), h("span", { class: "pill", "data-status": status }, words.code("article", status)))))].filter(Boolean);
  }

  #listen() {
    const { drop } = this;
    drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("dropping");
    });
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("dropping"));
    drop.addEventListener("drop", async (event) => {
      event.preventDefault();
      this.#import(await droppedFiles(event.dataTransfer));
    });
  }

  #chosen(input) {
    this.#import(chosenFiles(input));
    input.value = "";
  }

  async #import(files) {
    if (this.busy) return;
    const { good, other } = sorted(files);
    Object.assign(this, { result: null, problem: good.length ? null : { key: "import_no_files" } });
    if (good.length) {
      this.busy = "import";
      this.render();
      try {
        const { imported, errors } = await calls.importFiles(good);
        this.result = { imported, errors: [...errors, ...other.map(({ path }) => ({ file: path, line: null, code: "unknown_kind", values: {} }))] };
        this.app.outdated();
      } catch (error) {
        if (error.kind === "signed_out") return this.app.signedOut();
        this.problem = error;
      } finally {
        this.busy = null;
      }
    }
    this.render();
  }

  async #export() {
    if (this.busy) return;
    this.busy = "export";
    this.render();
    try {
      const href = URL.createObjectURL(await calls.exportAll());
      h("a", { href, download: `articles-${this.app.staff.partner}.zip` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
    } catch (error) {
      if (error.kind === "signed_out") return this.app.signedOut();
      this.app.fail(error);
    } finally {
      this.busy = null;
      this.render();
    }
  }
}

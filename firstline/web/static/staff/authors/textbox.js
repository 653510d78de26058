/** The article's text: a small toolbar, the Markdown box, pictures by button, drop or paste, and the live preview. */
import { h, icon } from "../view.js";
import { calls } from "./calls.js";
import { apply, link, markLines, nextLine, wrap } from "./markdown.js";
import { Preview } from "./preview.js";

const MOST_BYTES = 2 * 1024 * 1024;
const PICTURES = ["image/png", "image/jpeg", "image/webp", "image/gif"];

export class TextBox {
  /** on: {change(name, value), problem(text or error), fail(error)} */
  constructor(labels, sheet, on) {
    Object.assign(this, { labels, sheet, on, words: labels.words });
    const { lang } = sheet;
    this.title = h("input", { type: "text", id: `title-${lang}`, lang, class: "title-box", maxlength: "200", autocomplete: "off", oninput: () => this.#changed("title", this.title.value) });
    this.box = h("textarea", { id: `body-${lang}`, class: "body-box", lang, spellcheck: "false", "aria-describedby": `body-hint-${lang}`, oninput: () => this.#changed("body", this.box.value) });
    this.file = h("input", { type: "file", accept: PICTURES.join(","), hidden: true, multiple: true, onchange: () => {
      this.#pictures([...this.file.files]);
      this.file.value = "";
    } });
    const bar = labels.label(h("div", { class: "toolbar", role: "group" }, ...this.#buttons()), "toolbar_label");
    this.preview = new Preview(labels, sheet);
    this.node = h("div", { class: "write" },
      labels.text(h("label", { for: this.title.id }), "field_title"), this.title,
      labels.text(h("label", { for: this.box.id }), "field_body"),
      h("div", { class: "body-frame" }, bar, this.box), labels.text(h("p", { class: "hint", id: `body-hint-${lang}` }), "hint_body"), this.file, this.preview.node);
    this.#listen();
    this.fill();
  }

  fill() {
    if (this.title.value !== this.sheet.fields.title) this.title.value = this.sheet.fields.title;
    if (this.box.value !== this.sheet.fields.body) this.box.value = this.sheet.fields.body;
    this.preview.ask();
  }

  mark(names) {
    for (const [name, box] of [["title", this.title], ["body", this.box]]) {
      if (names.includes(name)) box.setAttribute("aria-invalid", "true");
      else box.removeAttribute("aria-invalid");
    }
  }

  #changed(name, value) {
    this.on.change(name, value);
    this.preview.ask();
  }

  #buttons() {
    const { box, words } = this;
    const example = (key) => words.in(this.sheet.lang, key);
    const edits = {
      bold: () => wrap(box.value, box.selectionStart, box.selectionEnd, "**", example("example_bold")),
      heading: () => markLines(box.value, box.selectionStart, box.selectionEnd, "heading"),
      list: () => markLines(box.value, box.selectionStart, box.selectionEnd, "list"),
      steps: () => markLines(box.value, box.selectionStart, box.selectionEnd, "steps"),
      link: () => link(box.value, box.selectionStart, box.selectionEnd, example("example_link")),
    };
    this.edit = (what) => apply(box, edits[what]());
    return [...Object.keys(edits), "image"].map((what) => this.labels.name(
      h("button", { type: "button", class: "icon-button", "data-edit": what, onclick: () => (what === "image" ? this.file.click() : this.edit(what)) }, icon(what)),
      `edit_${what}`));
  }

  #listen() {
    const { box } = this;
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return; // The Enter or letter belongs to the syllable being written.
      const command = event.ctrlKey || event.metaKey;
      const what = command && !event.shiftKey && !event.altKey && { KeyB: "bold", KeyK: "link" }[event.code];
      const next = event.key === "Enter" && !command && !event.shiftKey && box.selectionStart === box.selectionEnd && nextLine(box.value, box.selectionStart);
      if (!what && !next) return;
      event.preventDefault();
      if (what) this.edit(what);
      else apply(box, next);
    });
    box.addEventListener("compositionstart", () => { this.composing = true; });
    box.addEventListener("compositionend", () => { this.composing = false; });
    box.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      if (!files.length || event.clipboardData.types.includes("text/plain")) return;
      event.preventDefault();
      this.#pictures(files);
    });
    box.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      box.classList.add("dropping");
    });
    for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("dropping"));
    box.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.#pictures([...event.dataTransfer.files]);
    });
  }

  async #pictures(files) {
    this.on.problem(null);
    for (const file of files) {
      if (!PICTURES.includes(file.type)) this.on.problem({ key: "picture_kind", values: { name: file.name } });
      else if (file.size > MOST_BYTES) this.on.problem({ key: "picture_size", values: { name: file.name } });
      else await this.#picture(file);
    }
  }

  /** A mark holds the picture's place while it is uploaded; the author may write on meanwhile. */
  async #picture(file) {
    const { box } = this;
    const mark = `![${this.words.in(this.sheet.lang, "picture_loading", { name: file.name.replace(/[[\]]/g, "") })}]()`;
    apply(box, { start: box.selectionStart, end: box.selectionEnd, text: mark, from: box.selectionStart + mark.length, to: box.selectionStart + mark.length });
    let markdown = "";
    try {
      ({ markdown } = await calls.image(file));
    } catch (error) {
      this.on.fail(error);
    }
    if (this.composing) await new Promise((done) => box.addEventListener("compositionend", done, { once: true }));
    const at = box.value.indexOf(mark);
    if (at < 0) return;
    box.setRangeText(markdown, at, at + mark.length, "preserve");
    this.#changed("body", box.value);
  }
}

/** The front matter as a form: details (who, since when, from where) and the words an article is found by. */
import { h } from "../view.js";

const CHOICES = {
  category: ["billing_subscription", "provisioning_configuration", "problem", "updates", "usage", "support"],
  owner: ["self", "partner", "isv", "microsoft"],
  audience: ["user", "admin", "both"],
};
export const DETAILS = ["category", "owner", "audience", "valid_as_of", "sources", "see_also"];
export const FINDING = ["questions", "symptoms", "must_answer"];
const ROWS = { sources: 3, see_also: 3, questions: 12, symptoms: 8, must_answer: 6 };

export class Fields {
  /** @param names of the fields to show; on.change(name, value) */
  constructor(labels, sheet, names, on, suggestions = null) {
    Object.assign(this, { labels, sheet, on });
    this.boxes = {};
    this.node = h("div", { class: "fields" }, ...names.map((name) => this.#field(name)));
    if (suggestions && names.includes("see_also")) this.boxes.see_also.after(this.#suggest(suggestions));
    this.fill();
  }

  /** Puts the sheet's values into boxes that show something else. */
  fill() {
    for (const [name, box] of Object.entries(this.boxes)) if (box.value !== this.sheet.fields[name]) box.value = this.sheet.fields[name];
  }

  /** Marks the fields the server named as wrong. */
  mark(names) {
    for (const [name, box] of Object.entries(this.boxes)) {
      if (names.includes(name)) box.setAttribute("aria-invalid", "true");
      else box.removeAttribute("aria-invalid");
    }
  }

  #field(name) {
    const id = `${name}-${this.sheet.lang}`;
    const hint = h("p", { class: "hint", id: `${id}-hint` });
    const box = this.#box(name, { id, name, "aria-describedby": hint.id, lang: CHOICES[name] ? undefined : this.sheet.lang,
      oninput: () => this.on.change(name, box.value) });
    this.boxes[name] = box;
    const label = this.labels.text(h("label", { for: id }), `field_${name}`);
    return h("div", { class: "field", "data-field": name }, label, this.labels.text(hint, `hint_${name}`), box);
  }

  #box(name, props) {
    if (CHOICES[name]) {
      return this.labels.options(h("select", props), CHOICES[name], (code) => this.labels.words.code(name, code));
    }
    if (name === "valid_as_of") return h("input", { type: "text", inputmode: "numeric", placeholder: "2026-11", autocomplete: "off", ...props });
    return h("textarea", { rows: String(ROWS[name]), spellcheck: "false", ...props });
  }

  /** A box that offers other articles and adds the chosen one as a line. */
  #suggest(suggestions) {
    const id = `suggest-${this.sheet.lang}`;
    const list = h("datalist", { id }, ...suggestions.map(({ slug, title }) => h("option", { value: slug, label: title }, title)));
    const box = h("input", { type: "text", list: id, autocomplete: "off", class: "suggest" });
    const add = (event) => {
      if (event.isComposing) return;
      const slug = box.value.trim();
      if (!suggestions.some((one) => one.slug === slug)) return;
      const { see_also: field } = this.boxes;
      const lines = field.value.split("\n").map((line) => line.trim()).filter(Boolean);
      if (!lines.includes(slug)) field.value = [...lines, slug].join("\n");
      box.value = "";
      this.on.change("see_also", field.value);
    };
    box.addEventListener("input", add);
    box.addEventListener("change", add);
    this.labels.label(box, "see_also_add");
    this.labels.hint(box, "see_also_add");
    return h("div", {}, box, list);
  }
}

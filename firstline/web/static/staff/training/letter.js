/** The letter that offers a course: drafted in either language, changed by hand, copied or saved; nobody sends it from here. */
import { h, when } from "../view.js";
import { calls } from "./calls.js";
import { LANGUAGES } from "../words.js";

export class Letter {
  #drafted = "";
  #asked = 0;

  constructor(app, labels, id) {
    Object.assign(this, { app, id, words: app.words });
    const label = (box, key) => labels.text(h("label", { for: box.id }), key);
    const button = (name, onclick) => labels.text(h("button", { type: "button", class: "button", "data-do": name, onclick }), `training_letter_${name}`);
    this.course = h("select", { id: "letter-course", onchange: () => this.draft() });
    this.lang = h("select", { id: "letter-lang", onchange: () => this.draft() }, ...LANGUAGES.map(([code, name]) => new Option(name, code)));
    this.subject = h("input", { type: "text", id: "letter-subject" });
    this.text = h("textarea", { id: "letter-text", rows: "20" });
    const field = (box, key) => h("div", { class: "field" }, label(box, key), box);
    this.none = labels.text(h("p", { class: "quiet" }), "training_letter_none");
    this.body = h("div", { class: "training-letter" }, h("div", { class: "training-pick" }, field(this.course, "training_course"), field(this.lang, "training_letter_lang")),
      field(this.subject, "training_letter_subject"), field(this.text, "training_letter_text"),
      h("div", { class: "acts" }, button("copy", () => this.#copy()), button("save", () => this.#save()), button("again", () => this.draft())));
    this.node = h("section", { class: "card" }, labels.text(h("h3"), "training_letter"), labels.text(h("p", { class: "quiet" }), "training_letter_hint"), this.none, this.body);
    this.lang.value = this.words.lang;
  }

  get dirty() { return this.#written() !== this.#drafted; }
  discard() { this.#drafted = this.#written(); }

  /** @param all the courses on offer, @param fitting ids of those that help this customer, best first */
  offer(all, fitting) {
    when(this.course, [this.words.lang, all.map(({ id }) => id), fitting], () => {
      const chosen = this.course.value;
      const order = [...all].sort((a, b) => place(fitting, a.id) - place(fitting, b.id));
      this.course.replaceChildren(...order.map(({ id, title }) => new Option(title[this.words.lang], id)));
      this.course.value = order.some(({ id }) => id === chosen) ? chosen : order[0]?.id ?? "";
    });
    this.none.hidden = all.length > 0;
    this.body.hidden = !all.length;
  }

  async draft() {
    if (!this.course.value) return;
    const asked = ++this.#asked;
    try {
      const { subject, text } = await calls.letter(this.id, this.course.value, this.lang.value);
      if (asked !== this.#asked) return;
      this.subject.value = subject;
      this.text.value = text;
      this.subject.lang = this.text.lang = this.lang.value;
      this.discard();
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") this.app.signedOut();
      else this.app.fail(error);
    }
  }

  #written() { return `${this.subject.value}\n\n${this.text.value}`; }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.#written());
      this.discard();
      this.app.say(this.words.t("training_letter_copied"));
    } catch {
      this.text.select(); // Not allowed here: the text is marked, to be copied by hand.
      this.app.say(this.words.t("training_letter_marked"), true);
    }
  }

  #save() {
    const href = URL.createObjectURL(new Blob([this.#written()], { type: "text/plain;charset=utf-8" }));
    h("a", { href, download: `training-letter-${this.id}-${this.lang.value}.txt` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
    this.discard();
  }
}

function place(fitting, id) {
  const found = fitting.indexOf(id);
  return found < 0 ? fitting.length : found;
}

/** The sheet in which a dossier or a credit file is written: fields on the left, what is missing and what comes next on the right. */
import { api } from "../api.js";
import { show } from "../dialogs.js";
import { h, icon } from "../view.js";
import { Aside } from "./aside.js";
import { draftOf, keepDraft } from "./draft.js";
import { emptyOf, makeField } from "./fields.js";
import { fieldOf, LAYOUT } from "./layout.js";
import { merge, read, same, write } from "./merge.js";
import { originalOf, previewOf } from "./preview.js";

let names = null; // what the fields are called, in both languages

/**
 * Opens the sheet; what is typed outlives a closed sheet, a failure and a log-in until it is saved.
 * @param on {words, times, staff, number, kind: "dossier" | "credit", changed(data), closed(), signedOut()}
 */
export async function openSheet(on) {
  const sheet = new Sheet(on);
  await sheet.load();
  return sheet;
}

class Sheet {
  #busy = false;
  #base = null; // by field name, as it was when it was read

  constructor(on) {
    Object.assign(this, on, { on });
    const { words, kind, number } = this;
    this.specs = LAYOUT[kind].flatMap(([, specs]) => specs);
    this.title = h("h2", { id: "dialog-title", tabindex: "-1" }, words.t(`esc_${kind}_sheet`, { number }));
    this.problem = h("p", { class: "failed", role: "alert" });
    this.status = h("p", { class: "quiet", role: "status" });
    this.fields = h("div", { class: "esc-fields" });
    this.original = h("div");
    this.preview = h("div");
    this.aside = new Aside(this, {
      go: (reason) => this.#go(reason), chosen: () => this.#mark(), handOn: (language) => this.#handOn(language), download: (language) => this.#download(language),
    });
    const form = h("form", { class: "esc-sheet", novalidate: true },
      h("header", { class: "esc-head" }, this.title,
        h("button", { type: "button", class: "icon-button", "aria-label": words.t("close"), onclick: () => this.dialog.close() }, icon("close"))),
      h("div", { class: "esc-body" }, h("div", { class: "esc-main" }, this.fields, this.preview), this.aside.node),
      h("div", { class: "esc-foot" }, this.problem, this.status, h("span", { class: "stretch" }),
        h("button", { type: "submit", class: "button primary", "data-do": "save" }, words.t("save"))));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#run(() => this.#save());
    });
    form.addEventListener("input", () => this.#typed());
    form.addEventListener("keydown", (event) => {
      const wants = (event.key === "Enter" && !event.isComposing) || event.code === "KeyS";
      if (!wants || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      form.requestSubmit();
    });
    this.dialog = show(form, "esc-dialog");
    this.dialog.addEventListener("close", () => this.on.closed());
    this.title.focus();
  }

  async load() {
    await this.#run(async () => {
      names ??= await api.escalationWords();
      const data = await api.escalation(this.number);
      this.#build(data);
      const draft = draftOf(this.number, this.kind);
      this.#take(data, draft?.base, draft?.mine);
      if (draft && this.#dirty()) this.status.textContent = this.words.t("esc_restored");
    });
  }

  /** Fields that the sheet has no value for are filled in; the agent still saves. */
  fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.field(name);
      if (value && same(field.value, emptyOf(field.spec))) field.set(value);
    }
    this.#typed();
  }

  field(name) { return this.all.find((field) => field.name === name); }

  #build(data) {
    const { words, kind } = this;
    const about = { files: data.files, clock: () => this.times.now() };
    this.all = [];
    this.fields.replaceChildren(...LAYOUT[kind].map(([group, specs]) => {
      const fields = specs.map((spec) => Object.assign(makeField(words, names[words.lang], spec, about), { spec }));
      this.all.push(...fields);
      return h("fieldset", { "data-group": group }, h("legend", {}, words.t(`esc_group_${group}`)),
        group === "words" && this.original, h("div", { class: "esc-grid" }, ...fields.map(({ node }) => node)), this.#helper(group, data));
    }));
    this.original.replaceChildren(originalOf(words, data.original));
  }

  /** What the page knows already is one press away. */
  #helper(group, { dossier }) {
    const { words, staff } = this;
    const button = (key, values) => h("button", { type: "button", class: "button small", onclick: () => this.fill(values) }, words.t(key));
    if (group === "contact") return button("esc_my_contact", { contact_name: staff.name, contact_email: staff.email });
    if (group !== "customer") return null;
    const taken = ["tenant_id", "tenant_domain", "users_affected", "locations", "tried"].map((name) => [name, dossier[name]]);
    const contact = [dossier.contact_name, dossier.contact_email].filter(Boolean).join(" ");
    return button("esc_from_dossier", Object.fromEntries([...taken, ["contact", contact]]));
  }

  /** Shows what the server has; what was typed since `base` stays and is told apart from what a colleague wrote. */
  #take(data, base = null, mine = null) {
    this.data = data;
    const model = this.kind === "credit" ? data.credit?.file : data.dossier;
    const theirs = Object.fromEntries(this.specs.map((spec) => [spec[0], read(model ?? {}, spec[0]) ?? emptyOf(spec)]));
    const { merged, clashes } = base ? merge(base, mine, theirs) : { merged: theirs, clashes: {} };
    this.#base = theirs;
    for (const field of this.all) {
      field.set(merged[field.name]);
      field.beside(clashes[field.name] ?? null);
    }
    this.#draw();
    this.on.changed(data);
  }

  #draw() {
    const { words, kind, data } = this;
    this.preview.replaceChildren(previewOf(words, kind === "credit" ? data.credit?.form : data.form));
    this.aside.draw(data, this.#dirty());
    this.#mark();
  }

  #typed() {
    const dirty = this.#dirty();
    keepDraft(this.number, this.kind, dirty ? { base: this.#base, mine: this.#values() } : null);
    this.aside.typed(dirty);
    this.#mark();
  }

  /** Each missing thing is tied to its fields; who solves it decides whether a publisher is asked for. */
  #mark() {
    const reasons = this.aside.reasons;
    const places = reasons.map((reason) => [reason, fieldOf(this.kind, reason, (name) => this.#isEmpty(name))]);
    for (const field of this.all) {
      field.note(places.filter(([, name]) => name === field.name).map(([reason]) => `esc-missing-${reason}`));
    }
    const publisher = this.field("publisher");
    if (publisher) publisher.node.hidden = this.field("target").value !== "isv" && this.field("family").value !== "marketplace";
  }

  #isEmpty(name) {
    const field = this.field(name);
    return same(field.value, emptyOf(field.spec));
  }

  #go(reason) {
    const field = this.field(fieldOf(this.kind, reason, (name) => this.#isEmpty(name)));
    field?.node.scrollIntoView({ block: "center" });
    field?.control.focus();
  }

  #values() { return Object.fromEntries(this.all.map((field) => [field.name, field.value])); }

  #dirty() { return this.#base !== null && !same(this.#values(), this.#base); }

  async #save() {
    if (!this.data) return this.load();
    const body = { [this.kind]: {}, revision: this.data.revision };
    for (const field of this.all) write(body[this.kind], field.name, field.value);
    const mine = this.#values();
    let data;
    try {
      data = await api.escalation(this.number, this.kind === "credit" ? "/credit" : "", "PUT", body);
    } catch (error) {
      if (error.code !== "changed_meanwhile") throw error;
      this.#take(await api.escalation(this.number), this.#base, mine);
      this.#typed();
      this.problem.textContent = this.words.t("esc_merged");
      return false;
    }
    keepDraft(this.number, this.kind, null);
    this.#take(data);
    this.status.textContent = this.words.t("esc_saved");
    return true;
  }

  #handOn(language) {
    return this.#run(async () => {
      if (this.#dirty() && !(await this.#save())) return;
      const { next } = this.data;
      this.#take(await api.escalation(this.number, "/hand-on", "POST", { language, revision: this.data.revision }));
      this.status.textContent = this.words.t("esc_handed_on", { name: next.name[this.words.lang] });
      this.title.focus();
    });
  }

  #download(language) {
    return this.#run(async () => {
      if (this.#dirty() && !(await this.#save())) return;
      const href = URL.createObjectURL(await api.packet(this.number, this.kind, language));
      h("a", { href, download: `${this.number}-${this.kind}.zip` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
      this.status.textContent = this.words.t("esc_packed");
    });
  }

  /** One thing at a time; what goes wrong is said in the sheet. */
  async #run(work) {
    if (this.#busy) return;
    this.#busy = true;
    this.problem.textContent = this.status.textContent = "";
    try {
      await work();
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") this.signedOut();
      const known = { incomplete: "esc_incomplete", closed: "error_closed", no_file: "esc_no_file" }[error.code];
      this.problem.textContent = this.words.t(known ?? `error_${error.kind}`);
    } finally {
      this.#busy = false;
    }
  }
}

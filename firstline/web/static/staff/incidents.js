/** Declared incidents: what every customer's chat shows now, a way to end it, and a form for a new one. */
import { call } from "./api.js";
import { show } from "./dialogs.js";
import { h } from "./view.js";

const LONGEST = 600;
const HOURS = ["1", "2", "4", "8", "24", ""];

export class Incidents {
  constructor(words, times, signedOut) {
    Object.assign(this, { words, times, signedOut });
  }

  /** Opens the dialog; what goes wrong is said in it, and nothing typed is lost. */
  async open() {
    const { words } = this;
    this.list = h("ul", { class: "incident-list" });
    this.problem = h("p", { class: "failed", role: "alert" });
    this.ko = textarea("incident-ko", "ko");
    this.en = textarea("incident-en", "en");
    this.product = h("select", { id: "incident-product" }, h("option", { value: "" }, words.t("incident_any_product")));
    this.hours = h("select", { id: "incident-hours" }, ...HOURS.map((hours) =>
      h("option", { value: hours }, hours ? words.t("incident_for_hours", { hours }) : words.t("incident_until_ended"))));
    const form = h("form", { method: "dialog" },
      h("h2", { id: "dialog-title" }, words.t("incidents_title")),
      h("p", { class: "quiet" }, words.t("incidents_hint")),
      this.list,
      ...labelled(words.t("incident_text_ko"), this.ko), ...labelled(words.t("incident_text_en"), this.en),
      ...labelled(words.t("incident_product"), this.product), ...labelled(words.t("incident_how_long"), this.hours),
      this.problem,
      h("div", { class: "dialog-foot" },
        h("button", { type: "button", class: "button", onclick: () => dialog.close() }, words.t("close")),
        h("button", { type: "submit", class: "button primary" }, words.t("incident_declare"))));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#declare();
    });
    const dialog = show(form, "incidents");
    await this.#load();
  }

  async #declare() {
    const text = { ko: this.ko.value.trim(), en: this.en.value.trim() };
    const empty = !text.ko ? this.ko : !text.en ? this.en : null;
    if (empty) {
      this.problem.textContent = this.words.t("incident_both_languages");
      empty.focus();
      return;
    }
    const hours = Number(this.hours.value);
    const ends = hours ? new Date(this.times.now() + hours * 3_600_000).toISOString() : null;
    const done = await this.#try(() =>
      call("POST", "desk/incidents", { text, product: this.product.value || null, ends_at: ends }));
    if (!done) return;
    this.ko.value = this.en.value = "";
    await this.#load();
  }

  async #load() {
    await this.#try(async () => {
      const { incidents, products } = await call("GET", "desk/incidents");
      if (this.product.length === 1) {
        this.product.append(...products.map(({ id, name }) => h("option", { value: id }, name)));
      }
      this.list.replaceChildren(...(incidents.length ? incidents.map((row) => this.#row(row))
        : [h("li", { class: "quiet" }, this.words.t("incidents_none"))]));
    });
  }

  #row({ id, text, ends_at: ends, declared_by: who }) {
    const { words } = this;
    const until = ends ? words.t("incident_until", { at: this.times.short(ends) }) : words.t("incident_until_ended");
    const end = async () => {
      if (await this.#try(() => call("POST", `desk/incidents/${id}/end`))) await this.#load();
    };
    return h("li", {},
      h("p", {}, h("span", { lang: "ko" }, text.ko), h("br"), h("span", { lang: "en" }, text.en)),
      h("p", { class: "quiet" }, `${until} · ${who}`),
      h("button", { type: "button", class: "button", "data-end": id, onclick: end }, words.t("incident_end")));
  }

  async #try(work) {
    this.problem.textContent = "";
    try {
      await work();
      return true;
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") this.signedOut();
      this.problem.textContent = this.words.t(`error_${error.kind}`);
      return false;
    }
  }
}

function textarea(id, lang) {
  return h("textarea", { id, lang, rows: "2", maxlength: String(LONGEST) });
}

function labelled(text, control) {
  return [h("label", { for: control.id }, text), control];
}

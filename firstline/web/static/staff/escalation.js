/** A case's way up, beside it: who has it, what came back, what is still missing, and the service-credit file. */
import { api } from "./api.js";
import { askText } from "./dialogs.js";
import { clockText } from "./due.js";
import { draftOf } from "./escalation/draft.js";
import { h, moment, when } from "./view.js";

const CHANGES = new Set(["dossier_saved", "credit_saved", "handed_on", "hop_answered", "hop_accepted", "hop_returned", "evidence"]);

export class Escalation {
  #key = null; // the case, and how often its way up has changed
  #data = null;
  #problem = null;

  constructor(store, words, times, signedOut) {
    Object.assign(this, { store, words, times, signedOut });
    this.title = h("h3", { id: "escalation-title" });
    this.body = h("div", { class: "escalation" });
    this.node = h("section", { "aria-labelledby": "escalation-title" }, this.title, this.body);
  }

  /** Somebody above has had the case, or a credit is claimed. */
  get begun() { return Boolean(this.#data?.hops.length || this.#data?.credit); }

  /** @param kind "dossier" or "credit"; what the sheet needs is loaded with the first one. */
  async open(kind) {
    const { number } = this.store;
    try {
      const { openSheet } = await import("./escalation/sheet.js");
      if (number !== this.store.number || document.querySelector("dialog[open]")) return;
      const { words, times, signedOut } = this;
      await openSheet({ words, times, signedOut, number, kind, staff: this.store.staff,
        changed: (data) => this.#show(number, data), closed: () => this.store.changed() });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.store.say("error_network", {}, true);
    }
  }

  render() {
    const { store: { case: found }, words, times } = this;
    const key = `${found.number} ${found.status} ${found.events.filter(({ kind }) => CHANGES.has(kind)).length}`;
    if (key !== this.#key) {
      if (!this.#key?.startsWith(`${found.number} `)) this.#data = null;
      this.#key = key;
      this.#load(found.number);
    }
    when(this.title, words.lang, () => { this.title.textContent = words.t("esc_title"); });
    const clocks = this.#data?.hops.map((hop) => hop.due && this.#clock(hop).text);
    const drafts = ["dossier", "credit"].map((kind) => this.#draft(kind));
    const late = found.respond_by && Date.parse(found.respond_by) < times.now();
    when(this.body, [words.lang, found.number, this.#data, this.#problem, clocks, drafts, found.respond_by, late], () => this.#draw(late));
  }

  async #load(number) {
    try {
      this.#show(number, await api.escalation(number));
    } catch (error) {
      if (number === this.store.number) this.#problem = error.kind ?? "server";
      this.store.changed();
    }
  }

  #show(number, data) {
    if (number !== this.store.number) return;
    this.#data = data;
    this.#problem = null;
    this.store.changed();
  }

  #draw(late) {
    const { words } = this;
    const data = this.#data;
    if (!data) {
      this.body.replaceChildren(h("p", { class: "quiet" }, words.t(this.#problem ? `error_${this.#problem}` : "esc_loading")));
      return;
    }
    const waiting = data.hops.at(-1);
    this.body.replaceChildren(...[
      data.hops.length ? h("ol", { class: "hops" }, ...data.hops.map((hop) => this.#hop(hop))) : null,
      data.hops.length ? this.#promised(late) : null,
      h("p", { class: "quiet" }, this.#next(data)),
      this.#draft("dossier"),
      h("div", { class: "esc-buttons" }, this.#button("dossier", "esc_open"),
        waiting && !waiting.answered_at && h("button", { type: "button", class: "button small primary", "data-do": "answer", onclick: () => this.#answer(waiting) },
          words.t("esc_answer"))),
      h("h4", {}, words.t("esc_credit_title")),
      ...this.#credit(data.credit),
      this.#draft("credit"),
      this.#button("credit", data.credit ? "esc_credit_open" : "esc_credit_start"),
    ].filter(Boolean));
  }

  #hop(hop) {
    const { words, times } = this;
    const clock = hop.due ? this.#clock(hop) : null;
    return h("li", {},
      h("p", {}, h("strong", {}, this.#name(hop.level)), " ", h("span", { class: "tongue" }, words.t(`language_${hop.language}`))),
      h("p", { class: "quiet" }, words.t("esc_sent"), " ", moment(times, hop.sent_at), ` · ${hop.sent_by}`),
      clock ? h("p", { class: "due", "data-level": clock.level }, !hop.answered_at && `${words.t("esc_their_answer")} `, h("time", { datetime: hop.due, title: times.exact(hop.due) }, clock.text))
        : h("p", { class: "quiet" }, words.t("esc_no_time")),
      hop.accepted_by && !hop.answered_at && h("p", { class: "quiet" }, words.t("below_accepted", { name: hop.accepted_by })),
      hop.outcome === "returned" && h("p", { class: "failed" }, words.t("esc_returned")),
      hop.answer && h("blockquote", {}, hop.answer),
      hop.reference && h("p", { class: "quiet" }, words.t("esc_reference", { reference: hop.reference })));
  }

  #clock({ due, answered_at: answered }) {
    if (!answered) return clockText({ kind: "first_response", state: "running", due }, this.times, this.words);
    const late = Date.parse(answered) > Date.parse(due);
    return { level: "done", text: this.words.t(late ? "esc_answered_late" : "esc_answered", { at: this.times.short(answered) }) };
  }

  #name(level) {
    const step = [...this.#data.route, ...(this.#data.credit?.route ?? [])].find((one) => one.level === level);
    return step?.name[this.words.lang] ?? this.words.code("esc_level", level);
  }

  /** The customer waits for our word, whatever time the hop has. */
  #promised(late) {
    const { words, times, store: { case: found } } = this;
    const key = !found.respond_by ? "esc_customer_none" : late ? "esc_customer_late" : "esc_customer";
    return h("p", { class: "due", "data-level": late ? "late" : "ok" }, words.t(key, { at: found.respond_by ? times.short(found.respond_by) : "" }));
  }

  #next({ next, route, hops, missing, choices }) {
    const { words } = this;
    if (!next) return words.t(hops.length ? "esc_end" : "esc_nobody");
    const left = missing[choices[0]?.language ?? words.lang].length;
    const name = next.name[words.lang];
    return `${words.t("esc_next", { name })} · ${left ? words.t("esc_missing_count", { count: left }) : words.t("esc_ready")}`;
  }

  #credit(credit) {
    const { words, times } = this;
    if (!credit) return [];
    const { deadline, missing } = credit;
    const left = deadline ? Math.ceil((Date.parse(deadline.ask_by) - times.now()) / 86_400_000) : null;
    const level = missing.some(({ reason }) => reason === "too_late") ? "late" : left !== null && left < 4 ? "soon" : "ok";
    const text = deadline ? words.t("esc_credit_deadline", { safe: times.date(deadline.safe), ask_by: times.date(deadline.ask_by) }) : words.t("esc_credit_no_deadline");
    return [h("p", { class: deadline ? "due" : "quiet", "data-level": level }, text),
      h("p", { class: "quiet" }, missing.length ? words.t("esc_missing_count", { count: missing.length }) : words.t("esc_credit_ready"))];
  }

  #draft(kind) {
    return draftOf(this.store.number, kind) && h("p", { class: "failed" }, this.words.t("esc_draft"));
  }

  #button(kind, key) {
    return h("button", { type: "button", class: "button small", "data-do": `open-${kind}`, onclick: () => this.open(kind) }, this.words.t(key));
  }

  #answer(hop) {
    const { words } = this;
    const { number } = this.store;
    const reference = h("input", { type: "text", id: "hop-reference", maxlength: "80", autocomplete: "off" });
    let problem = "error_server";
    askText(words, {
      title: words.t("esc_answer_title", { name: this.#name(hop.level) }), hint: words.t("esc_answer_hint"), label: words.t("esc_answer_label"),
      action: words.t("esc_answer_go"), required: true, missing: "esc_answer_missing", rows: 5, lang: hop.language,
      parts: [h("label", { for: reference.id }, words.t("esc_answer_reference")), reference], problem: () => words.t(problem),
    }, async (text) => {
      try {
        this.#show(number, await api.escalation(number, "/answer", "POST", { text, reference: reference.value.trim() }));
        return true;
      } catch (error) {
        if (error.kind === "signed_out") this.signedOut();
        problem = `error_${error.kind ?? "server"}`;
        return false;
      }
    });
  }
}

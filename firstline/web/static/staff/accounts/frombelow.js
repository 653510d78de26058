/** Cases that resellers handed to the provider: a queue with the clock of the provider's hop, and each case's dossier with what can be done. */
import { askText, show } from "../dialogs.js";
import { clockText } from "../due.js";
import { h, moment, when } from "../view.js";
import { calls } from "./calls.js";
import { problemText } from "./problems.js";

export class FromBelow {
  #names = {};

  constructor(app, changed) {
    Object.assign(this, { app, words: app.words, changed });
    this.title = h("h3", { id: "below-title" });
    this.list = h("ul", { class: "below", "aria-labelledby": "below-title" });
    this.none = h("p", { class: "quiet" });
    this.node = h("section", {}, this.title, this.none, this.list);
  }

  /** @param rows null while they are on their way; @param names {partner: {ko, en}} */
  render(rows, names) {
    const { words } = this;
    this.#names = names;
    this.node.hidden = !rows;
    when(this.node, [words.lang, rows], () => {
      this.title.textContent = words.t("below_title");
      this.none.textContent = rows?.length ? "" : words.t("below_none");
      this.list.replaceChildren(...(rows ?? []).map((row) => this.#row(row)));
    });
  }

  #row(row) {
    const { words, app } = this;
    const clock = row.due ? clockText({ kind: "first_response", state: "running", due: row.due }, app.times, words) : null;
    return h("li", { class: "card", "data-case": row.case, "data-with": row.with },
      h("p", { class: "below-head" }, h("strong", {}, row.case), h("span", {}, this.#name(row.partner)), row.class && h("span", { class: "pill" }, words.t("below_class", { name: row.class })),
        h("span", { class: "pill" }, words.t(`below_with_${row.with}`))),
      h("p", { class: "typed" }, row.title || row.product),
      h("p", { class: clock ? "due" : "quiet", "data-level": clock?.level }, clock ? h("time", { datetime: row.due, title: app.times.exact(row.due) }, clock.text) : words.t("esc_no_time")),
      h("p", { class: "quiet" }, words.t("esc_sent"), " ", moment(app.times, row.sent_at), h("span", { class: "typed" }, ` · ${row.sent_by}`),
        row.accepted_by && h("span", { class: "typed" }, ` · ${words.t("below_accepted", { name: row.accepted_by })}`)),
      h("button", { type: "button", class: "button small", "data-do": "open", "aria-label": words.t("below_open_named", { number: row.case }), onclick: () => this.#open(row) }, words.t("below_open")));
  }

  #name(partner) { return this.#names[partner]?.[this.words.lang] ?? partner; }

  async #open({ partner, case: number }) {
    const found = await this.#run(() => calls.below(partner, number));
    if (found) this.#show(found);
  }

  #show(found) {
    const { words } = this;
    const { partner, case: number, hops, further } = found;
    const last = hops.at(-1);
    const mine = found.open && last.level === "provider";
    const act = (name, word, run, primary = false) => h("button", { type: "button", class: primary ? "button primary" : "button", "data-do": name, onclick: () => {
      dialog.close();
      run();
    } }, word);
    const ways = mine ? Object.entries(further).flatMap(([to, choices]) => choices.map(({ language, due }) => act("pass-on",
      words.t(due ? "below_pass_on_due" : "below_pass_on", { to: words.t(`below_with_${to}`), language: words.t(`language_name_${language}`), at: due ? this.app.times.short(due) : "" }),
      () => this.#done("below_passed_on", () => calls.belowPassOn(partner, number, to, language))))) : [];
    const dialog = show(h("form", { method: "dialog", class: "below-case" }, h("h2", { id: "dialog-title" }, words.t("below_case_title", { number, name: this.#name(partner) })),
      ...hops.filter((hop) => hop.answer).map((hop) => h("blockquote", { class: "typed" }, h("strong", {}, words.t(`below_outcome_${hop.outcome || "answered"}`)), " ", hop.answer)),
      h("dl", { class: "facts" }, ...found.form[words.lang].flatMap(({ label, value, quoted }) => [h("dt", {}, label), h("dd", { class: "typed", lang: quoted ? "ko" : undefined }, value)])),
      h("h3", {}, words.t("below_original")), h("div", { lang: found.original.lang }, ...found.original.texts.map((text) => h("blockquote", {}, text))),
      ways.length > 0 && h("h3", {}, words.t("below_further")), ways.length > 0 && h("div", { class: "acts" }, ...ways),
      h("div", { class: "dialog-foot wrap" }, act("close", words.t("close"), () => {}),
        mine && act("ask", words.t("below_ask"), () => this.#ask(partner, number)),
        found.open && act("answer", words.t(last.level === "provider" ? "below_answer" : "below_answer_above"), () => this.#answer(partner, number)),
        mine && !last.accepted_by && act("accept", words.t("below_accept"), () => this.#done("below_accepted_now", () => calls.belowAccept(partner, number)), true))), "wide");
  }

  #ask(partner, number) {
    const { words } = this;
    this.#write({ title: words.t("below_ask"), hint: words.t("below_ask_hint"), label: words.t("below_ask_label"), action: words.t("below_ask_go") },
      "below_asked", (text) => calls.belowAsk(partner, number, text));
  }

  #answer(partner, number) {
    const { words } = this;
    const reference = h("input", { type: "text", id: "below-reference", maxlength: "80", autocomplete: "off" });
    this.#write({ title: words.t("below_answer"), hint: words.t("below_answer_hint"), label: words.t("esc_answer_label"), action: words.t("esc_answer_go"),
      parts: [h("label", { for: reference.id }, words.t("esc_answer_reference")), reference] },
    "below_answered", (text) => calls.belowAnswer(partner, number, text, reference.value.trim()));
  }

  #write(ask, said, send) {
    let problem = "";
    askText(this.words, { ...ask, required: true, missing: "below_empty", rows: 5, problem: () => problem }, async (text) => {
      try {
        await send(text);
      } catch (error) {
        if (!error.kind) throw error;
        if (error.kind === "signed_out") this.app.signedOut();
        problem = problemText(this.words, error);
        return false;
      }
      this.#said(said);
      return true;
    });
  }

  async #done(said, send) { if (await this.#run(send)) this.#said(said); }

  #said(key) {
    this.app.say(this.words.t(key));
    this.changed();
  }

  async #run(send) {
    try {
      return await send();
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") this.app.signedOut();
      else this.app.fail(error);
      return null;
    }
  }
}

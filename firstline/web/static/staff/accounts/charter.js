/** The support terms: their text with findings while one types, both public pages, what would be promised at a moment, publishing. */
import { session } from "../prefs.js";
import { h, icon, when } from "../view.js";
import { calls } from "./calls.js";
import { Publishing } from "./charter_publishing.js";
import { Part } from "./part.js";

const PAUSE_MS = 500;
const KINDS = ["first_response", "next_update", "resolve"];

export class CharterView extends Part {
  #asked = 0;
  #soon = 0;
  checked = null; // {usable, findings, pages, next}; null while it is checked

  constructor(app) {
    super(app, "section_charter");
    const { labels } = this;
    this.text = h("textarea", { id: "charter-text", class: "charter-text", rows: "24", spellcheck: "false", lang: "ko", oninput: () => this.#later() });
    this.at = h("input", { type: "datetime-local", id: "charter-at", oninput: () => this.#later() });
    this.publishing = new Publishing(this, labels);
    this.state = h("p", { class: "quiet", role: "status" });
    this.findings = h("ul", { class: "charter-findings" });
    this.pages = h("div", { class: "charter-pages" });
    this.versions = h("ul");
    this.origins = h("ul", { class: "charter-origins" });
    const button = (name, onclick) => labels.text(h("button", { type: "button", class: "button", "data-do": name, onclick }), `charter_${name}`);
    this.body = h("div", { class: "charter", hidden: true },
      labels.text(h("p", { class: "quiet" }), "charter_hint"),
      h("div", { class: "charter-edit" },
        h("div", { class: "field" }, labels.text(h("label", { for: "charter-text" }), "charter_text"), this.text,
          h("div", { class: "audit-go" }, this.publishing.button, button("save", () => this.save()), button("reset", () => this.#reset())), this.publishing.state),
        h("section", {}, labels.text(h("h3"), "charter_findings"), this.state, this.findings, labels.text(h("h3"), "charter_versions"), this.versions, this.origins)),
      labels.text(h("h3"), "charter_pages"),
      h("div", { class: "field charter-at" }, labels.text(h("label", { for: "charter-at" }), "charter_at"), this.at), this.pages);
    this.node.append(this.body);
  }

  async fetch() {
    const found = await calls.charter();
    const draft = session.get(this.#draft);
    this.text.value = draft?.text ?? found.text;
    this.check();
    // What was begun on another text is published against that one: then the change in between is shown, not undone.
    return draft ? { ...found, revision: draft.revision } : found;
  }

  get dirty() { return Boolean(this.data) && this.text.value !== this.data.text; }
  discard() { this.text.value = this.data.text; }

  get #draft() { return `charter:${this.app.staff.partner}`; }
  keepDraft() { session.set(this.#draft, this.dirty ? { text: this.text.value, revision: this.data.revision } : null); }
  close() { if (this.data) this.keepDraft(); }

  /** Shows what is in place now; `text` is what goes on being written, by default the same. */
  begin(data, text = data.text) {
    this.data = data;
    this.text.value = text;
    this.keepDraft();
    this.render();
    this.check();
  }

  render() {
    super.render();
    const { words, data, checked } = this;
    this.body.hidden = !data;
    if (!data) return;
    this.publishing.render();
    when(this.state, [words.lang, checked], () => { this.state.textContent = this.#summary(); });
    when(this.findings, [words.lang, checked?.findings], () => this.findings.replaceChildren(...(checked?.findings ?? []).map((one) => this.#finding(one))));
    when(this.pages, [words.lang, checked?.pages], () => this.#drawPages());
    when(this.origins, [words.lang, checked?.origins], () => this.#drawOrigins(checked?.origins ?? {}));
    when(this.versions, [words.lang, data.versions], () => this.versions.replaceChildren(...data.versions.map((one) => h("li", {}, h("button", { type: "button", class: "link", "data-version": one.version,
      "aria-label": words.t("charter_load", { version: one.version }), onclick: () => this.#load(one.version) }, one.version), " ",
      words.t(one.valid_to ? "charter_until" : "charter_from", { from: one.valid_from, to: one.valid_to }), " ",
      one.in_force && h("span", { class: "pill here" }, words.t("charter_in_force"))))));
  }

  #summary() {
    const { words, checked } = this;
    if (!checked) return words.t("charter_checking");
    const errors = checked.findings.filter(({ level }) => level === "error").length;
    return checked.findings.length ? words.t("charter_counts", { errors, warnings: checked.findings.length - errors }) : words.t("charter_clean");
  }

  #finding({ rule, level, where, message, line, file }) {
    const { words } = this;
    return h("li", { "data-level": level }, h("button", { type: "button", onclick: () => this.#go(line) },
      h("strong", {}, icon("alert"), words.t(`charter_level_${level}`), ` ${rule} `, line ? words.t("charter_line", { line }) : file ?? ""),
      h("span", { class: "quiet" }, where), h("span", {}, message[words.lang])));
  }

  /** Only where something is taken over is there anything to tell apart. */
  #drawOrigins(origins) {
    const { words } = this;
    const named = Object.entries(origins).filter(([, whose]) => whose !== "default");
    this.origins.replaceChildren(...(named.some(([, whose]) => whose === "provider") ? [h("li", {}, h("h3", {}, words.t("charter_origins"))), ...named.map(([field, whose]) =>
      h("li", { "data-field": field }, h("code", {}, field), " ", h("span", { class: whose === "provider" ? "pill" : "quiet" }, words.t(`charter_origin_${whose}`))))] : []));
  }

  #drawPages() {
    const { words, checked } = this;
    if (!checked?.pages) return this.pages.replaceChildren(h("p", { class: "quiet" }, words.t("charter_no_pages")));
    this.pages.replaceChildren(...Object.entries(checked.pages).map(([lang, page]) => this.#page(lang, page)));
  }

  // In the page's own language, whatever the console's is.
  #page(lang, page) {
    const t = (key) => this.words.in(lang, key);
    const promised = ({ severities, tiers }) => tiers.map((tier) => h("table", {}, h("caption", {}, `${tier.name} · ${tier.price_text}`),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("charter_severity")), ...KINDS.map((kind) => h("th", { scope: "col" }, t(`charter_${kind}`))))),
      h("tbody", {}, ...severities.filter(({ targets }) => targets[tier.id]).map(({ name, targets }) => h("tr", {}, h("th", { scope: "row" }, name),
        ...KINDS.map((kind) => {
          const target = targets[tier.id][kind];
          return h("td", {}, target?.text ?? "", target?.respond_by_text && h("strong", {}, target.respond_by_text));
        }))))));
    return h("article", { class: "card", lang, "data-page": lang }, h("h4", {}, page.partner.name), h("p", {}, page.valid_as_of), h("p", { class: "now" }, page.now_text),
      h("ul", {}, ...page.channels.map((channel) => h("li", {}, h("strong", {}, channel.name), ` ${channel.address ?? ""} ${channel.hours_text}`))), ...promised(page));
  }

  #later() {
    this.checked = null;
    this.publishing.render();
    this.keepDraft();
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.check(), PAUSE_MS);
  }

  async check() {
    const asked = ++this.#asked;
    this.checked = null;
    if (this.data) this.publishing.render();
    this.state.textContent = this.words.t("charter_checking");
    try {
      const checked = await calls.checkCharter(this.text.value, this.at.value || null);
      if (asked === this.#asked) this.checked = checked;
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") return this.app.signedOut();
      this.app.fail(error);
    }
    if (asked === this.#asked) this.render();
  }

  #go(line) {
    const { text } = this;
    const lines = text.value.split("\n");
    const start = lines.slice(0, (line ?? 1) - 1).reduce((sum, one) => sum + one.length + 1, 0);
    text.focus();
    text.setSelectionRange(start, start + (lines[(line ?? 1) - 1] ?? "").length);
    text.scrollTop = ((line ?? 1) - 4) * (text.scrollHeight / lines.length);
  }

  /** An earlier version's text goes into the box, to be looked at or published again under a new name. */
  async #load(version) {
    if (this.dirty && !(await this.publishing.mayReplace())) return;
    try {
      this.text.value = (await calls.charterVersion(version)).text;
    } catch (error) {
      if (!error.kind) throw error;
      return this.app.fail(error);
    }
    this.#later();
    this.text.focus();
  }

  #reset() {
    this.discard();
    this.keepDraft();
    this.check();
  }

  save() {
    const href = URL.createObjectURL(new Blob([this.text.value], { type: "application/yaml" }));
    h("a", { href, download: "charter.yaml" }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }
}

/** One language of the article: its state and actions above, and text, details, search words and versions as tabs. */
import { h, icon, moment, safeUrl, when } from "../view.js";
import { DETAILS, Fields, FINDING } from "./form.js";
import { Labels } from "../labels.js";
import { layerKind } from "./layers.js";
import { problemNodes, wrongFields } from "./problems.js";
import { TextBox } from "./textbox.js";
import { Versions } from "./versions.js";

const TABS = ["text", "details", "finding", "versions"];

export class Pane {
  #tab = "text";

  /** on: the editor's {changed, save, review, publish, effect, archive, draft, discard, start, restore, bring, drop, fail} */
  constructor(app, sheet, slug, on, suggestions) {
    Object.assign(this, { app, words: app.words, sheet, slug, on });
    const { lang } = sheet;
    const labels = this.labels = new Labels(app.words);
    const change = (name, value) => on.changed(sheet, name, value);
    this.text = new TextBox(labels, sheet, { change, problem: (problem) => on.problem(sheet, problem), fail: (error) => on.fail(sheet, error) });
    this.details = new Fields(labels, sheet, DETAILS, { change }, suggestions);
    this.finding = new Fields(labels, sheet, FINDING, { change });
    this.versions = new Versions(app, sheet, slug, { restore: (number) => on.restore(sheet, number) });
    this.state = h("div", { class: "pane-state" });
    this.notices = h("div", { class: "notices" });
    this.problem = h("div", { class: "failed", role: "alert" });
    this.actions = h("div", { class: "pane-actions" });
    this.tabs = TABS.map((name) => labels.text(h("button", { type: "button", role: "tab", id: `tab-${name}-${lang}`, "aria-controls": `panel-${name}-${lang}`, "data-tab": name, onclick: () => this.choose(name) }), `tab_${name}`));
    const tablist = labels.label(h("div", { class: "tabs", role: "tablist", onkeydown: (event) => this.#move(event) }, ...this.tabs), "pane_tabs");
    const bodies = { text: this.text.node, details: this.details.node, finding: this.finding.node, versions: this.versions.node };
    this.panels = TABS.map((name) => h("div", { role: "tabpanel", id: `panel-${name}-${lang}`, "aria-labelledby": `tab-${name}-${lang}`, "data-panel": name }, bodies[name]));
    this.start = h("div", { class: "empty" });
    this.work = h("div", { class: "pane-work" }, this.actions, this.notices, this.problem, tablist, ...this.panels);
    const title = labels.text(h("h3", { id: `pane-${lang}` }), `language_name_${lang}`);
    this.node = h("section", { class: "lang-pane", "data-lang-pane": lang, "aria-labelledby": title.id }, h("div", { class: "pane-head" }, title, this.state), this.start, this.work);
  }

  /** Puts the sheet's text into the boxes, after it came from elsewhere than from them. */
  fill() {
    for (const part of [this.text, this.details, this.finding]) part.fill();
    this.render();
  }

  choose(name) {
    this.#tab = name;
    this.render();
  }

  /** Whose the newest version is. */
  get #kind() { return this.sheet.saved ? layerKind(this.sheet.saved.layer, this.app.staff.partner) : "partner"; }

  focus() { (this.sheet.started ? this.text.title : this.start.querySelector("button"))?.focus(); }

  render() {
    const { words, sheet } = this;
    this.labels.render();
    this.text.preview.ask();
    this.start.hidden = sheet.started;
    this.work.hidden = !sheet.started;
    when(this.start, [words.lang], () => this.start.replaceChildren(h("p", {}, words.t(`pane_missing_${sheet.lang}`)),
      h("button", { type: "button", class: "button", "data-do": "start", onclick: () => this.on.start(sheet) }, icon("plus"), words.t(`pane_start_${sheet.lang}`))));
    this.tabs.forEach((tab, index) => {
      const chosen = tab.dataset.tab === this.#tab;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      this.panels[index].hidden = !chosen;
    });
    const { saved, dirty, busy } = sheet;
    when(this.state, [words.lang, saved?.status, saved?.version, saved?.live_version, saved?.scheduled_for, saved?.held_back, dirty, busy], () => this.state.replaceChildren(...this.#state()));
    when(this.actions, [words.lang, saved?.status, this.#kind, saved?.scheduled_version, Boolean(saved), dirty, busy], () => this.#refreshActions());
    when(this.notices, [words.lang, sheet.broughtBack, sheet.aside?.at, sheet.base !== (saved?.version ?? null), this.#kind, saved?.held_back], () => this.notices.replaceChildren(...this.#notices()));
    when(this.problem, [words.lang, sheet.problem], () => this.problem.replaceChildren(...(sheet.problem ? problemNodes(words, sheet.problem) : [])));
    for (const part of [this.text, this.details, this.finding]) part.mark(wrongFields(sheet.problem));
    this.versions.render();
  }

  #state() {
    const { words, app, sheet: { saved, dirty, busy } } = this;
    const nodes = [];
    if (saved) {
      nodes.push(h("span", { class: "pill", "data-status": saved.status }, words.code("article", saved.status)), h("span", { class: "quiet" }, words.t("version_number", { version: saved.version })));
      if (saved.live_version && saved.live_version !== saved.version) nodes.push(h("span", { class: "pill" }, words.t("live_number", { version: saved.live_version })));
      if (saved.scheduled_for) nodes.push(h("span", { class: "pill", "data-status": "scheduled" }, icon("clock"), " ", words.t(saved.held_back?.length ? "held_back" : "scheduled_for", { at: app.times.short(saved.scheduled_for) })));
    }
    nodes.push(h("span", { class: dirty ? "unsaved" : "quiet", role: "status" }, busy ? words.t("saving") : dirty ? words.t("unsaved") : saved ? words.t("all_saved") : ""));
    const href = saved?.live_version && saved.url && safeUrl(saved.url);
    if (href) nodes.push(h("a", { href, target: "_blank", rel: "noopener" }, words.t("see_live")));
    return nodes;
  }

  /** New buttons, with the focus on the same action as before. */
  #refreshActions() {
    const held = this.actions.contains(document.activeElement) ? document.activeElement.dataset.do : null;
    const { saved, dirty, busy } = this.sheet;
    const own = saved && this.#kind === "partner";
    const off = busy ? "true" : null;
    const button = (name, { primary, inactive } = {}) => h("button", { type: "button", class: primary ? "button primary" : "button", "data-do": name, "aria-disabled": off ?? (inactive ? "true" : null),
      onclick: () => { if (!this.sheet.busy) this.on[name](this.sheet); } }, this.words.t(`pane_${name}`));
    this.actions.replaceChildren(button("save", { inactive: !dirty }),
      ...[dirty && button("discard"), own && saved.status === "draft" && button("review"), (own || dirty) && button("publish", { primary: true }), button("effect"),
        own && (saved.status === "review" || saved.status === "archived" || saved.scheduled_version) && button("draft"), own && saved.status !== "archived" && button("archive")].filter(Boolean));
    if (held) (this.actions.querySelector(`[data-do="${held}"]`) ?? this.actions.querySelector("button")).focus();
  }

  #notices() {
    const { words, app, sheet } = this;
    const notes = [];
    const note = (key, values, ...buttons) => notes.push(h("div", { class: "notice-box", role: "status" }, h("span", {}, words.t(key, values)), ...buttons));
    const button = (name) => h("button", { type: "button", class: "link", "data-do": name, onclick: () => this.on[name](sheet) }, words.t(`pane_${name}`));
    if (sheet.broughtBack) note("brought_back", { at: app.times.short(sheet.broughtBack) }, button("discard"));
    if (sheet.broughtBack && sheet.base !== (sheet.saved?.version ?? null)) note("newer_meanwhile", { version: sheet.saved?.version ?? "" });
    if (sheet.aside) note("put_aside", { at: app.times.short(sheet.aside.at) }, button("bring"), button("drop"));
    const held = sheet.saved?.held_back ?? [];
    if (held.length) notes.push(h("div", { class: "notice-box held", role: "status" }, h("span", {}, words.t("held_back_why", { version: sheet.saved.scheduled_version })), h("ul", {}, ...held.map((question) => h("li", {}, question)))));
    if (this.#kind !== "partner") note(`own_copy_${this.#kind}`, {});
    return notes;
  }

  #move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.isComposing) return;
    event.preventDefault();
    this.choose(TABS[(TABS.indexOf(this.#tab) + step + TABS.length) % TABS.length]);
    this.tabs[TABS.indexOf(this.#tab)].focus();
  }
}

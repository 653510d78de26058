/** Insights: what happened in a period. Figures first; the gaps follow, as they take longer. */
import { Part } from "../accounts/part.js";
import { problemText } from "../accounts/problems.js";
import { h, when } from "../view.js";
import { calls } from "./calls.js";
import { Controls } from "./controls.js";
import { gapsOf } from "./gaps.js";
import { Numbers } from "./numbers.js";
import { openRows } from "./rows.js";
import { sections } from "./sections.js";
import { NARROW } from "./svg.js";
import { tiles } from "./tiles.js";

const SCOPE = ["partner", "since", "until", "lang"];

export class InsightsView extends Part {
  #asked = 0;
  #redraw = () => this.render();
  resellers = [];
  gaps = null;

  constructor(app) {
    super(app, "section_insights");
    const { labels, words } = this;
    this.numbers = new Numbers(words);
    this.narrow = matchMedia(NARROW);
    this.narrow.addEventListener("change", this.#redraw);
    this.own = app.staff.may.includes("insights.read");
    const asked = new URLSearchParams(location.hash.split("?")[1]);
    this.scope = Object.fromEntries(SCOPE.map((name) => [name, asked.get(name) || null]));
    this.controls = new Controls(labels, words, this.scope, (scope) => this.#change(scope));
    this.about = h("p", { class: "quiet", role: "status" });
    this.tiles = h("ul", { class: "tiles" });
    this.figures = h("div", { class: "insight-figures" });
    this.lacks = h("div");
    this.body = h("div", { class: "insights", hidden: true }, this.about, this.tiles, this.figures, this.lacks);
    this.node.append(this.controls.node, this.body);
  }

  get report() { return this.data; }

  close() { this.narrow.removeEventListener("change", this.#redraw); }

  async fetch() {
    const asked = ++this.#asked;
    this.gaps = null;
    if (this.app.staff.may.includes("reseller.read") && !this.resellers.length) {
      ({ resellers: this.resellers } = await calls.resellers());
      if (!this.own && !this.scope.partner) this.scope.partner = this.controls.scope.partner = this.resellers[0]?.partner ?? null;
    }
    if (!this.own && !this.scope.partner) return null;
    const report = await calls.figures(this.scope);
    if (asked !== this.#asked) return this.data;
    this.scope = this.controls.scope = { ...this.scope, since: report.since, until: report.until };
    this.#askForGaps(asked);
    return report;
  }

  render() {
    super.render();
    const { words, controls, report, resellers } = this;
    controls.offer(resellers, this.own, this.app.staff.partner);
    controls.render(report);
    this.body.hidden = !report || Boolean(this.problem);
    if (!report) {
      if (!this.own && !resellers.length && !this.problem) this.info.replaceChildren(h("p", { role: "status" }, words.t("resellers_none")));
      return;
    }
    when(this.figures, [words.lang, this.narrow.matches, report.now, report.partner, report.since, report.until, report.lang], () => {
      this.about.textContent = words.t("insights_about", { since: report.since, until: report.until, zone: report.zone });
      this.tiles.replaceChildren(...tiles(this));
      this.figures.replaceChildren(...sections(this));
      this.body.dataset.ready = "";
    });
    when(this.lacks, [words.lang, report.now, this.gaps], () => this.lacks.replaceChildren(gapsOf(this, this.gaps)));
  }

  open(figure, title) { openRows(this, figure, title); }

  #change(scope) {
    this.scope = scope;
    const said = new URLSearchParams(Object.entries(scope).filter(([, value]) => value));
    this.app.moved(`#/insights?${said}`);
    this.load();
  }

  async #askForGaps(asked) {
    let found;
    try {
      found = await calls.gaps(this.scope);
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "signed_out") return this.app.signedOut();
      found = { problem: problemText(this.words, error) };
    }
    if (asked !== this.#asked) return;
    this.gaps = found;
    this.render();
  }
}

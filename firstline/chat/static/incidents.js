/** What the partner tells every customer now: declared incidents, asked for again while somebody may read them. */
import { h, icon } from "./dom.js";

const EVERY_MS = 60000;

export class Incidents {
  #shown = [];
  #looks = "";

  constructor({ api, words, partner }) {
    Object.assign(this, { api, words, partner });
    this.node = h("div", { class: "incidents", role: "status" });
  }

  start() {
    this.#load();
    setInterval(() => { if (!document.hidden) this.#load(); }, EVERY_MS);
  }

  render() {
    const { words } = this;
    const looks = JSON.stringify([this.#shown, words.lang]);
    if (looks === this.#looks) return;
    this.#looks = looks;
    this.node.replaceChildren(...this.#shown.map(({ text }) =>
      h("p", {}, icon("alert"), h("span", {}, h("strong", {}, words.t("incident_label")), ` ${text[words.lang]}`))));
  }

  async #load() {
    try {
      this.#shown = (await this.api.incidents(this.partner)).incidents ?? [];
      this.render();
    } catch (error) {
      if (!error.kind) throw error; // What was shown last stays until the server answers again.
    }
  }
}

/**
 * How the customer judges what is over. A case: one to five and, if wanted, a comment, which may be changed for some
 * days. A conversation without one: whether its last answer helped.
 */
import { h, icon } from "../dom.js";

const SCORES = [1, 2, 3, 4, 5];
const LONGEST = 2000;

export class Rating {
  #open = false; // the form of a rating that was given already
  #score = 0;
  #comment = "";
  #problem = null;
  #busy = false;
  #helped = null; // what was said about a conversation without a case
  #looks = "";

  constructor({ api, words, store, conversation }) {
    Object.assign(this, { api, words, store, conversation });
    this.node = h("div", { class: "rating" });
  }

  render() {
    const { words, store } = this;
    const closed = store.state === "closed";
    const rating = closed ? store.case?.rating : null;
    if (!closed) this.#helped = null;
    const plain = closed && !rating && store.rateable && !(store.rated && this.#helped === null);
    this.node.hidden = !plain && (!rating || rating.state === "unanswered");
    if (this.node.hidden) {
      this.#open = false;
      this.#score = 0;
      this.#looks = "";
      return;
    }
    const looks = JSON.stringify([rating, this.#helped, this.#open, this.#problem, this.#busy, words.lang, this.#score]);
    if (looks === this.#looks) return;
    this.#looks = looks;
    if (plain) this.#askHelped();
    else if (rating.state === "given" && !this.#open) this.#said(rating);
    else this.#ask();
  }

  #askHelped() {
    const { words, store, conversation } = this;
    if (this.#helped !== null) {
      this.node.replaceChildren(h("p", { role: "status" }, icon("check"), words.t("rate_thanks")));
      return;
    }
    const choice = (key, helpful) => h("button", { type: "button", class: "button quiet", onclick: async () => {
      if (await conversation.rate(store.rateable, helpful)) this.#helped = helpful;
      this.render();
    } }, words.t(key));
    this.node.replaceChildren(h("p", {}, words.t("rate_question")),
      h("div", { class: "banner-actions" }, choice("rate_yes", true), choice("rate_no", false)));
  }

  #said(rating) {
    const { words } = this;
    this.node.replaceChildren(
      h("p", { role: "status" }, icon("check"), words.t("rating_thanks", { score: words.t(`score_${rating.score}`) })),
      ...(Date.parse(rating.until) > Date.now() ? [h("button", { type: "button", class: "button quiet", onclick: () => {
        this.#open = true;
        this.#score = rating.score;
        this.#comment = rating.comment ?? "";
        this.render();
        this.node.querySelector("input:checked")?.focus();
      } }, words.t("rating_change"))] : []));
  }

  #ask() {
    const { words } = this;
    const focused = this.node.contains(document.activeElement) ? document.activeElement.id : "";
    const box = h("textarea", { id: "rating-comment", rows: "2", maxlength: LONGEST, "aria-describedby": "rating-hint",
      oninput: () => { this.#comment = box.value; } });
    box.value = this.#comment;
    this.node.replaceChildren(h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); this.#send(); } },
      h("fieldset", {}, h("legend", {}, words.t("rating_question")),
        h("div", { class: "scores" }, ...SCORES.map((score) => this.#choice(score)))),
      this.#problem && h("p", { class: "problem", role: "alert" }, icon("alert"), words.t(`rating_${this.#problem}`)),
      h("label", { for: "rating-comment" }, words.t("rating_comment")), box,
      h("p", { id: "rating-hint" }, words.t("rating_hint")),
      h("div", { class: "banner-actions" },
        h("button", { type: "submit", id: "rating-send", class: "button strong", disabled: this.#busy }, words.t("rating_send")),
        this.#open && h("button", { type: "button", class: "button quiet", onclick: () => {
          this.#open = false;
          this.render();
        } }, words.t("cancel")))));
    if (focused) document.getElementById(focused)?.focus();
  }

  #choice(score) {
    const { words } = this;
    const input = h("input", { type: "radio", name: "score", value: score, id: `score-${score}`, onchange: () => {
      this.#score = score;
      this.#problem = null;
      this.render();
    } });
    input.checked = score === this.#score;
    return h("label", { class: "score", for: input.id }, input, h("b", { "aria-hidden": "true" }, String(score)),
      h("span", {}, words.t(`score_${score}`)));
  }

  async #send() {
    if (this.#busy) return;
    if (!this.#score) {
      this.#problem = "choose";
      this.render();
      return;
    }
    this.#busy = true;
    this.#problem = null;
    this.render();
    try {
      const body = { score: this.#score, comment: this.#comment.trim() || null };
      const answer = await this.api.call("PUT", `chat/rating?after=${this.store.lastId}`, body);
      this.#open = false;
      this.conversation.take(answer);
    } catch (error) {
      if (!error.kind) throw error;
      this.#problem = error.status === 409 ? "over" : "failed";
    } finally {
      this.#busy = false;
      this.render();
    }
  }
}

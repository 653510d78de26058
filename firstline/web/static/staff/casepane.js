/** The right side: the open case from its head to its composer, or what stands there without one. */
import { api } from "./api.js";
import { Uploads } from "./attachments.js";
import { CaseHead } from "./casehead.js";
import { Story } from "./story.js";
import { Timeline } from "./timeline.js";
import { Transcript } from "./transcript.js";
import { h, icon, when } from "./view.js";

export class CasePane {
  /** @param on what CaseHead and Transcript call, and reload() */
  constructor(store, words, times, composer, on) {
    Object.assign(this, { store, words, composer, on });
    this.head = new CaseHead(store, words, times, on);
    this.story = new Story(store, words, times);
    this.timeline = new Timeline(store, words, times);
    this.transcript = new Transcript(store, words, times, on);
    this.uploads = new Uploads(store, words, { rules: api.fileRules, sent: () => on.reload() });
    composer.node.querySelector(".composer-foot").prepend(this.uploads.button);
    this.folds = h("div", { class: "folds" }, this.story.node, this.timeline.node);
    this.notice = h("div", { class: "notice" });
    this.info = h("div", { class: "empty" });
    this.full = h("div", { class: "case" }, this.head.node, this.folds, this.transcript.node, this.notice, this.uploads.node, composer.node);
    this.uploads.listen(this.full);
    this.node = h("main", { class: "pane" }, this.info, this.full);
  }

  /** Puts a reader at the case's number when it has been opened. */
  focus() {
    if (this.store.case) this.head.title.focus({ preventScroll: true });
  }

  render() {
    const { store, words } = this;
    this.node.setAttribute("aria-label", words.t("case_label"));
    this.full.hidden = !store.case;
    this.#info();
    this.#notice();
    if (!store.case) return;
    this.head.render();
    this.story.render();
    this.timeline.render();
    this.transcript.render();
    this.uploads.render();
    this.composer.render();
  }

  #info() {
    const { store, words, info } = this;
    info.hidden = Boolean(store.case);
    when(info, [words.lang, store.number, store.caseProblem], () => {
      info.classList.toggle("bad", Boolean(store.caseProblem));
      if (!store.number) {
        info.replaceChildren(icon("inbox"), h("p", {}, words.t("choose_case")), h("p", { class: "quiet" }, words.t("choose_hint")));
      } else if (store.caseProblem) {
        const missing = store.caseProblem === "missing";
        info.replaceChildren(icon("alert"),
          h("p", { role: "alert" }, missing ? words.t("case_missing", { number: store.number }) : words.t(`error_${store.caseProblem}`)),
          h("button", { type: "button", class: "button", onclick: missing ? this.on.back : this.on.reload },
            words.t(missing ? "back_to_queue" : "try_again")));
      } else {
        info.replaceChildren(...[1, 2, 3].map(() => h("div", { class: "ghost", "aria-hidden": "true" })),
          h("p", { class: "unseen", role: "status" }, words.t("loading_case")));
      }
    });
  }

  // A case that can't be followed or loaded again is still shown, with a word about it.
  #notice() {
    const { store, words, notice } = this;
    const problem = store.caseProblem === "missing" ? "case_missing" : store.caseProblem && `error_${store.caseProblem}`;
    const key = store.line === "down" ? "line_down" : problem;
    const stale = store.case && key ? { key, values: { number: store.number }, bad: true } : null;
    const said = store.notice ?? stale;
    when(notice, [words.lang, said], () => {
      notice.classList.toggle("bad", Boolean(said?.bad));
      notice.replaceChildren(...(said ? [icon(said.bad ? "alert" : "check"),
        h("p", { role: said.bad ? "alert" : "status" }, words.t(said.key, said.values)),
        h("button", { type: "button", class: "link", onclick: () => store.say(null) }, words.t("dismiss"))] : []));
    });
  }
}

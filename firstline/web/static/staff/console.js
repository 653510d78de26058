/** A page in parts: shows the part its address names, guards unsaved text, and carries words, staff and short notices. */
import { api } from "./api.js";
import { confirmWith } from "./confirm.js";
import { Labels } from "./labels.js";
import { Times } from "./times.js";
import { goToLogin, Topbar } from "./topbar.js";
import { h, icon } from "./view.js";

const NOTICE_MS = 8000;

export class Console {
  staff = null;
  #view = null;
  #shown = null;
  #leaving = false;
  #noticeEnds = 0;

  /**
   * @param page its name, which its words' keys begin with
   * @param parts [{name, href, open(staff)}]: `open` says who may see the part, all without it
   * @param viewOf (hash) -> [name of the part, () -> view]; a view has node, heading, load() and render(), and where text
   *   may be lost dirty, discard() and close()
   * @param problemText (words, error) -> text
   */
  constructor(words, { page, parts, viewOf, problemText }) {
    Object.assign(this, { words, page, parts, viewOf, problemText });
    this.times = new Times(words);
    const labels = this.labels = new Labels(words);
    this.topbar = new Topbar(words, page);
    this.links = parts.map(({ name, href }) => labels.text(h("a", { href, "data-section": name, hidden: true }), `section_${name}`));
    this.nav = labels.label(h("nav", { class: "sections" }, ...this.links), `${page}_sections`);
    this.notice = h("p", { class: "toast", role: "status" });
    this.main = h("main", { class: `console ${page}` });
  }

  get view() { return this.#view; }

  go(hash) { location.hash = hash; }

  /** The same view under another address. */
  moved(hash) {
    this.#shown = hash;
    history.replaceState(null, "", hash);
  }

  titled(text) { document.title = this.words.t(`${this.page}_view_title`, { title: text }); }

  say(text, bad = false) {
    this.notice.textContent = text;
    this.notice.classList.toggle("bad", bad);
    clearTimeout(this.#noticeEnds);
    this.#noticeEnds = setTimeout(() => { this.notice.textContent = ""; }, NOTICE_MS);
  }

  fail(error) { this.say(this.problemText(this.words, error), true); }

  /** Unsaved text stays in the browser and is brought back after the log-in. */
  signedOut() {
    this.#leaving = true;
    this.#view?.close?.();
    goToLogin();
  }

  async begin() {
    this.words.onChange(() => this.#render());
    addEventListener("hashchange", () => this.#route());
    addEventListener("beforeunload", (event) => { if (this.#view?.dirty && !this.#leaving) event.preventDefault(); });
    document.body.append(this.topbar.node, this.nav, this.main, this.notice);
    this.#render();
    await this.#start();
  }

  async #start() {
    const { words, main } = this;
    main.replaceChildren(h("div", { class: "empty" }, h("p", { role: "status" }, words.t(`${this.page}_loading`))));
    try {
      ({ staff: this.staff } = await api.me());
    } catch (error) {
      if (error.kind === "signed_out") return goToLogin();
      main.replaceChildren(h("div", { class: "empty bad" }, icon("alert"), h("p", { role: "alert" }, words.t(`error_${error.kind}`)),
        h("button", { type: "button", class: "button", onclick: () => this.#start() }, words.t("try_again"))));
      return;
    }
    this.#open(location.hash);
  }

  async #route() {
    const { hash } = location;
    if (hash === this.#shown) return;
    if (this.#view?.dirty && !(await this.#mayLeave(hash))) return;
    this.#open(location.hash);
  }

  /** Holds the address until it was said what becomes of the unsaved text. */
  async #mayLeave(hash) {
    const { words } = this;
    history.replaceState(null, "", this.#shown);
    if (document.querySelector("dialog[open]")) return false;
    const answer = await confirmWith(words, words.t("leave_title"), words.t("leave_hint"), [
      { name: "discard", label: words.t("leave_discard") }, { name: "keep", label: words.t("leave_keep"), primary: true }]);
    if (!answer) return false;
    if (answer === "discard") this.#view.discard();
    history.replaceState(null, "", hash);
    return true;
  }

  #open(hash) {
    const first = this.#shown === null;
    this.#view?.close?.();
    this.notice.textContent = "";
    this.#shown = hash;
    let [section, make] = this.viewOf(hash);
    if (!this.#isOpen(section)) [section, make] = this.viewOf(this.parts[0].href);
    this.#view = make();
    for (const link of this.links) {
      link.hidden = !this.#isOpen(link.dataset.section);
      if (link.dataset.section === section) {
        link.setAttribute("aria-current", "page");
        link.scrollIntoView({ block: "nearest", inline: "nearest" });
      } else link.removeAttribute("aria-current");
    }
    this.main.replaceChildren(this.#view.node);
    this.#view.load();
    this.#render();
    if (!first) {
      scrollTo(0, 0);
      this.#view.node.querySelector("h2")?.focus({ preventScroll: true });
    }
  }

  #isOpen(section) { return this.parts.find(({ name }) => name === section).open?.(this.staff) ?? true; }

  #render() {
    this.topbar.render(this.staff);
    this.labels.render();
    this.#view?.render();
    this.titled(this.#view?.heading ?? this.words.t(`${this.page}_title`));
  }
}

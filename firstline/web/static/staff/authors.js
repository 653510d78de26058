/** The authors' page: shows the part its address names, guards unsaved text, and carries words, staff and short notices. */
import { api } from "./api.js";
import { calls } from "./authors/calls.js";
import { confirmWith } from "./authors/confirm.js";
import { Editor } from "./authors/editor.js";
import { GapsView } from "./authors/gaps.js";
import { LogView } from "./authors/history.js";
import { listenForSaving } from "./authors/keys.js";
import { Labels } from "./authors/labels.js";
import { ListView } from "./authors/list.js";
import { problemText } from "./authors/problems.js";
import { TransferView } from "./authors/transfer.js";
import { TrialView } from "./authors/trial.js";
import { Times } from "./times.js";
import { goToLogin, Topbar } from "./topbar.js";
import { h, icon } from "./view.js";
import { Words } from "./words.js";

const SECTIONS = { list: "#/", gaps: "#/gaps", try: "#/try", transfer: "#/transfer", log: "#/log" };
const NOTICE_MS = 8000;

const words = await new Words().load();
const times = new Times(words);
const labels = new Labels(words);
const topbar = new Topbar(words, "authors");
const links = Object.entries(SECTIONS).map(([name, href]) => labels.text(h("a", { href, "data-section": name }), `section_${name}`));
const nav = labels.label(h("nav", { class: "sections" }, ...links), "sections");
const notice = h("p", { class: "toast", role: "status" });
const main = h("main", { class: "authors" });
let view = null;
let shown = null;
let leaving = false;
let noticeEnds = 0;

const app = {
  words, times, staff: null, articles: null, layer: "",
  go: (hash) => { location.hash = hash; },
  /** The same view under another address. */
  moved(hash) {
    shown = hash;
    history.replaceState(null, "", hash);
  },
  async list(fresh = false) {
    if (fresh || !this.articles) ({ articles: this.articles } = await calls.list());
    return { articles: this.articles };
  },
  outdated() { this.articles = null; },
  titled(text) { document.title = words.t("authors_view_title", { title: text }); },
  say(text, bad = false) {
    notice.textContent = text;
    notice.classList.toggle("bad", bad);
    clearTimeout(noticeEnds);
    noticeEnds = setTimeout(() => { notice.textContent = ""; }, NOTICE_MS);
  },
  fail(error) { this.say(problemText(words, error), true); },
  /** Unsaved text stays in the browser and is brought back after the log-in. */
  signedOut() {
    leaving = true;
    view?.close?.();
    goToLogin();
  },
};

function viewOf(hash) {
  const [name = "", ...rest] = hash.replace(/^#\/?/, "").split("/").map(decode);
  if (name === "edit" && rest[0]) return ["list", new Editor(app, rest[0], ["ko", "en"].includes(rest[1]) ? rest[1] : "")];
  if (name === "new") return ["list", new Editor(app, "", "")];
  if (name === "gaps") return ["gaps", new GapsView(app)];
  if (name === "try") return ["try", new TrialView(app)];
  if (name === "transfer") return ["transfer", new TransferView(app)];
  if (name === "log") return ["log", new LogView(app, rest[0] ?? "")];
  return ["list", new ListView(app)];
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function route() {
  const { hash } = location;
  if (hash === shown) return;
  if (view?.dirty && !(await mayLeave(hash))) return;
  open(location.hash);
}

/** Holds the address until the author has said what becomes of the unsaved text. */
async function mayLeave(hash) {
  history.replaceState(null, "", shown);
  if (document.querySelector("dialog[open]")) return false;
  const answer = await confirmWith(words, words.t("leave_title"), words.t("leave_hint"), [
    { name: "discard", label: words.t("leave_discard") }, { name: "keep", label: words.t("leave_keep"), primary: true }]);
  if (!answer) return false;
  if (answer === "discard") view.discard();
  history.replaceState(null, "", hash);
  return true;
}

function open(hash) {
  const first = shown === null;
  view?.close?.();
  shown = hash;
  const [section, next] = viewOf(hash);
  view = next;
  for (const link of links) {
    if (link.dataset.section === section) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  main.replaceChildren(view.node);
  view.load();
  render();
  if (!first) {
    scrollTo(0, 0);
    view.node.querySelector("h2")?.focus({ preventScroll: true });
  }
}

function render() {
  topbar.render(app.staff);
  labels.render();
  view?.render();
  app.titled(view?.heading ?? words.t("authors_title"));
}

async function begin() {
  main.replaceChildren(h("div", { class: "empty" }, h("p", { role: "status" }, words.t("authors_loading"))));
  try {
    ({ staff: app.staff } = await api.me());
  } catch (error) {
    if (error.kind === "signed_out") return goToLogin();
    main.replaceChildren(h("div", { class: "empty bad" }, icon("alert"), h("p", { role: "alert" }, words.t(`error_${error.kind}`)),
      h("button", { type: "button", class: "button", onclick: begin }, words.t("try_again"))));
    return;
  }
  open(location.hash);
}

words.onChange(render);
addEventListener("hashchange", route);
addEventListener("beforeunload", (event) => { if (view?.dirty && !leaving) event.preventDefault(); });
listenForSaving({ save: () => view?.save?.(), publish: () => view?.publish?.() });
document.body.append(topbar.node, nav, main, notice);
render();
await begin();

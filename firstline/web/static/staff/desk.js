/** The agents' desk: puts queue, case, composer, live line and shortcuts together. */
import { api } from "./api.js";
import { CasePane } from "./casepane.js";
import { Composer } from "./composer.js";
import { canClaim, canSpeak } from "./casehead.js";
import { askText, showHelp } from "./dialogs.js";
import { listenForKeys, shortcuts } from "./keyboard.js";
import { Live } from "./live.js";
import { Notifier } from "./notify.js";
import { Queue } from "./queue.js";
import { Store } from "./store.js";
import { Times } from "./times.js";
import { goToLogin, name, Topbar } from "./topbar.js";
import { h, icon, when } from "./view.js";
import { Words } from "./words.js";
import { Work } from "./work.js";

const REDRAW_EVERY_MS = 10_000;

const words = await new Words().load();
const times = new Times(words);
const store = new Store();
const work = new Work(store, times, goToLogin);
const notifier = new Notifier(words, (number) => { location.hash = number; });

const line = h("span", { class: "line", role: "status" });
const bell = h("button", { type: "button", class: "icon-button", "data-do": "notify", onclick: async () => {
  await notifier.toggle();
  render();
} }, icon("bell"));
const help = h("button", { type: "button", class: "icon-button", "data-do": "help", onclick: openHelp }, icon("help"));
const topbar = new Topbar(words, "desk", [line, bell, help]);
const news = h("p", { class: "unseen", role: "status" });
const queue = new Queue(store, words, times, {
  reload: () => (store.staff ? work.loadQueue() : location.reload()),
});
const composer = new Composer(store, words, {
  reply: (number, text) => work.reply(number, text),
  note: (number, text) => work.note(number, text),
  claim,
  typing: (number, on) => work.typing(number, on),
});
const pane = new CasePane(store, words, times, composer, {
  back: () => { location.hash = ""; },
  reload: () => work.loadCase(),
  claim, release: () => ask("release"), giveBack: () => ask("giveBack"), resolve: () => ask("resolve"),
  retry: (id) => work.retry(id), edit: (id) => composer.takeBack(id),
});
const body = h("div", { class: "desk" }, queue.node, pane.node);
const live = new Live(store, work, goToLogin);

function render() {
  topbar.render(store.staff);
  when(line, [words.lang, store.line], () => {
    line.dataset.line = store.line;
    line.textContent = words.t(`line_${store.line}`);
  });
  name(bell, words.t(notifier.on ? (notifier.blocked ? "notify_blocked" : "notify_on") : "notify_off"));
  bell.setAttribute("aria-pressed", String(notifier.on));
  name(help, words.t("help_title"));
  body.dataset.open = store.number ? "case" : "queue";
  if (store.lists.open) {
    for (const row of notifier.look(store.waiting)) news.textContent = words.t("new_case", { number: row.number });
  }
  const { length } = store.waiting;
  document.title = length ? words.t("title_waiting", { count: length }) : words.t("title");
  queue.render();
  pane.render();
}

async function claim() {
  const found = store.case;
  if (!found || !canClaim(found)) return;
  await work.claim(found.number);
  if (store.case?.number === found.number && canSpeak(store.case)) composer.focus("reply");
}

/** @param what "release" | "giveBack" | "resolve" */
function ask(what) {
  const found = store.case;
  if (!found || !canSpeak(found)) return;
  const lang = found.language;
  const resolving = what === "resolve";
  askText(words, {
    title: words.t(`ask_${what}_title`, { number: found.number }), hint: words.t(`ask_${what}_hint`),
    label: words.t(`ask_${what}_label`, { language: words.t(`language_name_${lang}`) }), action: words.t(`ask_${what}_go`),
    value: resolving ? words.in(lang, "resolve_phrase") : "", lang: resolving ? lang : words.lang, required: resolving,
    problem: () => (store.notice ? words.t(store.notice.key, store.notice.values) : words.t("error_server")),
  }, (text) => work[what](found.number, text));
}

function openHelp() {
  const rows = [[["j", "k"], "key_move"], [["Enter"], "key_open"], [["c"], "key_claim"], [["r"], "key_reply"], [["n"], "key_note"],
    [["e"], "key_resolve"], [["Esc"], "key_leave"], [["?"], "key_help"]];
  showHelp(words, rows.map(([keys, what]) => [keys, words.t(what)]), shortcuts);
}

async function follow() {
  let number = location.hash.slice(1);
  try {
    number = decodeURIComponent(number);
  } catch {
    number = "";
  }
  const before = store.number;
  store.select(number || null);
  live.watch(store.number); // Before the case is asked, so that nothing said meanwhile is missed.
  await work.loadCase();
  if (store.number && store.number !== before) pane.focus();
}

async function start() {
  try {
    store.staff = (await api.me()).staff;
  } catch (error) {
    if (error.kind === "signed_out") return goToLogin();
    store.listProblem = error.kind;
  }
  document.body.append(topbar.node, body, news);
  store.onChange(render);
  words.onChange(render);
  addEventListener("hashchange", follow);
  setInterval(render, REDRAW_EVERY_MS);
  listenForKeys({
    j: () => queue.move(1), k: () => queue.move(-1), c: claim, e: () => ask("resolve"), "?": openHelp,
    r: () => store.case && composer.focus("reply"), n: () => store.case && composer.focus("note"),
  });
  render();
  live.start();
  await Promise.all([work.loadQueue(), follow()]);
}

await start();

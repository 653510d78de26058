/** The agents' desk: puts queue, case, composer, team, alerts, live line and shortcuts together. */
import { Alerts } from "./alerts.js";
import { announcement, inView } from "./announce.js";
import { Beside } from "./beside.js";
import { Canned } from "./canned.js";
import { CannedDialog } from "./canned_dialog.js";
import { confirmWith } from "./confirm.js";
import { CasePane } from "./casepane.js";
import { Composer } from "./composer.js";
import { showHelp, showSwitches } from "./dialogs.js";
import { Handing } from "./handing.js";
import { Incidents } from "./incidents.js";
import { listenForKeys, shortcuts } from "./keyboard.js";
import { actionsOf, deskKeys } from "./keys.js";
import { Live } from "./live.js";
import { Mentions } from "./mentions.js";
import { listenToWindows, taken, tellWindows } from "./once.js";
import { opening } from "./opening.js";
import { Queue } from "./queue.js";
import { Store } from "./store.js";
import { Team } from "./team.js";
import { TeamWork } from "./teamwork.js";
import { Times } from "./times.js";
import { goToLogin, name, Topbar } from "./topbar.js";
import { h, icon, when } from "./view.js";
import { TABS } from "./views.js";

const REDRAW_EVERY_MS = 10_000;
const TEAM_EVERY_MS = 30_000;

const words = await opening.words;
const times = new Times(words);
const store = new Store();
const work = new TeamWork(store, times, goToLogin, opening);
const open = (number) => { location.hash = number ?? ""; };
const alerts = new Alerts(words, open);
const incidents = new Incidents(words, times, goToLogin);
const mentions = new Mentions(store, words, times, { open, read: (number) => work.readMentions(number) });
const team = new Team(store, words, times, { choose: choosePresence, capacity: (id, cases) => work.capacity(id, cases) });

const line = h("span", { class: "line", role: "status" });
const bell = button("alerts", "bell", openAlerts);
const help = button("help", "help", openHelp);
const declared = button("incidents", "alert", () => incidents.open());
const replies = button("canned-dialog", "bolt", () => cannedDialog.open());
const topbar = new Topbar(words, "desk", [line, team.node, mentions.button, replies, declared, bell, help]);
const queue = new Queue(store, words, times, {
  reload: () => (store.staff ? work.loadQueue() : location.reload()),
  choose: (view) => work.choose(view), filter: (filter) => work.filter(filter), more: () => work.more(),
});
const composer = new Composer(store, words, () => store.team.names.filter(({ id }) => id !== store.staff?.id).map((one) => one.name), {
  reply: (number, text, awaits) => work.reply(number, text, awaits),
  note: (number, text) => work.note(number, text),
  claim: () => handing.claim(),
  typing: (number, on) => work.typing(number, on),
});
const handing = new Handing(store, words, work, composer);
const does = Object.fromEntries(["claim", "decline", "transfer", "takeOver", "assign", "release", "giveBack", "resolve"]
  .map((what) => [what, () => handing[what]()]));
const pane = new CasePane(store, words, times, composer, {
  back: () => open(), reload: () => work.loadCase(), ...does,
  retry: (id) => work.retry(id), edit: (id) => {
    const { number, cites = [] } = store.entry(id);
    store.setCites(number, cites);
    composer.takeBack(id);
  },
});
const beside = new Beside(store, words, times, composer, goToLogin);
const canned = new Canned(store, words, composer);
const cannedDialog = new CannedDialog(words, () => canned.refresh());
const besideButton = button("beside", "beside", () => beside.toggle());
besideButton.classList.add("beside-open");
pane.head.node.querySelector(".case-title").append(besideButton);
const body = h("div", { class: "desk" }, queue.node, pane.node, beside.node);
const live = new Live(store, work, goToLogin, alerted);
const ofCase = (act) => () => store.case && act();
const keys = deskKeys({
  ...does, move: (step) => queue.move(step), tab: (index) => queue.choose(TABS[index]), queue: () => open(),
  reply: ofCase(() => composer.focus("reply")), note: ofCase(() => composer.focus("note")),
  story: ofCase(() => pane.story.toggle()), before: ofCase(() => pane.transcript.toggle()), beside: ofCase(() => beside.focus()),
  escalation: ofCase(() => beside.escalation.open("dossier")),
  search: () => queue.bar.focusSearch(), filter: () => queue.bar.toggle(), view: () => queue.bar.focusViews(),
  mentions: () => mentions.show(), team: () => team.show(), incidents: () => incidents.open(), alerts: openAlerts, help: openHelp,
});

function button(what, picture, onclick) {
  return h("button", { type: "button", class: "icon-button", "data-do": what, onclick }, icon(picture));
}

function render() {
  topbar.render(store.staff);
  when(line, [words.lang, store.line], () => {
    line.dataset.line = store.line;
    line.textContent = words.t(`line_${store.line}`);
  });
  name(bell, words.t(alerts.on ? "alerts_on" : "alerts_off"));
  bell.setAttribute("aria-pressed", String(alerts.on));
  name(help, words.t("help_title"));
  name(declared, words.t("incidents_title"));
  body.dataset.open = store.number ? "case" : "queue";
  if (store.lists.open) alerts.look(store.waiting, store.line);
  const { calls } = store;
  document.title = calls ? words.t("title_waiting", { count: calls }) : words.t("title");
  name(replies, words.t("canned_title"));
  name(besideButton, words.t("beside_label"));
  for (const part of [team, mentions, queue, pane, beside, canned]) part.render();
}

/** Tells of what a live frame means for this agent, unless they have it before their eyes. */
function alerted(frame) {
  const found = announcement(frame, store);
  if (!found) return;
  if (frame.kind === "waiting") alerts.arrived(found.row);
  else if (frame.kind === "message" && inView(frame.number, store)) taken(found.key);
  else alerts.tell(found.key, words.t(found.word, found.values), found.number, { line: true });
}

function openAlerts() {
  showSwitches(words, words.t("alerts_title"), [
    { id: "alert-sound", label: words.t("alert_sound"), hint: words.t("alert_sound_hint"), on: alerts.sound,
      set: (on) => { alerts.setSound(on); render(); } },
    { id: "alert-notices", label: words.t("alert_notices"), hint: words.t(alerts.blocked ? "alert_notices_blocked" : "alert_notices_hint"),
      on: alerts.notices, set: async (on) => { await alerts.setNotices(on); render(); } },
  ]);
}

function openHelp() {
  showHelp(words, keys.map(([names, what]) => [names, words.t(what)]), shortcuts);
}

/** Going off gives the open cases away, so it is asked first where there are some. */
async function choosePresence(mode) {
  const { me } = store;
  const leaving = mode === "off" && me?.load;
  if (!leaving || await confirmWith(words, words.t("presence_off_title"), words.t("presence_off_hint", { count: me.load }),
    [{ name: "off", label: words.t("presence_off"), primary: true }])) await work.presence(mode);
  render();
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
  if (!store.number || store.number === before) return;
  pane.focus();
  tellWindows({ read: store.number });
  readHere();
}

/** Who opens the case has read where they are mentioned in it. */
function readHere() {
  const waits = store.mentions.mentions.some((entry) => entry.number === store.number && !entry.read);
  if (store.case && waits) work.readMentions(store.number);
}

async function start() {
  try {
    store.staff = (await opening.me).staff;
  } catch (error) {
    if (error.kind === "signed_out") return goToLogin();
    store.listProblem = error.kind;
  }
  queue.node.prepend(team.banner);
  document.body.append(topbar.node, body, alerts.lines, alerts.news);
  store.onChange(render);
  words.onChange(render);
  addEventListener("hashchange", follow);
  listenToWindows(({ read }) => { if (read && store.unread.delete(read)) store.changed(); });
  setInterval(render, REDRAW_EVERY_MS);
  setInterval(() => { if (!document.hidden) work.loadTeam(); }, TEAM_EVERY_MS);
  listenForKeys(actionsOf(keys));
  alerts.listen();
  render();
  live.start();
  await Promise.all([work.loadQueue(), work.loadTeam(), work.loadMentions(), follow()]);
  readHere();
}

await start();

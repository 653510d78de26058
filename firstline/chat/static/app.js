/** The chat inside the frame: puts the parts together and passes events between them. */
import { Api } from "./api.js";
import { Banner } from "./banner.js";
import { Bridge } from "./bridge.js";
import { Composer } from "./composer.js";
import { Contacts } from "./contact.js";
import { Conversation } from "./conversation.js";
import { h } from "./dom.js";
import { Header } from "./header.js";
import { supported, Words } from "./i18n.js";
import { Incidents } from "./incidents.js";
import { Notice } from "./notice.js";
import { Store } from "./store.js";
import { Transcript } from "./transcript.js";
import { Vault } from "./vault.js";

const query = new URLSearchParams(location.search);
const partner = query.get("partner") ?? "";
const vault = new Vault(partner);

// The link of an e-mail brings its conversation along; the address must not keep what opens it.
const resumed = new URLSearchParams(location.hash.slice(1)).get("resume");
if (resumed) {
  vault.token = resumed;
  history.replaceState(null, "", location.pathname + location.search);
}
const words = new Words();
const store = new Store();
const api = new Api();
const contacts = new Contacts({ api, vault, partner, changed: () => store.changed() });

words.use(vault.read("locale") ?? supported(query.get("locale")) ?? supported(navigator.language) ?? "en");
const conversation = new Conversation({ api, vault, store, partner, locale: words.lang });

const bridge = new Bridge(query.get("parent"), { open, close: () => { setOpen(false); }, identify: ({ token }) => conversation.identify(token) });
const header = new Header(words, contacts, bridge.embedded, { language: chooseLanguage, close: () => bridge.close() });
const banner = new Banner(words, store, {
  person: () => conversation.send("/human", words.t("person_button")),
  bot: () => conversation.send("/bot", words.t("back_to_bot")),
  restart: () => conversation.startNew(),
});
const incidents = new Incidents({ api, words, partner });
const transcript = new Transcript(words, store, {
  press: ({ payload, title }) => {
    conversation.send(payload, title);
    composer.focus();
  },
  retry: (clientId) => conversation.retry(clientId),
  moved: markSeen,
  attachments: (message) => later?.files.attachments(message) ?? null,
});
const notice = new Notice(words, store, contacts, {
  retry: () => conversation.retryAll(),
  dismiss: () => store.setProblem(null),
});
const composer = new Composer(words, vault, {
  send: (text) => conversation.send(text),
  typing: (on) => conversation.sendTyping(on),
  files: addFiles,
});
let later = null; // what a first message doesn't need; null until it is there
let loading = null;

await words.load();
const main = h("main", {}, transcript.node, notice.node, composer.node);
document.body.append(header.node, incidents.node, banner.node, main);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) bridge.close();
});
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.toggle("dropping", name === "dragover");
    if (name === "drop") addFiles([...event.dataTransfer.files]);
  });
}
store.onChange(render);
document.addEventListener("visibilitychange", render);
render();
contacts.load(words.lang);
incidents.start();
// Also while closed: the launcher shows what has arrived.
if (api.token && bridge.embedded) conversation.ensure();
if (!bridge.embedded) open({ focus: true });

function render() {
  followLanguage();
  for (const part of [header, incidents, banner, transcript, notice, composer]) part.render();
  const name = contacts.get(words.lang).name || words.t("partner_fallback");
  if (later) later.render();
  else if (wantsMore()) more();
  document.title = words.t("window_title", { partner: name });
  markSeen();
  const unread = store.messages.filter((m) => m.author !== "customer" && m.id > (vault.read("seen") ?? 0)).length;
  bridge.labels({
    open: unread ? words.t("launcher_open_unread", { count: unread }) : words.t("launcher_open"),
    close: words.t("launcher_close"),
    title: document.title,
    badge: unread ? String(Math.min(unread, 99)) : "",
  });
}

/** What came into view was read; what stands further down, or came while nobody looked, was not. */
function markSeen() {
  if (!conversation.isOpen || document.hidden) return;
  const shown = transcript.shownId;
  if (shown > (vault.read("seen") ?? 0)) vault.write("seen", shown);
  conversation.sendSeen(shown);
}

/** Waiting, rating and files have their own modules, which are loaded when one of them is needed. */
function wantsMore() {
  return store.told || store.state === "closed" || store.case?.duty || store.messages.some((m) => m.attachments?.length) || vault.read("uploads", "session");
}

function more() {
  loading ??= import("./later/later.js").then(async ({ Later }) => {
    later = await Later.load({ api, vault, words, store, conversation, banner, composer });
    store.changed();
  }).catch(() => { loading = null; }); // Asked for again with the next change.
  return loading;
}

async function addFiles(files) {
  await more();
  if (later) later.files.add(files);
  else store.setProblem("network");
}

function setOpen(isOpen) {
  conversation.isOpen = isOpen;
  store.changed();
}

async function open({ text = "", focus = true }) {
  setOpen(true);
  if (text) composer.prefill(text);
  if (focus) composer.focus();
  await conversation.ensure();
}

function chooseLanguage(lang) {
  vault.write("locale", lang);
  useLanguage(lang);
  conversation.setLanguage(lang);
}

/** Without a choice by hand the frame's words follow the language in which the customer is answered. */
function followLanguage() {
  const answered = store.messages.findLast((m) => m.author === "bot" || m.author === "system");
  const lang = supported(answered?.lang);
  if (lang && lang !== words.lang && !vault.read("locale")) useLanguage(lang);
}

function useLanguage(lang) {
  words.use(lang);
  contacts.load(lang);
  store.changed();
}

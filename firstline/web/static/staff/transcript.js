/** What was said, with its authors apart: the customer on one side, bot and agents on the other, notes between. */
import { renderMarkdown } from "/widget/static/markdown.js";
import { attachmentCards } from "./attachments.js";
import { h, icon, moment, reconcile, safeUrl, when } from "./view.js";

const NEAR_END_PX = 120;
const FEWEST_FOLDED = 4;
const PICTURES = { customer: "person", bot: "spark", agent: "headset", note: "note", system: "clock" };

export class Transcript {
  #nodes = new Map();
  #number = null;
  #pinned = true; // the newest message is in view and shall stay there
  #whole = false; // the talk before the case is shown too

  /** @param on {retry(id), edit(id)} for replies that were not sent */
  constructor(store, words, times, on) {
    Object.assign(this, { store, words, times, on });
    this.before = h("button", { type: "button", class: "button small before", "data-do": "before", hidden: true, onclick: () => this.toggle() });
    this.log = h("ol", { class: "log" });
    this.live = h("div", { role: "log", "aria-live": "polite" }, this.log);
    this.typing = h("p", { class: "typing", role: "status" });
    this.node = h("div", { class: "transcript", tabindex: "0", role: "region", onscroll: () => { this.#pinned = this.#nearEnd(); } },
      this.before, this.live, this.typing);
    // A notice or a growing text box must not hide the last message.
    new ResizeObserver(() => { if (this.#pinned) this.#toEnd(); }).observe(this.node);
  }

  render() {
    const { store, words, times } = this;
    const { case: found } = store;
    if (!found) return;
    const fresh = found.number !== this.#number;
    if (fresh) {
      this.#nodes.clear();
      this.#pinned = true;
      this.#whole = false;
    }
    this.#number = found.number;
    this.node.setAttribute("aria-label", words.t("transcript_label"));
    this.live.setAttribute("aria-label", words.t("transcript_label"));
    const nodes = [];
    let before = null;
    const all = items(found, store.unsent(found.number));
    // One mark is enough: what stands above it was seen as well.
    const seen = all.findLast((item) => item.author === "agent" && item.id && item.id <= (found.customer_seen ?? 0));
    if (seen) seen.seen = true;
    const folded = this.#before(all, found);
    for (const item of folded && !this.#whole ? all.slice(folded) : all) {
      if (!before || !times.sameDay(before, item.at)) {
        const day = this.#node(`day:${times.date(item.at)}`, "li", "day");
        when(day, words.lang, () => day.replaceChildren(h("span", {}, times.date(item.at))));
        nodes.push(day);
      }
      before = item.at;
      nodes.push(this.#item(item, found));
    }
    reconcile(this.log, nodes);
    const typing = [store.customerTyping && words.t("customer_typing"),
      store.colleagueTyping && words.t("colleague_typing", { name: store.colleagueTyping })].filter(Boolean).join(" · ");
    when(this.typing, typing, () => { this.typing.textContent = typing; });
    if (this.#pinned) this.#toEnd();
  }

  /** Shows or folds what was said before the case. */
  toggle() {
    if (this.before.hidden) return;
    this.#whole = !this.#whole;
    this.#pinned = !this.#whole;
    this.render();
    this.node.focus();
    if (this.#whole) this.node.scrollTop = 0;
  }

  /** How many items the story stands for: those before the case, unless they are few. */
  #before(all, found) {
    const { words } = this;
    const at = found.before_case ? all.findIndex((item) => !(item.id <= found.before_case)) : 0;
    const count = at < 0 ? all.length : at;
    const folded = count >= FEWEST_FOLDED ? count : 0;
    this.before.hidden = !folded;
    this.before.setAttribute("aria-expanded", String(this.#whole));
    when(this.before, [words.lang, folded, this.#whole], () => this.before.replaceChildren(
      words.t(this.#whole ? "before_hide" : "before_show", { count: folded }), h("kbd", {}, "T")));
    return folded;
  }

  #nearEnd() { return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR_END_PX; }

  #toEnd() { this.node.scrollTop = this.node.scrollHeight; }

  #item(item, found) {
    const { words, times } = this;
    const node = this.#node(item.key, "li", `item ${item.author}`);
    when(node, [item, words.lang, times.sameDay(item.at, new Date(times.now()).toISOString())], () => {
      node.dataset.status = item.status ?? "";
      const written = item.author === "system" || item.author === "bot" || (item.author === "agent" && item.articles?.length);
      const plain = written ? renderMarkdown(item.text) : item.text;
      node.replaceChildren(
        h("div", { class: "by" }, icon(PICTURES[item.author] ?? "clock"), h("strong", {}, this.#author(item)),
          item.pressed && h("span", { class: "pill" }, words.t("pressed")),
          moment(times, item.at, times.clock(item.at))),
        item.attachments?.length ? attachmentCards(words, item.attachments)
          : h("div", { class: "said", lang: item.lang ?? found.language }, plain),
        ...this.#extras(item));
    });
    return node;
  }

  #author(item) {
    const { words, store } = this;
    if (item.author === "note") return words.t("author_note", { name: item.name });
    if (item.author === "agent") return item.status ? store.staff?.name ?? "" : item.name || words.t("author_agent");
    return words.t(`author_${item.author}`);
  }

  *#extras(item) {
    const { words } = this;
    if (item.buttons?.length) {
      yield h("p", { class: "offers" }, words.t("offered"), ...item.buttons.map((b) => h("span", { class: "chip" }, b.title)));
    }
    if (item.articles?.length || item.receipt?.article) yield this.#receipt(item);
    if (item.helpful === true || item.helpful === false) {
      yield h("p", { class: "offers" }, h("span", { class: "pill", "data-judged": item.helpful ? "yes" : "no" },
        words.t(item.helpful ? "judged_yes" : "judged_no")));
    }
    if (item.seen) yield h("p", { class: "seen" }, icon("check"), words.t("customer_seen"));
    if (item.status === "sending") yield h("p", { class: "sending", role: "status" }, words.t("sending"));
    if (item.status === "failed") {
      yield h("p", { class: "failed", role: "alert" }, icon("alert"), words.t("not_sent"), " ", words.t(`error_${item.kind}`),
        h("button", { type: "button", class: "link", onclick: () => this.on.retry(item.key) }, words.t("send_again")),
        h("button", { type: "button", class: "link", onclick: () => this.on.edit(item.key) }, words.t("edit_again")));
    }
  }

  #receipt({ articles = [], receipt }) {
    const { words } = this;
    const best = receipt?.probability ?? Math.max(...articles.map((a) => a.probability ?? 0));
    return h("details", { class: "receipt" },
      h("summary", {}, words.t("receipt_title", { count: Math.max(articles.length, 1), percent: percent(best) })),
      h("ul", {}, ...articles.map((article) => {
        const href = article.url && safeUrl(article.url);
        return h("li", {}, href ? h("a", { href, target: "_blank", rel: "noopener", lang: article.lang }, article.title) : article.title,
          h("span", { class: "quiet" }, percent(article.probability)));
      })),
      receipt && h("dl", { class: "facts" }, ...["article", "version", "passage", "probability", "model"].flatMap((name) => {
        const value = name === "probability" ? percent(receipt[name]) : receipt[name];
        return value ? [h("dt", {}, words.t(`receipt_${name}`)), h("dd", {}, String(value))] : [];
      })));
  }

  #node(key, tag, look) {
    if (!this.#nodes.has(key)) this.#nodes.set(key, h(tag, { class: look }));
    return this.#nodes.get(key);
  }
}

/** Messages, notes and unsent replies in the order of their times; stored messages keep the order of their ids. */
function items(found, unsent) {
  const messages = found.messages.map((m) => ({
    // A reply keeps the node that it had before it was stored.
    key: m.author === "agent" && m.client_message_id ? m.client_message_id : `m${m.id}`,
    id: m.id, author: m.author, name: m.author_name, text: m.text, lang: m.lang, at: m.created_at, pressed: Boolean(m.payload && !m.attachments?.length),
    buttons: m.buttons, articles: m.articles, attachments: m.attachments, receipt: m.receipt, helpful: m.helpful }));
  const notes = found.notes.map((n) => ({ key: `n${n.id}`, author: "note", name: n.author_name, text: n.text, at: n.created_at }));
  for (const note of notes) {
    const at = messages.findIndex((item) => Date.parse(item.at) > Date.parse(note.at));
    messages.splice(at < 0 ? messages.length : at, 0, note);
  }
  const waiting = unsent.map((e) => ({ key: e.id, author: "agent", text: e.text, at: e.at, status: e.status, kind: e.kind }));
  return [...messages, ...waiting];
}

function percent(probability) {
  return typeof probability === "number" ? `${Math.round(probability * 100)}%` : "";
}

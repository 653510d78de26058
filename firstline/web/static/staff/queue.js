/** The queue: tabs with counts and the rows of the chosen one, in the order in which an answer is due. */
import { dueOf, holderOf } from "./due.js";
import { h, icon, moment, reconcile, when } from "./view.js";
import { ViewBar } from "./viewbar.js";
import { TABS } from "./views.js";

const NEAR_END_PX = 600;

export class Queue {
  #items = new Map(); // number -> {item, link}

  /** @param on {reload(), choose(view), filter(filter), more()} */
  constructor(store, words, times, on) {
    Object.assign(this, { store, words, times, on });
    this.tabs = TABS.map((tab) => h("button", { type: "button", role: "tab", id: `tab-${tab}`, "aria-controls": "queue-panel",
      onclick: () => this.choose(tab), onkeydown: (event) => this.#arrow(event, tab) }));
    this.tablist = h("div", { class: "tabs", role: "tablist" }, ...this.tabs);
    this.bar = new ViewBar(store, words, on);
    this.list = h("ul", { class: "rows" });
    this.rest = h("button", { type: "button", class: "button more", "data-do": "more", onclick: () => on.more() });
    this.info = h("div", { class: "empty" });
    this.panel = h("div", { class: "panel", role: "tabpanel", id: "queue-panel",
      onscroll: () => this.#nearEnd() }, this.info, this.list, this.rest);
    this.node = h("nav", { class: "queue" }, this.tablist, this.bar.node, this.panel);
  }

  choose(tab) { this.on.choose(tab); }

  #nearEnd() {
    const { panel } = this;
    if (panel.scrollHeight - panel.scrollTop - panel.clientHeight < NEAR_END_PX) this.on.more();
  }

  /** Moves the focus to the next (1) or previous (-1) row, starting from the focused or the open one. */
  move(step) {
    const links = [...this.list.querySelectorAll("a")];
    const from = links.findIndex((link) => link === document.activeElement);
    const open = from < 0 ? links.findIndex((link) => link.getAttribute("aria-current")) : from;
    const to = open < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(open + step, 0), links.length - 1);
    links[to]?.focus();
  }

  render() {
    const { store, words } = this;
    this.node.setAttribute("aria-label", words.t("queue_label"));
    this.tablist.setAttribute("aria-label", words.t("tabs_label"));
    TABS.forEach((tab, index) => this.#tab(this.tabs[index], tab));
    this.bar.render();
    const named = TABS.includes(store.tab);
    if (named) this.panel.setAttribute("aria-labelledby", `tab-${store.tab}`);
    else this.panel.removeAttribute("aria-labelledby");
    if (!named) this.panel.setAttribute("aria-label", words.t("queue_label"));
    else this.panel.removeAttribute("aria-label");
    this.rest.hidden = !store.lists[store.tab]?.next;
    this.rest.textContent = words.t("queue_more");
    const rows = store.rows(store.tab);
    this.panel.setAttribute("aria-busy", String(rows === null));
    this.#info(rows);
    reconcile(this.list, (rows ?? []).map((row) => this.#row(row)));
    const known = new Set((rows ?? []).map((row) => row.number));
    for (const number of this.#items.keys()) if (!known.has(number)) this.#items.delete(number);
  }

  #tab(button, tab) {
    const { store, words } = this;
    const count = store.count(tab);
    const chosen = tab === store.tab;
    button.setAttribute("aria-selected", String(chosen));
    button.tabIndex = chosen || (tab === TABS[0] && !TABS.includes(store.tab)) ? 0 : -1;
    when(button, [words.lang, count], () => button.replaceChildren(words.t(`tab_${tab}`),
      h("span", { class: "count" }, count === undefined ? "" : count.toLocaleString("en"))));
  }

  #arrow(event, tab) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (TABS.indexOf(tab) + step + TABS.length) % TABS.length;
    this.choose(TABS[next]);
    this.tabs[next].focus();
  }

  #info(rows) {
    const { store, words, info } = this;
    const problem = store.listProblem;
    info.hidden = !problem && Boolean(rows?.length);
    when(info, [words.lang, store.tab, problem, rows === null, rows?.length === 0], () => {
      info.classList.toggle("bad", Boolean(problem));
      if (problem) {
        info.replaceChildren(icon("alert"), h("p", { role: "alert" }, words.t(`error_${problem}`)),
          h("button", { type: "button", class: "button", onclick: () => this.on.reload() }, words.t("try_again")));
      } else if (!rows) {
        info.replaceChildren(...[1, 2, 3].map(() => h("div", { class: "ghost", "aria-hidden": "true" })),
          h("p", { class: "unseen", role: "status" }, words.t("loading_queue")));
      } else {
        info.replaceChildren(icon("inbox"), h("p", {}, words.t(TABS.includes(store.tab) ? `empty_${store.tab}` : "empty_view")));
      }
    });
  }

  #row(row) {
    const { store, words, times } = this;
    let entry = this.#items.get(row.number);
    if (!entry) {
      const link = h("a", { href: `#${row.number}` });
      entry = { item: h("li", {}, link), link };
      this.#items.set(row.number, entry);
    }
    const { item, link } = entry;
    const due = dueOf(row, times, words);
    const current = row.number === store.number;
    if (current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    const unread = store.unread.has(row.number);
    const draft = store.hasDraft(row.number);
    when(link, [row, due, words.lang, unread, draft], () => {
      item.dataset.level = due.level;
      link.replaceChildren(
        h("span", { class: "row-top" },
          h("span", { class: "due", "data-level": due.level, title: times.exact(due.iso) },
            icon(due.level === "late" || due.level === "soon" ? "alert" : due.level === "done" ? "check" : "clock"), due.text),
          h("span", { class: "number" }, row.number)),
        h("span", { class: "row-question", lang: row.language }, row.question || words.t("no_question")),
        h("span", { class: "row-facts" },
          severity(row, words), h("span", {}, words.code("reason", row.reason)),
          h("span", { class: "tongue" }, words.t(`language_${row.language}`)),
          h("span", { class: row.mine ? "holder mine" : "holder" }, holderOf(row, words)),
          unread && h("span", { class: "pill fresh" }, words.t("unread")),
          draft && h("span", { class: "pill" }, words.t("draft")),
          row.last_message_at && h("span", { class: "last" }, moment(times, row.last_message_at))));
    });
    return item;
  }
}

/** The severity's own name; its colour only repeats it. */
export function severity(row, words) {
  return h("span", { class: "severity", "data-severity": row.severity }, row.severity_name?.[words.lang] ?? row.severity);
}

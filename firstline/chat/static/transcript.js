/** The list of messages: bubbles, article cards, buttons, delivery state, typing, and where the view is scrolled to. */
import { h, icon, safeUrl } from "./dom.js";
import { plainText, renderMarkdown } from "./markdown.js";

const NEAR_END_PX = 80;
const BEGUN_PX = 24; // So much of a message in view, a line, and it is being read.
const GROUP_MS = 5 * 60 * 1000;

export class Transcript {
  #nodes = new Map(); // key -> {node, looks}
  #lastKey = null;
  #pinned = true; // The view stays at the end while it grows or shrinks.
  #height = 0;

  /** @param on {press(button), retry(clientId), moved(), attachments(message) -> node, null until later/ is there} */
  constructor(words, store, on) {
    Object.assign(this, { words, store, on });
    this.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-busy": "true", tabindex: "0" });
    this.typing = h("div", { class: "typing", role: "status" });
    this.jump = h("button", { type: "button", class: "jump", hidden: true, onclick: () => this.#toEnd() });
    this.scroll = h("div", { class: "scroll", onscroll: () => this.#scrolled() }, this.log, this.typing);
    this.node = h("div", { class: "transcript" }, this.scroll, this.jump);
    // A keyboard that slides in or a notice that appears must not hide the last message.
    new ResizeObserver(() => {
      this.#height = this.scroll.clientHeight;
      if (this.#pinned) this.#toEnd();
      this.on.moved();
    }).observe(this.scroll);
  }

  /** The id of the newest message that has come into view; 0 where nothing is shown. */
  get shownId() {
    const end = this.scroll.scrollTop + this.scroll.clientHeight - BEGUN_PX;
    const inView = ({ key, message }) => message.id && this.#nodes.get(key)?.node.offsetTop < end;
    return this.scroll.clientHeight ? this.store.items.findLast(inView)?.message.id ?? 0 : 0;
  }

  render() {
    const { words, store } = this;
    const atEnd = this.scroll.clientHeight === this.#height ? this.#nearEnd() : this.#pinned;
    this.log.setAttribute("aria-label", words.t("log_label"));
    this.log.setAttribute("aria-busy", String(store.loading));
    const items = store.items;
    const pressed = store.pressed;
    const lastOwn = items.findLast((item) => item.status)?.key;
    let previous = null;
    let place = null;
    const seen = new Set();
    for (const item of items) {
      const view = this.#view(item, previous, { pressed, last: item.key === lastOwn });
      const looks = JSON.stringify([view, words.lang]);
      let known = this.#nodes.get(item.key);
      if (known?.looks !== looks) {
        const node = this.#build(item, view);
        known?.node.replaceWith(node);
        known = { node, looks };
        this.#nodes.set(item.key, known);
      }
      const after = place ? place.nextSibling : this.log.firstChild;
      if (known.node !== after) this.log.insertBefore(known.node, after);
      place = known.node;
      seen.add(item.key);
      previous = item.message;
    }
    for (const [key, { node }] of this.#nodes) {
      if (seen.has(key)) continue;
      node.remove();
      this.#nodes.delete(key);
    }
    this.#renderTyping();
    this.#follow(items, atEnd);
  }

  /** What decides a message's looks, apart from the language; equal views keep their node and their focus. */
  #view({ message, status, clientId }, previous, { pressed, last }) {
    const at = Date.parse(message.created_at) || 0;
    const before = Date.parse(previous?.created_at) || 0;
    const sameDay = previous && new Date(at).toDateString() === new Date(before).toDateString();
    const grouped = sameDay && previous.author === message.author && at - before < GROUP_MS;
    return {
      message,
      clientId,
      attached: Boolean(message.attachments?.length && this.on.attachments(message)),
      day: sameDay ? null : message.created_at,
      head: !grouped && message.author !== "customer" && message.author !== "system",
      status: status === "sent" && !last ? null : status,
      pressed: (message.buttons ?? []).filter(({ title }) => pressed.has(`${message.id}:${title}`)).map((b) => b.title),
    };
  }

  #build({ message }, view) {
    const { words } = this;
    const { author } = message;
    const name = words.t(`author_${author}`);
    const shown = author === "agent" && message.author_name ? message.author_name : name;
    const time = h("time", { datetime: message.created_at }, words.time(message.created_at));
    const text = h("div", { class: "text", lang: message.lang ?? null });
    // What an agent types stands as it is; a passage that was put in is an article's and written as one.
    const written = author === "bot" || author === "system" || (author === "agent" && message.articles?.length);
    if (written) text.append(renderMarkdown(message.text));
    else text.append(message.text);
    return h("div", { class: `message ${author}`, "data-id": message.id || null },
      view.day && h("div", { class: "day" }, h("span", {}, words.day(view.day))),
      view.head ? h("div", { class: "head" }, author === "bot" && icon("spark"), h("b", {}, shown), time)
        : h("span", { class: "unseen" }, `${shown} `),
      view.attached ? this.on.attachments(message) : message.text && h("div", { class: "bubble" }, text),
      this.#articles(message),
      this.#buttons(message, view.pressed),
      this.#status(view, time));
  }

  #articles({ articles }) {
    const cards = (articles ?? []).filter((article) => safeUrl(article.url)).map((article) => h("a",
      { class: "card", href: safeUrl(article.url), target: "_blank", rel: "noopener", lang: article.lang ?? null },
      icon("article"),
      h("span", { class: "card-text" }, h("b", {}, article.title), h("span", { class: "excerpt" }, plainText(article.excerpt ?? "")),
        h("span", { class: "unseen", lang: this.words.lang }, ` ${this.words.t("opens_new_tab")}`)),
      icon("out")));
    return cards.length ? h("div", { class: "cards", role: "group", "aria-label": this.words.t("article_label") }, ...cards) : null;
  }

  #buttons({ buttons, lang }, pressed) {
    if (!buttons?.length) return null;
    return h("div", { class: "chips", lang: lang ?? null }, ...buttons.map((button) => {
      const used = pressed.includes(button.title);
      return h("button", {
        type: "button", class: "chip", disabled: used, "data-payload": button.payload,
        onclick: (event) => {
          event.currentTarget.disabled = true;
          this.on.press(button);
        },
      }, used && icon("check"), button.title);
    }));
  }

  #status({ status, clientId }, time) {
    if (!status) return null;
    const { words } = this;
    if (status !== "failed") {
      return h("div", { class: `status ${status}` }, status === "sent" && icon("check"), words.t(`status_${status}`),
        status === "sent" && time);
    }
    return h("div", { class: "status failed" }, icon("alert"), words.t("status_failed"),
      h("button", { type: "button", class: "link", onclick: () => this.on.retry(clientId) }, words.t("retry")));
  }

  #renderTyping() {
    const { words, store } = this;
    const bot = store.typing.bot || (store.waitingForAnswer > 0 && store.state === "bot");
    const name = store.agentName;
    const text = store.typing.agent ? words.t(name ? "typing_agent" : "typing_agent_unnamed", { name })
      : bot ? words.t("typing_bot") : store.loading ? words.t("loading") : "";
    if (this.typing.textContent === text) return;
    this.typing.replaceChildren(...(text
      ? [h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), text] : []));
  }

  #nearEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_END_PX;
  }

  #toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  #scrolled() {
    if (this.scroll.clientHeight !== this.#height) return; // Moved by a change of size, not by the reader.
    this.#pinned = this.#nearEnd();
    if (this.#pinned) this.jump.hidden = true;
    this.on.moved();
  }

  /** Stays at the end; but a long answer is shown from the question on, and a reader further up is left alone. */
  #follow(items, atEnd) {
    const { words, jump, scroll } = this;
    jump.replaceChildren(icon("down"), words.t("jump_down"));
    const last = items.at(-1);
    const fresh = last && last.key !== this.#lastKey;
    this.#lastKey = last?.key ?? null;
    if (!fresh && !atEnd) return;
    if (!atEnd && last.message.author !== "customer") {
      jump.hidden = false;
      return;
    }
    this.#toEnd();
    const question = this.#nodes.get(items.findLast((item) => item.message.author === "customer")?.key)?.node;
    if (question) scroll.scrollTop = Math.min(scroll.scrollTop, Math.max(0, question.offsetTop - 12));
    this.#pinned = this.#nearEnd();
  }
}

/** Where one is mentioned: a badge with what is unread, and the list that leads to each case. */
import { show } from "./dialogs.js";
import { name } from "./topbar.js";
import { h, icon, moment, when } from "./view.js";

export class Mentions {
  #dialog = null;

  /** @param on {open(number), read(number or null)} */
  constructor(store, words, times, on) {
    Object.assign(this, { store, words, times, on });
    this.badge = h("span", { class: "badge", hidden: true });
    this.button = h("button", { type: "button", class: "icon-button", "data-do": "mentions", onclick: () => this.show() }, icon("mention"), this.badge);
    this.list = h("ul", { class: "mention-list" });
    this.all = h("button", { type: "button", class: "button", onclick: () => on.read(null) });
  }

  render() {
    const { store: { mentions }, words } = this;
    this.badge.hidden = !mentions.unread;
    this.badge.textContent = String(Math.min(mentions.unread, 99));
    name(this.button, mentions.unread ? words.t("mentions_unread", { count: mentions.unread }) : words.t("mentions_title"));
    if (this.#dialog?.open) this.#rows();
  }

  show() {
    const { words } = this;
    this.list.looks = null;
    this.#dialog = show(h("form", { method: "dialog" },
      h("h2", { id: "dialog-title" }, words.t("mentions_title")), this.list,
      h("div", { class: "dialog-foot" }, this.all, h("button", { class: "button primary", value: "close" }, words.t("close")))), "mentions");
    this.#rows();
  }

  #rows() {
    const { store: { mentions }, words, times } = this;
    this.all.textContent = words.t("mentions_read_all");
    this.all.hidden = !mentions.unread;
    when(this.list, [words.lang, mentions], () => this.list.replaceChildren(...(mentions.mentions.length
      ? mentions.mentions.map((entry) => h("li", { "data-read": String(entry.read) },
        h("button", { type: "button", class: "mention", onclick: () => this.#open(entry.number) },
          h("span", { class: "mention-top" }, h("strong", {}, words.t("mention_by", { name: entry.author_name, number: entry.number })),
            !entry.read && h("span", { class: "pill fresh" }, words.t("mention_unread")), moment(times, entry.created_at)),
          h("span", { class: "mention-text" }, entry.text))))
      : [h("li", { class: "quiet" }, words.t("mentions_none"))])));
  }

  #open(number) {
    this.#dialog.close();
    this.on.open(number);
  }
}

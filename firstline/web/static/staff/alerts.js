/** What an agent is told of, wherever they look: by a sound, a browser notification and a line on the page. */
import { first } from "./once.js";
import { local } from "./prefs.js";
import { chime, wake } from "./sound.js";
import { h, icon } from "./view.js";

const SHOWN_MS = 12_000;
const MOST_SHOWN = 4;

export class Alerts {
  #known = null; // numbers that were waiting at the last look

  constructor(words, open) {
    Object.assign(this, { words, open });
    this.news = h("p", { class: "unseen", role: "status" });
    this.lines = h("ul", { class: "alerts" });
  }

  get sound() { return local.get("alert_sound", false); }
  get notices() { return local.get("alert_notices", false); }
  get on() { return this.sound || this.notices; }
  get blocked() { return "Notification" in window && Notification.permission === "denied"; }

  /** Called from a click: browsers allow sound and the question for permission only there. */
  setSound(on) {
    local.set("alert_sound", on);
    if (on) chime();
  }

  async setNotices(on) {
    local.set("alert_notices", on);
    if (on && "Notification" in window && Notification.permission === "default") await Notification.requestPermission();
  }

  /** Sound needs a gesture in each page: any first one will do. */
  listen() {
    const once = { once: true, capture: true };
    addEventListener("pointerdown", () => { if (this.sound) wake(); }, once);
    addEventListener("keydown", () => { if (this.sound) wake(); }, once);
  }

  /** Tells of a case that begins to wait. */
  arrived(row) {
    const { words } = this;
    const body = `${row.severity_name?.[words.lang] ?? row.severity} · ${words.code("reason", row.reason)}`;
    this.tell(`waiting:${row.number}:${row.waiting_since}`, words.t("new_case", { number: row.number }), row.number, { body });
  }

  /** While the line is down nobody says what arrives: the waiting cases are compared with those of the last look. */
  look(waiting, line) {
    const fresh = this.#known && line === "down" ? waiting.filter((row) => !this.#known.has(row.number)) : [];
    this.#known = new Set(waiting.map((row) => row.number));
    for (const row of fresh) this.arrived(row);
  }

  /**
   * Tells of one thing; `key` is the same in every window, so that only one of them makes a sound of it.
   * @param how {body, line: whether it also stands on the page}; no customer's words, for locked screens show it
   */
  async tell(key, text, number, { body = "", line = false } = {}) {
    this.news.textContent = text;
    if (line) this.#line(text, number);
    if (!this.on || !(await first(key))) return;
    if (this.sound) chime();
    if (this.notices) this.#notify(text, body, number);
  }

  #line(text, number) {
    const remove = () => item.remove();
    const item = h("li", {}, icon("bell"),
      h("button", { type: "button", class: "link", onclick: () => {
        remove();
        this.open(number);
      } }, text),
      h("button", { type: "button", class: "icon-button", "aria-label": this.words.t("dismiss"), onclick: remove }, icon("close")));
    this.lines.append(item);
    while (this.lines.childElementCount > MOST_SHOWN) this.lines.firstChild.remove();
    setTimeout(remove, SHOWN_MS);
  }

  #notify(text, body, number) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    try {
      const note = new Notification(text, { body, tag: number });
      note.onclick = () => {
        window.focus();
        this.open(number);
        note.close();
      };
    } catch {
      // Some phones refuse notifications from a page; the sound and the title remain.
    }
  }
}

/** Tells the agent about a newly waiting case, after they switched it on: a short sound and a browser notification. */
import { local } from "./prefs.js";

export class Notifier {
  #sound = null;
  #known = null; // numbers that were waiting at the last look

  constructor(words, open) { Object.assign(this, { words, open }); }

  get on() { return local.get("notify", false); }
  get blocked() { return "Notification" in window && Notification.permission === "denied"; }

  /** Called from a click: browsers allow sound and the question for permission only there. */
  async toggle() {
    const on = !this.on;
    local.set("notify", on);
    if (!on) return;
    this.#wake();
    this.#play();
    if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
  }

  /** Compares the waiting cases with the last look; returns those that are new (none at the first look). */
  look(waiting) {
    const fresh = this.#known ? waiting.filter((row) => !this.#known.has(row.number)) : [];
    this.#known = new Set(waiting.map((row) => row.number));
    if (fresh.length && this.on) {
      this.#play();
      for (const row of fresh) this.#show(row);
    }
    return fresh;
  }

  // Names no customer's words: notifications also stand on locked screens.
  #show(row) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const { words } = this;
    try {
      const note = new Notification(words.t("new_case", { number: row.number }), {
        body: `${row.severity_name?.[words.lang] ?? row.severity} · ${words.code("reason", row.reason)}`, tag: row.number });
      note.onclick = () => {
        window.focus();
        this.open(row.number);
        note.close();
      };
    } catch {
      // Some phones refuse notifications from a page; the sound and the title remain.
    }
  }

  #wake() {
    this.#sound ??= new AudioContext();
    return this.#sound.resume();
  }

  async #play() {
    await this.#wake();
    const start = this.#sound.currentTime;
    for (const [index, pitch] of [660, 880].entries()) {
      const tone = this.#sound.createOscillator();
      const volume = this.#sound.createGain();
      const at = start + index * 0.14;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.13);
      tone.connect(volume).connect(this.#sound.destination);
      tone.start(at);
      tone.stop(at + 0.14);
    }
  }
}

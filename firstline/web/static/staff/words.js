/** The staff pages' words in both languages, and the language in use. */
import { local } from "./prefs.js";

export const LANGUAGES = [["ko", "한국어"], ["en", "English"]];

export class Words {
  #tables = {};
  #listeners = [];
  lang = document.documentElement.lang === "en" ? "en" : "ko";

  /** Loads both tables, so that switching needs no network; keeps trying, for without words nothing can be said. */
  async load() {
    for (let wait = 500; ; wait = Math.min(wait * 2, 10000)) {
      try {
        await Promise.all(LANGUAGES.map(async ([lang]) => {
          const answer = await fetch(new URL(`strings/${lang}.json`, import.meta.url));
          if (!answer.ok) throw new Error(`string table ${lang}: ${answer.status}`);
          this.#tables[lang] = await answer.json();
        }));
        return this;
      } catch {
        await new Promise((done) => setTimeout(done, wait));
      }
    }
  }

  onChange(listener) { this.#listeners.push(listener); }

  use(lang) {
    this.lang = lang;
    local.set("lang", lang);
    document.documentElement.lang = lang;
    for (const listener of this.#listeners) listener();
  }

  has(key) { return key in this.#tables[this.lang]; }

  t(key, values = {}) { return this.in(this.lang, key, values); }

  /** The text of a code that the server may extend: an unknown one is shown as it is. */
  code(group, code) { return this.#tables[this.lang][`${group}_${code}`] ?? String(code ?? ""); }

  in(lang, key, values = {}) {
    const text = this.#tables[lang]?.[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  }
}

/** The string tables of both languages and the language in use. */
export const LANGUAGES = [["ko", "한국어"], ["en", "English"]];

export class Words {
  #tables = {};
  lang = "ko";

  /** Loads both tables, so that switching needs no network; keeps trying, for without words nothing can be said. */
  async load(folder = "strings") {
    for (let wait = 500; ; wait = Math.min(wait * 2, 10000)) {
      try {
        await Promise.all(LANGUAGES.map(async ([lang]) => {
          const answer = await fetch(new URL(`${folder}/${lang}.json`, import.meta.url));
          if (!answer.ok) throw new Error(`string table ${lang}: ${answer.status}`);
          this.#tables[lang] = { ...this.#tables[lang], ...await answer.json() };
        }));
        return;
      } catch {
        await new Promise((done) => setTimeout(done, wait));
      }
    }
  }

  use(lang) {
    this.lang = supported(lang) ?? this.lang;
    document.documentElement.lang = this.lang;
  }

  t(key, values = {}) {
    const text = this.#tables[this.lang]?.[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  }

  number(value) {
    return new Intl.NumberFormat(this.lang).format(value);
  }

  time(iso) {
    return this.#format(iso, { hour: "numeric", minute: "2-digit" });
  }

  day(iso) {
    return this.#format(iso, { dateStyle: "full" });
  }

  dateTime(iso) {
    return this.#format(iso, { dateStyle: "full", timeStyle: "short" });
  }

  #format(iso, options) {
    const at = new Date(iso);
    return Number.isNaN(at.getTime()) ? "" : new Intl.DateTimeFormat(this.lang, options).format(at);
  }
}

/** "ko-KR" -> "ko"; null when the widget has no such language. */
export function supported(tag) {
  const lang = String(tag ?? "").slice(0, 2).toLowerCase();
  return LANGUAGES.some(([known]) => known === lang) ? lang : null;
}

/** Counts, shares and lengths of time as the reader writes them. */
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export class Numbers {
  constructor(words) { this.words = words; }

  count(value) { return value.toLocaleString(this.#locale); }

  /** 0.4839 -> "48.4%"; null, a share of nothing, is a dash. */
  share(value) {
    return value === null ? "–" : value.toLocaleString(this.#locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  }

  /** Seconds in the two largest units: "2시간 10분"; null is a dash. */
  span(seconds) {
    const { words } = this;
    if (seconds === null || seconds === undefined || seconds === "") return "–";
    if (seconds < MINUTE) return words.t("insights_seconds", { n: Math.round(seconds) });
    const parts = [["day", Math.floor(seconds / DAY)], ["hour", Math.floor((seconds % DAY) / HOUR)], ["minute", Math.floor((seconds % HOUR) / MINUTE)]];
    return parts.filter(([, n]) => n).slice(0, 2).map(([unit, n]) => words.t(n === 1 ? `span_${unit}` : `span_${unit}s`, { n })).join(" ");
  }

  /** "2026-11-16" -> "11. 16." */
  day(text) {
    return new Date(`${text}T00:00:00Z`).toLocaleDateString(this.#locale, { timeZone: "UTC", month: "numeric", day: "numeric" });
  }

  /** 0 is Monday. */
  weekday(number) {
    return new Date(Date.UTC(2024, 0, 1 + number)).toLocaleDateString(this.#locale, { timeZone: "UTC", weekday: "short" });
  }

  get #locale() { return this.words.lang === "ko" ? "ko-KR" : "en-US"; }
}

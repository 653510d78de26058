/** Times as the partner's people write them, in the charter's zone whatever the browser's own zone is. */
const ZONE = "Asia/Seoul";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export class Times {
  #skew = 0;
  #formats = new Map();

  constructor(words) { this.words = words; }

  /** Takes the server's clock as the right one. */
  setNow(iso) {
    const server = Date.parse(iso);
    if (!Number.isNaN(server)) this.#skew = server - Date.now();
  }

  now() { return Date.now() + this.#skew; }

  /** "오후 2:30" */
  clock(iso) { return this.#format(iso, "clock", { hour: "numeric", minute: "2-digit" }); }

  /** "오후 2:30" today, "11월 24일(화) 오전 10:00" on another day. */
  short(iso) {
    return this.#dayKey(Date.parse(iso)) === this.#dayKey(this.now()) ? this.clock(iso)
      : this.words.t("time_other_day", { day: this.#day(iso), time: this.clock(iso) });
  }

  /** "2026년 11월 24일(화)" */
  date(iso) {
    return this.words.t("time_date", { year: this.#part(iso, "year"), day: this.#day(iso) });
  }

  /** To the second and with the zone, for the hover. */
  exact(iso) {
    const time = this.#format(iso, "exact", { hour: "numeric", minute: "2-digit", second: "2-digit" });
    return this.words.t("time_exact", { date: this.date(iso), time });
  }

  /** A length of time in its two largest units, rounded down: "2시간 10분". */
  span(ms) {
    const { words } = this;
    if (ms < MINUTE) return words.t("span_moment");
    const days = Math.floor(ms / DAY);
    const hours = Math.floor((ms % DAY) / HOUR);
    const minutes = Math.floor((ms % HOUR) / MINUTE);
    const parts = [["day", days], ["hour", hours], ["minute", minutes]].filter(([, n]) => n);
    return parts.slice(0, 2).map(([unit, n]) => words.t(n === 1 ? `span_${unit}` : `span_${unit}s`, { n })).join(" ");
  }

  sameDay(a, b) { return this.#dayKey(Date.parse(a)) === this.#dayKey(Date.parse(b)); }

  #dayKey(ms) { return Math.floor((ms + 9 * HOUR) / DAY); } // Korea keeps UTC+9 all year.

  #day(iso) {
    return this.words.t("time_day", {
      month: this.#part(iso, "month"), name: this.#format(iso, "name", { month: "short" }),
      day: this.#part(iso, "day"), weekday: this.#format(iso, "weekday", { weekday: "short" }),
    });
  }

  #part(iso, part) {
    return new Date(Date.parse(iso) + 9 * HOUR).toISOString().slice(...{ year: [0, 4], month: [5, 7], day: [8, 10] }[part])
      .replace(/^0/, "");
  }

  #format(iso, name, options) {
    const at = new Date(iso);
    if (Number.isNaN(at.getTime())) return "";
    const key = `${this.words.lang}:${name}`;
    if (!this.#formats.has(key)) {
      this.#formats.set(key, new Intl.DateTimeFormat(this.words.lang === "ko" ? "ko-KR" : "en-US", { timeZone: ZONE, ...options }));
    }
    return this.#formats.get(key).format(at);
  }
}

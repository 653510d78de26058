/** Dates and times as a date-time box holds them, always in Korea's time whatever the browser's own zone is. */
const AHEAD_MS = 9 * 3600_000; // Korea keeps UTC+9 all year.

/** "2026-11-24T09:00" in Korea as an instant, null when it is none. */
export function fromKorea(text) {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(`${text.slice(0, 16)}:00+09:00`) : NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** An instant (ms) as a date-time box shows it. */
export function toKorea(ms) {
  return new Date(ms + AHEAD_MS).toISOString().slice(0, 16);
}

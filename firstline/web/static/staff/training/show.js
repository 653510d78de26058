/** Figures as the page shows them: shares, rates, days, months as small bars. */
import { h } from "../view.js";

const SVG = "http://www.w3.org/2000/svg";
const HIGH = 34;
const WIDE = 12;
const GAP = 4;

/** A share of 1, never cut off at 100 %. */
export const share = (value) => `${Number((100 * value).toFixed(1))}%`;

export const rate = (value) => String(Number(value.toFixed(1)));

/** "2026년 10월 31일"; a day has no zone. */
export function day(words, iso) {
  return new Intl.DateTimeFormat(words.lang, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`));
}

/** Questions by month as bars, the same numbers in words for who doesn't see them. */
export function bars(words, months, most = Math.max(1, ...months.map(({ questions }) => questions))) {
  const said = months.map(({ month, questions }) => words.t("training_month", { month, count: questions })).join(", ");
  const svg = document.createElementNS(SVG, "svg");
  const set = (node, values) => { for (const [name, value] of Object.entries(values)) node.setAttribute(name, value); };
  set(svg, { viewBox: `0 0 ${months.length * (WIDE + GAP)} ${HIGH}`, class: "bars", role: "img", "aria-label": said, width: months.length * (WIDE + GAP), height: HIGH });
  const title = document.createElementNS(SVG, "title");
  title.textContent = said;
  svg.append(title, ...months.map(({ questions }, place) => {
    const high = Math.max(1, Math.round((HIGH - 2) * questions / most));
    const bar = document.createElementNS(SVG, "rect");
    set(bar, { x: place * (WIDE + GAP), y: HIGH - high, width: WIDE, height: high, rx: 2 });
    return bar;
  }));
  return svg;
}

/** Seats and questions a seat, or that no seats are known. */
export function seatsOf(words, { seats }) {
  return seats ? [String(seats.number), h("span", { class: "mark" }, day(words, seats.as_of))] : [h("span", { class: "pill" }, words.t("training_no_seats"))];
}

/** Plots as SVG: stacked bars across, stacked columns over days, and a heat map. Colours come from the style sheet. */
const NAMESPACE = "http://www.w3.org/2000/svg";
const ROW = 42;
const BAR = 16;
const NUMBER = 96;
const HEIGHT = 200;
const FOOT = 22;
const AXIS = 44;

function s(tag, props, ...children) {
  const node = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "onclick") node.addEventListener("click", value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** Where a plot has little room; what is drawn there is drawn anew when that changes. */
export const NARROW = "(max-width: 560px)";

/** Units across: about as many as the plot gets pixels, so that its words have the page's size. */
const across = () => (matchMedia(NARROW).matches ? 300 : 560);

const text = (x, y, words, anchor = "start", kind = "soft") => s("text", { x, y, "text-anchor": anchor, class: kind }, words);

function drawing(width, height, label, children) {
  return s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "plot" }, ...children);
}

/** A coloured part that says what it is on hover and opens its rows. */
function part(box, series, hint, open) {
  return s("rect", { ...box, class: `part ${series}`, onclick: open }, s("title", {}, hint));
}

/**
 * Bars across, each of one or more parts.
 * @param rows [{label, end, parts: [{series, count, hint, open}]}]; `end` is what stands behind the bar
 */
export function bars(rows, label) {
  const most = Math.max(1, ...rows.map((row) => row.parts.reduce((sum, { count }) => sum + count, 0)));
  const width = across();
  const scale = (width - NUMBER) / most;
  return drawing(width, rows.length * ROW, label, rows.flatMap((row, index) => {
    const y = index * ROW;
    let x = 0;
    const parts = row.parts.map(({ series, count, hint, open }) => {
      const long = count * scale;
      x += long;
      return part({ x: x - long, y: y + 18, width: long, height: BAR }, series, hint, open);
    });
    return [text(0, y + 12, row.label, "start", "ink"), ...parts, text(x + 8, y + 30, row.end)];
  }));
}

/** Columns over days, each of one or more parts. @param days [{label, parts}]; parts as for `bars` */
export function columns(days, label, say) {
  const most = Math.max(1, ...days.map((day) => day.parts.reduce((sum, { count }) => sum + count, 0)));
  const top = round(most);
  const width = across();
  const wide = (width - AXIS) / days.length;
  const scale = (HEIGHT - 10) / top;
  const every = Math.ceil(days.length / (width / 75));
  const lines = [0, top / 2, top].flatMap((value) => {
    const y = HEIGHT - value * scale;
    return [s("line", { x1: AXIS, x2: width, y1: y, y2: y, class: "rule" }), text(AXIS - 8, y + 4, say(value), "end")];
  });
  return drawing(width, HEIGHT + FOOT, label, [...lines, ...days.flatMap((day, index) => {
    const x = AXIS + index * wide;
    let y = HEIGHT;
    const parts = day.parts.map(({ series, count, hint, open }) => {
      y -= count * scale;
      return part({ x: x + wide * 0.1, y, width: wide * 0.8, height: count * scale }, series, hint, open);
    });
    return index % every ? parts : [...parts, text(x + wide / 2, HEIGHT + 16, day.label, index ? "middle" : "start")];
  })]);
}

/**
 * A square for each hour of each weekday, the darker the more.
 * @param rows [{label, cells: [{count, hint, open}]}], 24 cells each
 */
export function heat(rows, label) {
  const most = Math.max(1, ...rows.flatMap(({ cells }) => cells.map(({ count }) => count)));
  const width = across();
  const wide = (width - AXIS) / 24;
  const high = 26;
  const hours = Array.from({ length: 8 }, (_, index) => text(AXIS + index * 3 * wide + wide / 2, rows.length * high + 16, String(index * 3), "middle"));
  return drawing(width, rows.length * high + FOOT, label, [...hours, ...rows.flatMap((row, index) => [
    text(AXIS - 8, index * high + 18, row.label, "end"),
    ...row.cells.flatMap(({ count, hint, open }, hour) => {
      const box = { x: AXIS + hour * wide + 1, y: index * high + 1, width: wide - 2, height: high - 2, rx: 3 };
      return [s("rect", { ...box, class: "cell" }), s("rect", { ...box, class: "heat", "fill-opacity": (count / most).toFixed(3), onclick: open }, s("title", {}, hint))];
    })])]);
}

/** The next number that reads well: 1, 2 or 5 with noughts, and even below ten so that its half is whole. */
function round(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const top = [1, 2, 5, 10].find((step) => step * power >= value) * power;
  return Math.max(2, top);
}

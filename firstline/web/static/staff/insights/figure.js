/** A figure on the page: what it means, its plot, and the same as a table whose numbers open their rows. */
import { h } from "../view.js";

/** A number that opens the rows it counts; none opens nothing. @param figure {count, rows} */
export function number(page, figure, title) {
  const shown = page.numbers.count(figure.count);
  if (!figure.count) return h("span", { class: "number" }, shown);
  return h("button", { type: "button", class: "number open", "aria-label": page.words.t("insights_open", { title, count: shown }), onclick: () => page.open(figure, title) }, shown);
}

/**
 * @param key of its title in the string tables; `${key}_hint` says what is counted
 * @param plot an SVG, or null; @param series [[class, name]] of the colours, none for one colour
 * @param table {head: [text], rows: [[text or {figure, title}]]}; @param shown whether the table is open from the start
 */
export function figureOf(page, key, { plot = null, series = [], table, shown = false }) {
  const { words } = page;
  const drawn = h("table", {}, h("caption", { class: "unseen" }, words.t(key)),
    h("thead", {}, h("tr", {}, ...table.head.map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, ...table.rows.map(([first, ...cells]) => h("tr", {}, h("th", { scope: "row" }, first), ...cells.map((cell) => h("td", {}, cellOf(page, cell)))))));
  const rows = h("div", { class: "table" }, drawn);
  return h("section", { class: "card insight", "data-figure": key, "aria-label": words.t(key) },
    h("h3", {}, words.t(key)), h("p", { class: "quiet" }, words.t(`${key}_hint`)),
    plot, series.length > 1 && h("ul", { class: "legend" }, ...series.map(([name, text]) => h("li", {}, h("span", { class: `swatch ${name}` }), text))),
    shown ? rows : h("details", {}, h("summary", {}, words.t("insights_table")), rows));
}

function cellOf(page, cell) {
  return typeof cell === "string" ? h("span", { class: "number" }, cell) : number(page, cell.figure, cell.title);
}

/** Bar or column parts of {series: figure}, in the order of `series` ([[class, name]]). */
export function partsOf(page, title, figures, series) {
  return series.map(([name, text]) => {
    const figure = figures[name];
    const said = series.length > 1 ? `${title} · ${text}` : title;
    return { series: name, count: figure.count, hint: `${said}: ${page.numbers.count(figure.count)}`, open: () => { if (figure.count) page.open(figure, said); } };
  });
}

/** The figures of the page, one function each: from the API's report to plot and table. */
import { figureOf, partsOf } from "./figure.js";
import { bars, columns, heat } from "./svg.js";

const RESULTS = ["solved", "reopened", "unconfirmed", "no_answer", "open"];
const PROMISES = ["kept", "late", "running", "withdrawn"];
const FOUND = ["answered", "fallback"];
const LANGUAGES = ["ko", "en"];

/** Every section in the page's order. @param page {words, numbers, report, open(figure, title)} */
export const sections = (page) => [
  resolution, results, volume, hours, categories, promises, times, reasons, bot,
].map((make) => make(page));

const seriesOf = ({ words }, names, group) => names.map((name) => [name, words.code(group, name)]);
const total = (figures) => Object.values(figures).reduce((sum, { count }) => sum + count, 0);

function stacked(page, key, rows, series, first, extra = []) {
  const { words, numbers } = page;
  const plot = bars(rows.map((row) => ({ label: row.label, end: row.end ?? numbers.count(total(row.figures)), parts: partsOf(page, row.label, row.figures, series) })), words.t(key));
  const table = {
    head: [words.t(first), ...series.map(([, name]) => name), ...extra],
    rows: rows.map((row) => [row.label, ...series.map(([name, text]) => ({ figure: row.figures[name], title: `${row.label} · ${text}` })), ...(row.more ?? [])]),
  };
  return figureOf(page, key, { plot, series, table });
}

function resolution(page) {
  const { words, report: { resolution: found } } = page;
  const of = (pick) => Object.fromEntries(found.results.map((item) => [item.key, pick(item)]));
  const rows = [["insights_all", (item) => item], ["insights_by_bot", ({ bot: figure }) => figure], ["insights_by_person", ({ person }) => person]];
  return stacked(page, "insights_resolution", rows.map(([key, pick]) => ({ label: words.t(key), figures: of(pick) })), seriesOf(page, RESULTS, "insights_result"), "insights_who");
}

function results(page) {
  const { words, report: { resolution: found } } = page;
  const rows = found.by_category.map(({ key, results: figures }) => ({ label: words.code("category", key), figures }));
  return stacked(page, "insights_result_by_category", rows, seriesOf(page, RESULTS, "insights_result"), "insights_category");
}

function volume(page) {
  const { words, numbers, report: { volume: { by_day: days } } } = page;
  const series = LANGUAGES.map((lang) => [lang, words.t(`language_name_${lang}`)]);
  const plot = columns(days.map(({ day, languages }) => ({ label: numbers.day(day), parts: partsOf(page, numbers.day(day), languages, series) })), words.t("insights_volume"), (value) => numbers.count(value));
  return figureOf(page, "insights_volume", { plot, series, table: {
    head: [words.t("insights_day"), ...series.map(([, name]) => name)],
    rows: days.map(({ day, languages }) => [day, ...series.map(([lang, name]) => ({ figure: languages[lang], title: `${day} · ${name}` }))]),
  } });
}

function hours(page) {
  const { words, numbers, report: { volume: { by_weekday_and_hour: slots, by_hour: byHour }, zone } } = page;
  const title = ({ weekday, hour }) => words.t("insights_slot", { weekday: numbers.weekday(weekday), hour });
  const rows = Array.from({ length: 7 }, (_, weekday) => ({ label: numbers.weekday(weekday), cells: slots.filter((slot) => slot.weekday === weekday) }));
  const plot = heat(rows.map(({ label, cells }) => ({ label, cells: cells.map((slot) => ({
    count: slot.count, hint: `${title(slot)}: ${numbers.count(slot.count)}`, open: () => { if (slot.count) page.open(slot, title(slot)); } })) })),
  `${words.t("insights_hours")} (${zone})`);
  return figureOf(page, "insights_hours", { plot, table: {
    head: [words.t("insights_hour"), ...rows.map(({ label }) => label), words.t("insights_sum")],
    rows: byHour.map((sum) => [String(sum.hour), ...rows.map(({ cells }) => ({ figure: cells[sum.hour], title: title(cells[sum.hour]) })),
      { figure: sum, title: words.t("insights_at_hour", { hour: sum.hour }) }]),
  } });
}

function single(page, key, items, first, say) {
  const { words, numbers } = page;
  const all = items.reduce((sum, { count }) => sum + count, 0);
  const rows = items.map((item) => ({ label: say(item.key), figures: { all: item }, end: `${numbers.count(item.count)} · ${numbers.share(all ? item.count / all : null)}`, more: [numbers.share(all ? item.count / all : null)] }));
  return stacked(page, key, rows, [["all", words.t("insights_count")]], first, [words.t("insights_share")]);
}

function categories(page) {
  const { words, report } = page;
  return single(page, "insights_categories", report.volume.by_category, "insights_category", (key) => words.code("category", key));
}

function reasons(page) {
  const { words, report } = page;
  return single(page, "insights_reasons", report.handovers.by_reason, "insights_reason", (key) => words.code("reason", key));
}

function promises(page) {
  const { words, numbers, report } = page;
  const name = (severity) => report.severities[severity]?.[words.lang] ?? severity;
  const rows = report.promises.by_kind_and_severity.map((item) => ({
    label: `${words.code("clock", item.kind)} · ${name(item.severity)}`, figures: Object.fromEntries(PROMISES.map((state) => [state, item[state]])),
    end: numbers.share(item.share_kept), more: [numbers.share(item.share_kept)] }));
  return stacked(page, "insights_promises", rows, seriesOf(page, PROMISES, "insights_state"), "insights_promise", [words.t("insights_share_kept")]);
}

function times(page) {
  const { words, numbers, report: { wait, handle } } = page;
  const cell = (figure, key) => ({ figure, title: words.t(key) });
  return figureOf(page, "insights_times", { shown: true, table: {
    head: ["", "insights_median", "insights_p90", "insights_cases", "insights_still_waiting", "insights_never"].map((key) => (key ? words.t(key) : "")),
    rows: [
      [words.t("insights_wait"), numbers.span(wait.median_seconds), numbers.span(wait.p90_seconds), cell(wait.measured, "insights_wait"), cell(wait.waiting, "insights_still_waiting"), cell(wait.never, "insights_never")],
      [words.t("insights_handle"), numbers.span(handle.median_seconds), numbers.span(handle.p90_seconds), cell(handle.measured, "insights_handle"), "–", "–"],
    ],
  } });
}

function bot(page) {
  const { words, numbers, report: { bot: found } } = page;
  const series = seriesOf(page, FOUND, "insights_found");
  const plot = columns(found.by_day.map((item) => ({ label: numbers.day(item.day), parts: partsOf(page, numbers.day(item.day), item, series) })), words.t("insights_bot"), (value) => numbers.count(value));
  const row = (label, item) => [label, ...series.map(([name, text]) => ({ figure: item[name], title: `${label} · ${text}` })), numbers.share(share(item))];
  return figureOf(page, "insights_bot", { plot, series, table: {
    head: [words.t("insights_day"), ...series.map(([, name]) => name), words.t("insights_share_fallback")],
    rows: [...found.by_language.map((item) => row(words.t(`language_name_${item.key}`), item)), ...found.by_day.map((item) => row(item.day, item))],
  } });
}

const share = ({ answered, fallback }) => (answered.count + fallback.count ? fallback.count / (answered.count + fallback.count) : null);

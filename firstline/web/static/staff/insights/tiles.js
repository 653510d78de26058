/** The numbers at the head of the page. */
import { h } from "../view.js";
import { number } from "./figure.js";

/** @param page {words, numbers, report, open(figure, title)} */
export function tiles(page) {
  const { words, numbers, report: { volume, resolution, promises, wait, handle, bot, handovers } } = page;
  const result = (key) => resolution.results.find((item) => item.key === key);
  const line = (key, figure) => [key, figure];
  return [
    tile("insights_tile_volume", numbers.count(volume.total.count), line("insights_count", volume.total),
      ...volume.by_language.map((item) => line(`language_name_${item.key}`, item))),
    tile("insights_tile_solved", numbers.share(resolution.share_solved), line("insights_confirmed", resolution.confirmed),
      line("insights_minus_reopened", result("reopened")), line("insights_equals_solved", result("solved")), line("insights_settling", resolution.settling)),
    tile("insights_tile_no_answer", numbers.count(result("no_answer").count), line("insights_count", result("no_answer")), line("insights_unconfirmed_too", result("unconfirmed"))),
    tile("insights_tile_promises", numbers.share(promises.total.share_kept), ...["kept", "late", "running"].map((state) => line(`insights_state_${state}`, promises.total[state]))),
    tile("insights_tile_handovers", numbers.count(handovers.total.count), line("insights_cases", handovers.total), line("insights_still_waiting", wait.waiting), line("insights_never", wait.never)),
    tile("insights_tile_wait", numbers.span(wait.median_seconds), within(wait), line("insights_cases", wait.measured)),
    tile("insights_tile_handle", numbers.span(handle.median_seconds), within(handle), line("insights_cases", handle.measured)),
    tile("insights_tile_fallback", numbers.share(bot.share_fallback), line("insights_fallbacks", bot.fallbacks), line("insights_searches", bot.searches)),
  ];

  function within(times) { return words.t("insights_p90_is", { span: numbers.span(times.p90_seconds) }); }

  /** @param lines sentences, or [key, figure] */
  function tile(key, value, ...lines) {
    const title = words.t(key);
    return h("li", { class: "tile", "data-tile": key.replace("insights_tile_", "") }, h("h3", {}, title), h("strong", {}, value),
      ...lines.map((said) => (typeof said === "string" ? h("p", {}, said) : h("p", {}, words.t(said[0]), number(page, said[1], `${title} · ${words.t(said[0])}`)))));
  }
}

/** What is owed to the customer and when, in words: the row's countdown and the case's promise say the same. */
const SOON_MS = 15 * 60_000;

/** Returns {level: "late"|"soon"|"ok"|"none"|"done", text, iso}; `iso` is the moment that the text speaks of. */
export function dueOf(row, times, words) {
  const t = (key, values) => words.t(key, values);
  if (row.status === "closed") return { level: "done", text: t("due_closed"), iso: row.last_message_at };
  if (row.status === "closing") return { level: "done", text: t("due_closing"), iso: row.last_message_at };
  return nearest(row, times, words);
}

/** The clock that ends first, of those that run: a missed one before all others. */
function nearest(row, times, words) {
  const running = row.clocks.filter(({ state }) => state === "running" || state === "breached");
  const clock = running.find(({ state }) => state === "breached") ?? running[0];
  if (clock) return clockText(clock, times, words);
  const paused = row.clocks.find(({ state }) => state === "paused");
  if (paused) return { level: "done", text: words.t("due_paused"), iso: paused.due };
  if (row.awaiting_customer_since) {
    return { level: "done", text: words.t("due_awaits", { at: times.short(row.awaiting_customer_since) }), iso: row.awaiting_customer_since };
  }
  if (row.first_response_at && !row.waiting_since) {
    return { level: "done", text: words.t("due_answered", { at: times.short(row.first_response_at) }), iso: row.first_response_at };
  }
  const since = row.waiting_since ?? row.opened_at;
  return { level: "none", text: words.t("due_none", { span: times.span(times.now() - Date.parse(since)) }), iso: since };
}

/** One clock in words; what is owed goes before the time, but for the first answer, which everybody expects. */
export function clockText(clock, times, words) {
  const left = Date.parse(clock.due) - times.now();
  const late = clock.state === "breached" || (clock.state === "running" && left <= 0);
  const level = { met: "done", late: "done", paused: "done" }[clock.state] ?? (late ? "late" : clock.warning || left <= SOON_MS ? "soon" : "ok");
  const key = { met: "clock_met", late: "clock_was_late", paused: "due_paused" }[clock.state]
    ?? (late ? "due_late" : level === "soon" ? "due_soon" : "due_left");
  const text = words.t(key, { span: times.span(Math.abs(left)), at: times.short(clock.due) });
  return { level, text: clock.kind === "first_response" ? text : `${words.code("clock", clock.kind)} · ${text}`, iso: clock.due };
}

/** Who has the case now, in words. */
export function holderOf(row, words) {
  if (row.mine) return words.t("holder_mine");
  if (row.agent_name) return words.t("holder_other", { name: row.agent_name });
  if (row.offered_to_name && row.state === "waiting") return words.t("holder_offered", { name: row.offered_to_name });
  return words.t(row.state === "bot" ? "holder_bot" : "holder_none");
}

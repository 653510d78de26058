/** What is owed to the customer and when, in words: the row's countdown and the case's promise say the same. */
const SOON_MS = 15 * 60_000;

/** Returns {level: "late"|"soon"|"ok"|"none"|"done", text, iso}; `iso` is the moment that the text speaks of. */
export function dueOf(row, times, words) {
  const t = (key, values) => words.t(key, values);
  if (row.status === "closed") return { level: "done", text: t("due_closed"), iso: row.last_message_at };
  if (row.status === "closing") return { level: "done", text: t("due_closing"), iso: row.last_message_at };
  const owed = !row.first_response_at || row.waiting_since;
  if (!owed && !row.overdue) {
    return { level: "done", text: t("due_answered", { at: times.short(row.first_response_at) }), iso: row.first_response_at };
  }
  // A time that was kept before the case came back to the queue promises nothing for this wait.
  const kept = row.first_response_at && !row.overdue && Date.parse(row.respond_by) <= Date.parse(row.waiting_since);
  if (!row.respond_by || kept) {
    const since = row.waiting_since ?? row.opened_at;
    return { level: "none", text: t("due_none", { span: times.span(times.now() - Date.parse(since)) }), iso: since };
  }
  const left = Date.parse(row.respond_by) - times.now();
  const values = { span: times.span(Math.abs(left)), at: times.short(row.respond_by) };
  if (left <= 0) return { level: "late", text: t("due_late", values), iso: row.respond_by };
  const level = row.warning || left <= SOON_MS ? "soon" : "ok";
  return { level, text: t(level === "soon" ? "due_soon" : "due_left", values), iso: row.respond_by };
}

/** Who has the case now, in words. */
export function holderOf(row, words) {
  if (row.mine) return words.t("holder_mine");
  if (row.agent_name) return words.t("holder_other", { name: row.agent_name });
  return words.t(row.state === "bot" ? "holder_bot" : "holder_none");
}

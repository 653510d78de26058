/** Which live frame somebody at this page has to be told of, and in which words. */
const TO_ME = new Set(["offered", "assigned", "taken_over", "returned"]);
const CLOCK = new Set(["warning", "breached"]);

/** @returns {key, word, values, number} or null, {row} for a case that begins to wait; `key` is the same in all windows of the agent */
export function announcement(frame, store) {
  const { type, kind, number, to, by } = frame;
  const me = store.staff?.id;
  const about = (word) => ({ key: frame.id, word, values: { number, name: by }, number });
  if (type === "mention") return to === me ? about("alert_mention") : null;
  if (TO_ME.has(kind)) return to === me ? about(`alert_${kind}`) : null;
  if (kind === "waiting") return frame.row?.status === "waiting" ? { row: frame.row } : null;
  const mine = Boolean(store.row(number)?.mine);
  if (kind === "message") return mine ? about("alert_message") : null;
  if (kind === "escalated") return about(by ? "alert_escalated_from" : "alert_escalated"); // It comes to leads alone.
  if (CLOCK.has(kind)) return mine || (kind === "warning" && store.isLead) ? about(`alert_${kind}`) : null;
  return null;
}

/** Whether the agent has the case before their eyes, so that an answer in it needs no alert. */
export function inView(number, store) { return number === store.number && document.visibilityState === "visible" && document.hasFocus(); }

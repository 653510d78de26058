/** The desk's shortcuts in the order in which the help shows them: [keys, the word for it, what it does]. */

/** @param on functions by name; those of a case do nothing where the case does not allow it */
export function deskKeys(on) {
  return [
    [["j", "k"], "key_move", { j: () => on.move(1), k: () => on.move(-1) }],
    [["Enter"], "key_open", {}],
    [["1", "2", "3", "4"], "key_tab", Object.fromEntries([0, 1, 2, 3].map((index) => [String(index + 1), () => on.tab(index)]))],
    [["/"], "key_search", { "/": on.search }],
    [["f"], "key_filter", { f: on.filter }],
    [["v"], "key_view", { v: on.view }],
    [["c"], "key_claim", { c: on.claim }],
    [["d"], "key_decline", { d: on.decline }],
    [["r"], "key_reply", { r: on.reply }],
    [["n"], "key_note", { n: on.note }],
    [["@"], "key_mention", {}],
    [["/", "…"], "key_canned", {}],
    [["s"], "key_story", { s: on.story }],
    [["t"], "key_before", { t: on.before }],
    [["a"], "key_beside", { a: on.beside }],
    [["u"], "key_escalation", { u: on.escalation }],
    [["g"], "key_transfer", { g: on.transfer }],
    [["o"], "key_takeOver", { o: on.takeOver }],
    [["w"], "key_assign", { w: on.assign }],
    [["b"], "key_release", { b: on.release }],
    [["h"], "key_giveBack", { h: on.giveBack }],
    [["e"], "key_resolve", { e: on.resolve }],
    [["m"], "key_mentions", { m: on.mentions }],
    [["p"], "key_team", { p: on.team }],
    [["i"], "key_incidents", { i: on.incidents }],
    [["l"], "key_alerts", { l: on.alerts }],
    [["q"], "key_queue", { q: on.queue }],
    [["Esc"], "key_leave", {}],
    [["?"], "key_help", { "?": on.help }],
  ];
}

/** The same as one table for the listener: what each key does. */
export function actionsOf(keys) { return Object.assign({}, ...keys.map(([, , actions]) => actions)); }

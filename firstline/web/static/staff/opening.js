/** What the desk shows first, asked for while the rest of its modules are on their way. */
import { api } from "./api.js";
import { local } from "./prefs.js";
import { filterOf, queryOf } from "./views.js";
import { Words } from "./words.js";

const UNSEEN = { status: ["waiting", "human", "bot"] }; // The view that opens for whoever has chosen none.

/** The view that opened last time is asked for beside the views themselves; mostly it is the right one again. */
const query = queryOf(filterOf(local.get("first_filter", UNSEEN))).toString();

/** Answers on their way; a failure is told where each is awaited. */
export const opening = { words: new Words().load(), me: api.me(), views: api.views(), query, cases: api.cases(query) };
for (const answer of [opening.me, opening.views, opening.cases]) answer.catch(() => {});

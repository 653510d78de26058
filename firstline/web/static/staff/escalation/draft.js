/** What was typed into a sheet and is not saved yet, for as long as this tab lasts. */
import { session } from "../prefs.js";

const keyOf = (number, kind) => `escalation:${number}:${kind}`;

/** {base, mine} by field name, or null */
export function draftOf(number, kind) { return session.get(keyOf(number, kind)); }

export function keepDraft(number, kind, draft) { session.set(keyOf(number, kind), draft); }

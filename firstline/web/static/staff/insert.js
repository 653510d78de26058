/** Puts a text into the reply at the cursor, as if it had been typed there, so that drafts and typing follow it. */

/**
 * @param composer the Composer, @param text what comes in
 * @param at {from, to} of what it replaces; the cursor's place without it
 * Says whether it could: nobody writes a reply who does not have the case.
 */
export function insertReply(composer, text, at = null) {
  composer.focus("reply");
  const { box } = composer;
  if (box.disabled) return false;
  const { from, to } = at ?? { from: box.selectionStart, to: box.selectionEnd };
  const before = box.value.slice(0, from);
  // A passage stands in a paragraph of its own.
  const lead = !at && before.trim() ? "\n".repeat(2 - Math.min(2, before.length - before.trimEnd().length)) : "";
  box.setRangeText(`${lead}${text}`, from, to, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.scrollTop = box.scrollHeight;
  return true;
}

/**
 * One Enter sends, whatever the keyboard composes: a pure state machine over keyboard and composition events.
 *
 * Each handler takes the facts of one event and returns what to do with it:
 *   prevent: stop the browser's own effect (a new line);
 *   send: "no" | "now" | "later" ("later" = in the next task, when the browser has put the last syllable in the box).
 *
 * The orders of events for one Enter while a syllable is being composed:
 *   Chrome, Edge, Firefox   keydown(229, composing) > compositionend [> keydown(13)] > keyup
 *   Safari                  compositionend > keydown(229, not composing) > keyup
 *   Android keyboards       keydown(229, no key name) > beforeinput insertLineBreak, while composing or after
 * The bracketed second keydown is the same press handed on by the input method: it must not send again.
 */
const IDLE = Object.freeze({ prevent: false, send: "no" });
const SWALLOW = Object.freeze({ prevent: true, send: "no" });

export function createEnterKey() {
  let composing = false;
  let sendAtEnd = false; // Enter was pressed inside a composition: send as soon as it ends.
  let spent = false; // This press of Enter has sent already; what follows of it has no effect.
  let newline = false; // Shift is held: the coming line break is wanted.

  function keydown(event) {
    if (!isEnter(event)) {
      sendAtEnd = spent = newline = false;
      return IDLE;
    }
    if (event.shiftKey || event.altKey) {
      newline = true;
      sendAtEnd = false;
      return IDLE;
    }
    newline = false;
    if (spent || event.repeat) return SWALLOW;
    if (composing || event.isComposing) {
      sendAtEnd = true;
      return IDLE; // The input method needs this key to commit the syllable.
    }
    spent = true;
    return { prevent: true, send: "now" };
  }

  function keyup(event) {
    if (isEnter(event) && !sendAtEnd) spent = newline = false;
    return IDLE;
  }

  function compositionstart() {
    composing = true;
    sendAtEnd = spent = false;
    return IDLE;
  }

  function compositionend() {
    composing = false;
    if (!sendAtEnd) return IDLE;
    sendAtEnd = false;
    spent = true;
    return { prevent: false, send: "later" };
  }

  function beforeinput(event) {
    const breaksLine = event.inputType === "insertLineBreak" || event.inputType === "insertParagraph";
    if (!breaksLine) {
      if (event.inputType === "insertText") spent = false;
      return IDLE;
    }
    if (newline) return IDLE;
    if (spent || sendAtEnd) return SWALLOW;
    spent = true;
    return { prevent: true, send: "later" };
  }

  /** The send button: inside a composition the text is complete only when that ends (the caller takes the focus away). */
  function button() {
    if (!composing) return { prevent: false, send: "now", commit: false };
    sendAtEnd = true;
    return { prevent: false, send: "no", commit: true };
  }

  return { keydown, keyup, compositionstart, compositionend, beforeinput, button };
}

function isEnter(event) {
  return event.key === "Enter" || event.code === "Enter" || event.code === "NumpadEnter" || event.keyCode === 13;
}

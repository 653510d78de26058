/** Ctrl+S saves and Ctrl+Enter opens the publish dialog; neither while a Korean syllable is still being written. */

/** @param on {save(), publish()} */
export function listenForSaving(on) {
  let waiting = false;
  document.addEventListener("keydown", (event) => {
    const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!command) return;
    const composing = event.isComposing || event.keyCode === 229;
    const free = !document.querySelector("dialog[open]");
    if (event.code === "KeyS" || event.key === "s") {
      event.preventDefault(); // Never the browser's own "save page".
      if (composing) waiting = true;
      else if (free) on.save();
    } else if (event.key === "Enter" && !composing && free) {
      event.preventDefault();
      on.publish();
    }
  });
  // The syllable is in the box only after this event's own turn.
  document.addEventListener("compositionend", () => {
    if (!waiting) return;
    waiting = false;
    setTimeout(() => on.save());
  });
}

/** One-letter shortcuts, by the key's place as well as its letter, so that they also work with the Korean layout on. */
import { local } from "./prefs.js";

// The place of each letter, and of the digits, whatever the layout writes there.
const PLACES = Object.fromEntries([...[..."abcdefghijklmnopqrstuvwxyz"].map((letter) => [`Key${letter.toUpperCase()}`, letter]),
  ...[..."123456789"].map((digit) => [`Digit${digit}`, digit])]);

export const shortcuts = {
  get on() { return local.get("shortcuts", true); },
  set(on) { local.set("shortcuts", on); },
};

/** @param actions {j, k, c, "1", "/", "?" …}: functions by key */
export function listenForKeys(actions) {
  document.addEventListener("keydown", (event) => {
    const inDialog = document.querySelector("dialog[open]");
    if (event.defaultPrevented) return;
    if (event.key === "Escape" && !inDialog && !event.isComposing && writing(event.target)) {
      event.target.blur();
      return;
    }
    if (!shortcuts.on || inDialog || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
    const action = actions[nameOf(event)];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function nameOf(event) {
  if (event.key === "?" || event.key === "/") return event.key;
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  return PLACES[event.code];
}

function writing(target) {
  return target instanceof Element && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

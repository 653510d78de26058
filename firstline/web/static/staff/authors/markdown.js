/** What the toolbar and Enter do to Markdown: each gives {start, end, text, from, to}: what to replace and select then. */
const MARKS = { heading: /^## /, list: /^[-*] /, steps: /^\d+\. / };

/** Puts marks around the selection, or takes them away. */
export function wrap(value, start, end, mark, example) {
  const size = mark.length;
  if (end > start && value.slice(start - size, start) === mark && value.slice(end, end + size) === mark) {
    return { start: start - size, end: end + size, text: value.slice(start, end), from: start - size, to: end - size };
  }
  const inner = value.slice(start, end) || example;
  return { start, end, text: mark + inner + mark, from: start + size, to: start + size + inner.length };
}

/** Makes the selected lines a heading, a list or steps, or plain again. @param kind "heading" | "list" | "steps" */
export function markLines(value, start, end, kind) {
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const found = value.indexOf("\n", end > start && value[end - 1] === "\n" ? end - 1 : end);
  const to = found < 0 ? value.length : found;
  const lines = value.slice(from, to).split("\n");
  const marked = lines.every((line) => MARKS[kind].test(line) || (!line.trim() && lines.length > 1));
  let step = 0;
  const text = lines.map((line) => {
    if (!line.trim() && lines.length > 1) return line;
    const bare = Object.values(MARKS).reduce((rest, mark) => rest.replace(mark, ""), line);
    if (marked) return bare;
    step += 1;
    return { heading: "## ", list: "- ", steps: `${step}. ` }[kind] + bare;
  }).join("\n");
  return { start: from, end: to, text, from: lines.length > 1 ? from : from + text.length, to: from + text.length };
}

export function link(value, start, end, example) {
  const inner = value.slice(start, end);
  if (/^https?:\/\/\S+$/.test(inner)) return { start, end, text: `[${example}](${inner})`, from: start + 1, to: start + 1 + example.length };
  const label = inner || example;
  const address = start + label.length + 3;
  return { start, end, text: `[${label}](https://)`, from: address, to: address + 8 };
}

/** Enter inside a list: the next item's mark, or the end of the list when the item is empty; null elsewhere. */
export function nextLine(value, at) {
  const from = value.lastIndexOf("\n", at - 1) + 1;
  const item = /^(\s*)([-*]|(\d+)\.) (.*)$/.exec(value.slice(from, at));
  if (!item) return null;
  if (!item[4].trim()) return { start: from, end: at, text: "", from, to: from };
  const text = `\n${item[1]}${item[3] ? `${Number(item[3]) + 1}.` : item[2]} `;
  return { start: at, end: at, text, from: at + text.length, to: at + text.length };
}

/** Does an edit in the box so that the browser's own undo takes it back. */
export function apply(box, edit) {
  if (!edit) return;
  box.focus();
  box.setSelectionRange(edit.start, edit.end);
  const done = edit.start === edit.end && !edit.text ? true
    : document.execCommand(edit.text ? "insertText" : "delete", false, edit.text);
  if (!done) {
    box.setRangeText(edit.text, edit.start, edit.end, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  box.setSelectionRange(edit.from, edit.to);
}

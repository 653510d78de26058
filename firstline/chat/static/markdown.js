/**
 * The little Markdown that answers are written in, built as DOM nodes: paragraphs, headings, lists (nested by
 * indentation), quotes, code, **bold** and links to http(s); a picture becomes a link to it. Anything else stays the text it is.
 */
import { h, safeUrl } from "./dom.js";

const FENCE = /^\s*```/;
const HEADING = /^(#{1,6})\s+(.+?)\s*#*$/;
const ITEM = /^(\s*)([-*•]|\d{1,3}[.)])\s+(.*)$/;
const QUOTE = /^>\s?(.*)$/;
const INLINE = /`([^`\n]+)`|\*\*(?=\S)(.+?)\*\*|!?\[([^\]\n]+)\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)|(https?:\/\/[!#-;=?-_a-z~]+)/;
const DEEPEST = 4;

export function renderMarkdown(text) {
  const out = document.createDocumentFragment();
  blocks(String(text).replace(/\r\n?/g, "\n").split("\n"), out, 0);
  return out;
}

/** The same without any marks, in one line: for places that have room for words only. */
export function plainText(text) {
  const box = h("div", {}, renderMarkdown(text));
  for (const end of box.querySelectorAll("br")) end.replaceWith(" ");
  return [...box.querySelectorAll("p, h3, h4, pre")].map((block) => block.textContent).join(" ");
}

function blocks(lines, out, depth) {
  let at = 0;
  const take = (test) => {
    const from = at;
    while (at < lines.length && test(lines[at])) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at];
    if (!line.trim()) {
      at += 1;
    } else if (FENCE.test(line)) {
      at += 1;
      const code = take((next) => !FENCE.test(next));
      at += 1;
      out.append(h("pre", { tabindex: "0" }, h("code", {}, code.join("\n"))));
    } else if (HEADING.test(line)) {
      const [, marks, title] = line.match(HEADING);
      at += 1;
      out.append(inline(title, h(marks.length < 3 ? "h3" : "h4")));
    } else if (QUOTE.test(line) && depth < DEEPEST) {
      const quote = h("blockquote");
      blocks(take((next) => QUOTE.test(next)).map((next) => next.match(QUOTE)[1]), quote, depth + 1);
      out.append(quote);
    } else if (ITEM.test(line) && depth < DEEPEST) {
      at = list(lines, at, out, depth);
    } else {
      at += 1;
      const rest = take((next) => next.trim() && ![FENCE, HEADING, QUOTE, ITEM].some((start) => start.test(next)));
      const paragraph = h("p");
      [line, ...rest].forEach((part, index) => {
        if (index) paragraph.append(h("br"));
        inline(part.trim(), paragraph);
      });
      out.append(paragraph);
    }
  }
}

/** Reads one list from line `at`; returns the line after it. */
function list(lines, at, out, depth) {
  const [, indent, mark] = lines[at].match(ITEM);
  const ordered = /\d/.test(mark);
  const first = parseInt(mark, 10);
  const node = h(ordered ? "ol" : "ul", { start: ordered && first !== 1 ? String(first) : null });
  while (at < lines.length) {
    const start = lines[at].match(ITEM);
    if (!start || start[1].length > indent.length + 1 || start[1].length < indent.length) break;
    if (/\d/.test(start[2]) !== ordered) break;
    const own = [start[3]];
    at += 1;
    // What stands further in belongs to this item; an empty line only if more of the list follows it.
    while (at < lines.length) {
      const empty = !lines[at].trim();
      const next = lines[empty ? at + 1 : at];
      if (!next?.trim() || next.search(/\S/) <= indent.length) break;
      if (!empty) own.push(next.slice(Math.min(next.search(/\S/), indent.length + 2)));
      else own.push("");
      at += 1;
    }
    const item = h("li");
    blocks(own, item, depth + 1);
    node.append(item);
    let ahead = at;
    while (ahead < lines.length && !lines[ahead].trim()) ahead += 1;
    if (ahead > at && ITEM.test(lines[ahead] ?? "")) at = ahead;
  }
  out.append(node);
  return at;
}

function inline(text, node) {
  let rest = text;
  let found;
  while ((found = rest.match(INLINE))) {
    const [whole, code, bold, label, target, bare] = found;
    node.append(rest.slice(0, found.index));
    let used = whole;
    if (code) node.append(h("code", {}, code));
    else if (bold) node.append(inline(bold, h("strong")));
    else if (label) node.append(link(target, label) ?? whole);
    else {
      used = bare.replace(/[.,;:!?)\]*]+$/, "");
      node.append(link(used, used) ?? used);
    }
    rest = rest.slice(found.index + used.length);
  }
  node.append(rest);
  return node;
}

function link(target, label) {
  const href = safeUrl(target);
  return href && h("a", { href, target: "_blank", rel: "noopener noreferrer" }, label);
}

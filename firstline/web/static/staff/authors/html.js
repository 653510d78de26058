/** The server's clean HTML as nodes, built again from a short list of tags: nothing else can come through. */
const TAGS = new Set(["H2", "H3", "H4", "P", "UL", "OL", "LI", "STRONG", "EM", "CODE", "PRE", "BLOCKQUOTE", "A", "BR", "HR",
  "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "IMG"]);
const KEPT = { A: ["href", "title"], IMG: ["src", "alt", "title", "width", "height"], OL: ["start"] };

export function safeNodes(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const clean = document.createDocumentFragment();
  copy(parsed.body, clean);
  return clean;
}

function copy(from, to) {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) to.append(child.data);
    else if (child.nodeType === Node.ELEMENT_NODE && TAGS.has(child.tagName)) to.append(element(child));
    else if (child.nodeType === Node.ELEMENT_NODE && !/^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT)$/.test(child.tagName)) copy(child, to);
  }
}

function element(child) {
  const made = document.createElement(child.tagName);
  for (const name of KEPT[child.tagName] ?? []) {
    const value = child.getAttribute(name);
    if (value !== null && (!["href", "src"].includes(name) || safe(value, child.tagName))) made.setAttribute(name, value);
  }
  if (made.tagName === "A") Object.assign(made, { target: "_blank", rel: "noopener noreferrer" });
  copy(child, made);
  return made;
}

function safe(address, tag) {
  try {
    const { protocol } = new URL(address, location.href);
    return (tag === "IMG" ? ["http:", "https:"] : ["http:", "https:", "mailto:", "tel:"]).includes(protocol);
  } catch {
    return false;
  }
}

/** Builds one element: h("a", {class: "x", href, onclick}, ...children); nothing is ever parsed as HTML. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  send: "M12 20V5M5.5 11.5L12 5l6.5 6.5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.9-3.6 3.8-5.5 7.5-5.5s6.6 1.9 7.5 5.5",
  spark: "M12 3.5l2 5.5 5.5 2-5.5 2-2 5.5-2-5.5-5.5-2L10 9zM19 16.5v4M17 18.5h4",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
  check: "M5 12.5l4.5 4.5L19 7.5",
  article: "M6.5 3.5h7.5l4 4v13H6.5zM14 3.5v4h4M9.5 12h5M9.5 15.5h5",
  alert: "M12 4l9 16H3zM12 10v4.5M12 17.3v.1",
  down: "M12 5v14M5.5 12.5L12 19l6.5-6.5",
  out: "M9 6h9v9M18 6L7 17",
  clip: "M19 11l-7.5 7.5a4.5 4.5 0 0 1-6.400-6.400l8-8a3 3 0 0 1 4.300 4.300l-7.800 7.800a1.500 1.500 0 0 1-2.200-2.200L14.500 7",
};

/** A line icon, decoration only: hidden from assistive technology. @param paths name -> what is drawn in a 24 by 24 box */
export function icon(name, paths = PATHS) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}

/** An address that may be opened: http or https, also relative to the chat's host; null for anything else. */
export function safeUrl(address) {
  try {
    const url = new URL(address, location.href);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

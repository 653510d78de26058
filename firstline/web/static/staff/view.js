/** Small helpers for views: icons, fields that are only touched when they change, lists kept in step by key. */
import { h, icon as drawn } from "/widget/static/dom.js";

export { h, safeUrl } from "/widget/static/dom.js";

const PATHS = {
  bell: "M6 16.500V11a6 6 0 1 1 12 0v5.500l1.500 2h-15zM10 20.500h4",
  theme: "M12 3.500a8.500 8.500 0 1 0 8.500 8.500A6.500 6.500 0 0 1 12 3.500z",
  help: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM9.500 9.500a2.500 2.500 0 1 1 3.400 2.300c-.6.3-.9.7-.9 1.400v.4M12 16.500v.1",
  exit: "M14 4.500H6v15h8M11 12h9M16.500 8.500L20 12l-3.500 3.500",
  back: "M19 12H5M11 6l-6 6 6 6",
  clock: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM12 7.500V12l3 2",
  alert: "M12 4l9 16H3zM12 10v4.500M12 17.300v.1",
  check: "M5 12.500l4.500 4.500L19 7.500",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.9-3.600 3.800-5.500 7.500-5.500s6.600 1.900 7.500 5.500",
  spark: "M12 3.500l2 5.500 5.500 2-5.500 2-2 5.500-2-5.500-5.500-2L10 9z",
  headset: "M4.500 14v-2a7.500 7.500 0 0 1 15 0v2M4.500 14h3v5h-3zM16.500 14h3v5h-3zM18 19c0 1.500-2 2-4.500 2",
  lock: "M6.500 11h11v9h-11zM9 11V8a3 3 0 0 1 6 0v3",
  note: "M5 4.500h14v10l-5 5H5zM14 19.500v-5h5M8.500 9h7M8.500 12.500h4",
  release: "M9 7L4.500 11.500 9 16M4.500 11.500H15a4.500 4.500 0 0 1 0 9h-2",
  inbox: "M4 13.500l2.500-8h11l2.500 8v5H4zM4 13.500h5l1 2.500h4l1-2.500h5",
  plus: "M12 5v14M5 12h14",
  list: "M9 6.500h11M9 12h11M9 17.500h11M4.500 6.500h.1M4.500 12h.1M4.500 17.500h.1",
  steps: "M10 6.500h10M10 12h10M10 17.500h10M4 5l1.500-.8V9M4 14.500h2.500L4 18.500h2.500",
  bold: "M7.500 5h5.500a3.500 3.500 0 0 1 0 7H7.500zM7.500 12h6.500a3.500 3.500 0 0 1 0 7H7.500z",
  heading: "M6 5v14M18 5v14M6 12h12",
  link: "M10 14a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700L12 6.300M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9.500h.1",
  filter: "M4 5.500h16l-6 7v6l-4-2v-4z",
  star: "M12 4l2.400 5 5.600.700-4.100 3.800 1.100 5.500-5-2.800-5 2.800 1.100-5.500L4 9.700 9.600 9z",
  bolt: "M13 3.500L5.500 13.500h6l-1 7 7.500-10h-6z",
  search: "M10.500 4.500a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5",
  reply: "M9.500 6L4.500 11l5 5M4.500 11h9a6 6 0 0 1 6 6v1.500",
  article: "M6.500 3.500h7.500l4 4v13H6.500zM14 3.500v4h4M9.500 12h5M9.500 15.500h5",
  beside: "M4 5h16v14H4zM14.500 5v14",
  clip: "M19 11l-7.500 7.500a4.500 4.500 0 0 1-6.400-6.400l8-8a3 3 0 0 1 4.300 4.300l-7.800 7.800a1.500 1.500 0 0 1-2.200-2.200L14.500 7",
  close: "M6 6l12 12M18 6L6 18",
  swap: "M4 8.500h14M14.500 5L18 8.500 14.500 12M20 15.500H6M9.500 12L6 15.500 9.500 19",
  team: "M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 19.500c.6-3.200 3-5 6.500-5s5.900 1.800 6.500 5M16 5a3.500 3.500 0 0 1 0 6.500M18 14.800c2 .7 3.200 2.300 3.600 4.700",
  eye: "M2.500 12C5 7.500 8.300 5.500 12 5.500S19 7.500 21.500 12C19 16.500 15.700 18.500 12 18.500S5 16.500 2.500 12zM12 9.200a2.800 2.800 0 1 0 0 5.600 2.800 2.800 0 0 0 0-5.600z",
  mention: "M15.500 12a3.500 3.500 0 1 1-7 0 3.500 3.500 0 0 1 7 0zM15.500 8.500v4.700a2.500 2.500 0 0 0 5 0V12a8.500 8.500 0 1 0-3.300 6.700",
  send: "M12 20V5M5.500 11.500L12 5l6.500 6.500",
};

/** A line icon, decoration only. */
export const icon = (name) => drawn(name, PATHS);

/** A moment with its exact form on hover. */
export function moment(times, iso, text = times.short(iso)) {
  return h("time", { datetime: iso, title: times.exact(iso) }, text);
}

/** Runs `fill` only when `looks` differs from the last time, so that focus, open parts and readers stay undisturbed. */
export function when(node, looks, fill) {
  const now = JSON.stringify(looks);
  if (node.looks === now) return;
  node.looks = now;
  fill();
}

/** Puts `nodes` into `parent` in order, moving only those that stand in the wrong place. */
export function reconcile(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}

/** One call at a time; calls during a run make one more run after it. */
export function coalesce(task) {
  let running = null;
  let again = false;
  return function run() {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      try {
        do {
          again = false;
          await task();
        } while (again);
      } finally {
        running = null;
      }
    })();
    return running;
  };
}

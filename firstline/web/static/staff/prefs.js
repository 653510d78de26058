/** What the browser remembers: `local` across log-ins (theme, language), `session` for this tab only (drafts). */
const PREFIX = "firstline:staff:";
const memory = new Map();

export const local = area("localStorage");
export const session = area("sessionStorage");

function area(name) {
  return {
    get(key, fallback = null) {
      try {
        return JSON.parse(window[name].getItem(PREFIX + key)) ?? fallback;
      } catch {
        return memory.get(name + key) ?? fallback; // Storage may be refused: then it lasts as long as the page.
      }
    },
    set(key, value) {
      try {
        if (value === null) window[name].removeItem(PREFIX + key);
        else window[name].setItem(PREFIX + key, JSON.stringify(value));
      } catch {
        memory.set(name + key, value);
      }
    },
    clear() {
      memory.clear();
      try {
        for (const key of Object.keys(window[name])) if (key.startsWith(PREFIX)) window[name].removeItem(key);
      } catch {
        // Nothing was kept.
      }
    },
  };
}

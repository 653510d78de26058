/** One of several windows does a thing, the others leave it: the first to ask for a key gets it. */
const DATABASE = "firstline:staff";
const STORE = "alerts_done";
const KEPT_MS = 24 * 3600 * 1000;
const HIDDEN_WAITS_MS = 400;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("firstline:desk") : null;
let opened = null;

/** Says whether this window is the first to ask for `key`; a window in view goes before those that are hidden. */
export async function first(key) {
  if (document.hidden) await new Promise((done) => setTimeout(done, HIDDEN_WAITS_MS));
  return take(key);
}

/** Takes `key` without doing anything: this window shows the thing itself. */
export function taken(key) { take(key); }

/** Tells the agent's other windows, and listens to them: `message` is any plain value. */
export function tellWindows(message) { channel?.postMessage(message); }

export function listenToWindows(heard) {
  channel?.addEventListener("message", (event) => heard(event.data));
}

/**
 * A database's write transactions run one after the other in all windows. localStorage does not do here: windows may be
 * processes of their own, and what one wrote reaches the others late, whatever lock it held.
 */
async function take(key) {
  let database;
  try {
    database = await (opened ??= open());
  } catch {
    return true; // The browser keeps nothing for this page: better told by each window than by none.
  }
  return new Promise((done) => {
    const change = database.transaction(STORE, "readwrite");
    const store = change.objectStore(STORE);
    store.index("at").openKeyCursor(IDBKeyRange.upperBound(Date.now() - KEPT_MS)).onsuccess = ({ target }) => {
      if (!target.result) return;
      store.delete(target.result.primaryKey);
      target.result.continue();
    };
    const added = store.add({ key, at: Date.now() });
    added.onsuccess = () => done(true);
    added.onerror = (event) => {
      event.preventDefault(); // Or the whole transaction is undone.
      event.stopPropagation();
      done(added.error.name !== "ConstraintError");
    };
  });
}

function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" }).createIndex("at", "at");
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

/* Runs before the first paint, so that a chosen theme or language does not flash: not a module on purpose. */
(() => {
  const root = document.documentElement;
  let theme = null;
  let lang = null;
  try {
    theme = JSON.parse(localStorage.getItem("firstline:staff:theme"));
    lang = JSON.parse(localStorage.getItem("firstline:staff:lang"));
  } catch {
    // Without storage the system's theme and the browser's language hold.
  }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  root.lang = lang === "ko" || lang === "en" ? lang : navigator.language.startsWith("ko") ? "ko" : "en";
})();

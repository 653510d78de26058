/**
 * Loader: puts the launcher button and the chat's iframe on a partner's page.
 *
 * <script src="https://HOST/widget.js" data-partner="demo" data-locale="ko" async></script>
 * Afterwards: Firstline.open({text}), Firstline.close(), Firstline.identify(token) with what the site's server signed (also
 * as data-identity), Firstline.forget() when the customer logs out, and the window event "firstline:ready".
 *
 * Words come from the frame, so that they stand in one string table; styles live in a shadow root, so that
 * the page and the widget cannot disturb each other.
 */
(() => {
  const script = document.currentScript;
  if (!script || window.Firstline) return;

  const host = new URL(script.src).origin;
  const { partner = "", locale = "" } = script.dataset;
  const frameUrl = new URL("widget/frame", script.src);
  frameUrl.search = new URLSearchParams({ partner, locale, parent: location.origin });

  const SMALL_SCREEN = "(max-width: 480px), (max-height: 520px)";
  const CSS = `
    :host { all: initial; --accent: #2b5bd7; --on-accent: #fff; --ring: #10264f; --edge: #d9dfeb; }
    @media (prefers-color-scheme: dark) {
      :host { --accent: #8fb1ff; --on-accent: #0b1631; --ring: #fff; --edge: #333d52; }
    }
    button {
      all: unset; position: fixed; inset: auto 20px 20px auto; z-index: 2147483000; box-sizing: border-box;
      width: 60px; height: 60px; border-radius: 50%; display: grid; place-items: center; cursor: pointer;
      background: var(--accent); color: var(--on-accent);
      box-shadow: 0 2px 6px rgb(16 38 79 / .18), 0 10px 28px rgb(16 38 79 / .26);
    }
    button[hidden] { display: none; }
    button:focus-visible { outline: 3px solid var(--ring); outline-offset: 3px; }
    svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 1.8;
      stroke-linecap: round; stroke-linejoin: round; }
    .shut .x, .open .bubble { display: none; }
    i {
      position: absolute; top: -3px; right: -3px; box-sizing: border-box; min-width: 24px; height: 24px; padding: 0 6px;
      border: 2px solid #fff; border-radius: 12px; background: #c4281c; color: #fff; text-align: center;
      font: 700 12px/20px system-ui, sans-serif;
    }
    i:empty { display: none; }
    div {
      position: fixed; inset: auto 20px 92px auto; z-index: 2147483000; width: 400px;
      height: min(680px, calc(100vh - 112px)); height: min(680px, calc(100dvh - 112px));
      max-width: calc(100vw - 40px); overflow: hidden; border: 1px solid var(--edge); border-radius: 18px;
      box-shadow: 0 4px 12px rgb(16 38 79 / .12), 0 24px 64px rgb(16 38 79 / .28);
    }
    div.shut { visibility: hidden; opacity: 0; transform: translateY(12px); pointer-events: none; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    @media ${SMALL_SCREEN} {
      div { inset: 0 0 auto 0; width: 100%; max-width: none; height: var(--visible, 100vh);
        height: var(--visible, 100dvh); border: 0; border-radius: 0; box-shadow: none; }
      button.open { visibility: hidden; }
      button { inset: auto 16px 16px auto; }
    }
    @media (prefers-reduced-motion: no-preference) {
      div { transition: opacity .16s ease-out, transform .16s ease-out, visibility .16s; }
      button { transition: transform .12s ease-out; }
      button:hover { transform: scale(1.05); }
    }
    @media print { :host { display: none; } }`;

  const small = matchMedia(SMALL_SCREEN);
  const labels = { open: host, close: host, title: host, badge: "" };
  let isOpen = false;
  let frameReady = false;
  let waiting = [];

  const element = document.createElement("firstline-chat");
  const root = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];

  const panel = document.createElement("div");
  panel.setAttribute("role", "dialog");
  const frame = document.createElement("iframe");
  frame.src = frameUrl;
  panel.append(frame);

  const button = document.createElement("button");
  button.type = "button";
  button.hidden = true;
  button.setAttribute("aria-haspopup", "dialog");
  const badge = document.createElement("i");
  badge.setAttribute("aria-hidden", "true");
  button.append(
    icon("bubble", "M5 4.5h14A2.5 2.5 0 0 1 21.5 7v8a2.5 2.5 0 0 1-2.5 2.5h-6.5L7.5 21.5v-4H5A2.5 2.5 0 0 1 2.5 15V7A2.5 2.5 0 0 1 5 4.5zM8 9.5h8M8 13h5"),
    icon("x", "M6 6l12 12M18 6L6 18"),
    badge,
  );
  root.append(button, panel);

  function icon(name, path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", name);
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(svg.namespaceURI, "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  function paint() {
    button.className = panel.className = isOpen ? "open" : "shut";
    button.setAttribute("aria-expanded", isOpen);
    button.setAttribute("aria-label", isOpen ? labels.close : labels.open);
    panel.setAttribute("aria-label", labels.title);
    frame.title = labels.title;
    badge.textContent = isOpen ? "" : labels.badge;
    fit();
  }

  // On phones the panel follows the visible part of the screen, so that the keyboard never covers the text box.
  function fit() {
    const full = isOpen && small.matches;
    document.documentElement.style.overflow = full ? "hidden" : "";
    const view = window.visualViewport;
    if (full && view) panel.style.setProperty("--visible", `${Math.round(view.height)}px`);
    else panel.style.removeProperty("--visible");
  }

  function tell(message) {
    if (frameReady) frame.contentWindow.postMessage(message, host);
    else waiting = [...waiting.filter((earlier) => earlier.firstline !== message.firstline), message];
  }

  function remember() {
    try {
      sessionStorage.setItem("firstline:open", isOpen ? "1" : "");
    } catch {
      // A page without storage forgets that the chat was open; nothing else depends on it.
    }
  }

  function open({ text = "", focus = true } = {}) {
    isOpen = true;
    paint();
    remember();
    if (focus) frame.focus();
    tell({ firstline: "open", text: String(text), focus });
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    paint();
    remember();
    tell({ firstline: "close" });
    button.focus();
  }

  function identify(token) { tell({ firstline: "identify", token: String(token) }); }
  function forget() { tell({ firstline: "identify", token: "" }); }

  addEventListener("message", (event) => {
    if (event.origin !== host || event.source !== frame.contentWindow || !event.data) return;
    const { firstline: kind, ...data } = event.data;
    if (kind === "labels") {
      for (const name of Object.keys(labels)) if (name in data) labels[name] = String(data[name]);
      frameReady = true;
      button.hidden = false;
      waiting.splice(0).forEach(tell);
      paint();
    } else if (kind === "close") close();
  });
  // Even a frame that failed to load must not take the button away.
  frame.addEventListener("load", () => { button.hidden = false; });
  button.addEventListener("click", () => (isOpen ? close() : open()));
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) close(); });
  window.visualViewport?.addEventListener("resize", fit);
  small.addEventListener("change", fit);

  window.Firstline = { open, close, identify, forget };
  if (script.dataset.identity) identify(script.dataset.identity);
  paint();
  const start = () => {
    document.body.append(element);
    let reopen = false;
    try {
      reopen = sessionStorage.getItem("firstline:open") === "1";
    } catch {
      // See remember().
    }
    if (reopen && !small.matches) open({ focus: false });
    dispatchEvent(new Event("firstline:ready"));
  };
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();

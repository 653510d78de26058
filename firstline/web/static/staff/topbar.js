/** The bar over every staff page: where one is, language, theme, who is logged in. */
import { api } from "./api.js";
import { local, session } from "./prefs.js";
import { h, icon, when } from "./view.js";
import { LANGUAGES } from "./words.js";

/** The pages and the action that each is for. */
const PAGES = { desk: "case.read", authors: "article.write", staff: "account.own" };
const THEMES = ["system", "light", "dark"];

/** A row of language buttons and the theme switch: on the log-in page too. */
export class Looks {
  constructor(words) {
    this.words = words;
    this.langs = LANGUAGES.map(([lang, name]) =>
      h("button", { type: "button", lang, "data-lang": lang, onclick: () => words.use(lang) }, name));
    this.langGroup = h("div", { class: "switch", role: "group" }, ...this.langs);
    this.theme = h("button", { type: "button", class: "icon-button", "data-do": "theme", onclick: () => this.#nextTheme() }, icon("theme"));
    this.node = h("div", { class: "looks" }, this.langGroup, this.theme);
  }

  render() {
    const { words } = this;
    this.langGroup.setAttribute("aria-label", words.t("language"));
    for (const button of this.langs) button.setAttribute("aria-pressed", String(button.dataset.lang === words.lang));
    name(this.theme, words.t("theme", { theme: words.t(`theme_${local.get("theme", "system")}`) }));
  }

  #nextTheme() {
    const theme = THEMES[(THEMES.indexOf(local.get("theme", "system")) + 1) % THEMES.length];
    local.set("theme", theme);
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    this.render();
  }
}

export class Topbar {
  /** @param page one of PAGES; @param extras nodes of the page's own, left of the looks */
  constructor(words, page, extras = []) {
    Object.assign(this, { words, page });
    this.looks = new Looks(words);
    this.brand = h("h1", { class: "brand" }, h("img", { src: new URL("mark.svg", import.meta.url).href, alt: "", width: "22", height: "22" }), h("span"));
    this.links = Object.keys(PAGES).map((to) => h("a", { href: `/${to}`, "data-to": to }));
    this.nav = h("nav", { class: "pages" }, ...this.links);
    this.who = h("span", { class: "who" });
    this.out = h("button", { type: "button", class: "icon-button", "data-do": "logout", onclick: logOut }, icon("exit"));
    this.node = h("header", { class: "topbar" }, this.brand, this.nav, h("div", { class: "stretch" }), ...extras,
      this.looks.node, this.who, this.out);
  }

  render(staff) {
    const { words } = this;
    this.brand.lastChild.textContent = words.t("product");
    this.nav.setAttribute("aria-label", words.t("pages"));
    for (const link of this.links) {
      link.textContent = words.t(`page_${link.dataset.to}`);
      link.hidden = !staff?.may.includes(PAGES[link.dataset.to]);
      if (link.dataset.to === this.page) link.setAttribute("aria-current", "page");
    }
    this.looks.render();
    when(this.who, [staff, words.lang], () => {
      this.who.replaceChildren(...(staff ? [h("strong", {}, staff.name), h("span", { class: "quiet" }, words.code("role", staff.role),
        staff.home && h("span", { class: "pill" }, words.t("acting_at", { partner: staff.partner })))] : []));
      this.who.title = staff ? `${staff.email} · ${staff.partner}` : "";
    });
    name(this.out, words.t("log_out"));
  }
}

/** Gives an icon button its accessible name and its tooltip. */
export function name(button, text) {
  button.setAttribute("aria-label", text);
  button.title = text;
}

/** Goes to the log-in page and comes back here afterwards. */
export function goToLogin() {
  location.replace(`/login?next=${encodeURIComponent(location.pathname + location.hash)}`);
}

async function logOut() {
  try {
    await api.logout();
  } finally {
    session.clear();
    location.assign("/login");
  }
}

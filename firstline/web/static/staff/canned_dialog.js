/** The canned replies themselves: list, write, change, delete, and the starter set for a team without any. */
import { api } from "./api.js";
import { show } from "./dialogs.js";
import { h } from "./view.js";
import { LANGUAGES } from "./words.js";

export class CannedDialog {
  #data = { replies: [], variables: [], may_share: false };

  /** @param changed called when replies have changed */
  constructor(words, changed) { Object.assign(this, { words, changed }); }

  async open() {
    const { words } = this;
    this.body = h("div", { class: "canned-body" });
    this.problem = h("p", { class: "failed", role: "alert" });
    this.dialog = show(h("section", {}, h("h2", { id: "dialog-title" }, words.t("canned_title")), this.problem, this.body), "canned-dialog");
    await this.#run(() => this.#load());
  }

  async #load() {
    this.#data = await api.canned();
    this.#list();
  }

  #list() {
    const { words } = this;
    const { replies, may_share } = this.#data;
    const group = (scope) => {
      const found = replies.filter((reply) => reply.scope === scope);
      return [h("h3", {}, words.t(`canned_${scope}_title`)), found.length
        ? h("ul", { class: "canned-all" }, ...found.map((reply) => this.#row(reply)))
        : h("p", { class: "quiet" }, words.t(`canned_${scope}_none`))];
    };
    this.body.replaceChildren(...group("team"), ...group("own"),
      h("div", { class: "dialog-foot" },
        may_share && h("button", { type: "button", class: "button", "data-do": "starter", onclick: () => this.#run(async () => {
          await api.starterCanned();
          await this.#saved();
        }) }, words.t("canned_starter")),
        h("button", { type: "button", class: "button", onclick: () => this.dialog.close() }, words.t("close")),
        h("button", { type: "button", class: "button primary", "data-do": "new-canned", onclick: () => this.#edit(null) }, words.t("canned_new"))));
    this.body.querySelector("[data-do=new-canned]").focus();
  }

  #row(reply) {
    const { words } = this;
    const lang = reply.text[words.lang] ? words.lang : LANGUAGES.map(([id]) => id).find((id) => reply.text[id]);
    const mayChange = reply.scope === "own" || this.#data.may_share;
    return h("li", {}, h("span", { class: "canned-head" }, h("kbd", {}, `/${reply.shortcut}`), h("strong", {}, reply.title[lang]),
      ...LANGUAGES.filter(([id]) => reply.text[id]).map(([id]) => h("span", { class: "tongue" }, words.t(`language_${id}`)))),
    h("span", { class: "canned-text", lang }, reply.text[lang]),
    mayChange && h("button", { type: "button", class: "button small", onclick: () => this.#edit(reply),
      "aria-label": `${words.t("canned_edit")} /${reply.shortcut}` }, words.t("canned_edit")));
  }

  #edit(reply) {
    const { words } = this;
    const { variables, may_share } = this.#data;
    const shortcut = h("input", { id: "canned-shortcut", maxlength: "31", required: true, value: reply?.shortcut ?? "", autocomplete: "off" });
    const team = h("input", { type: "checkbox", id: "canned-team" });
    team.checked = reply?.scope === "team";
    const fields = LANGUAGES.map(([lang, name]) => {
      const title = h("input", { id: `canned-title-${lang}`, lang, maxlength: "200", value: reply?.title[lang] ?? "" });
      const text = h("textarea", { id: `canned-text-${lang}`, lang, rows: "4", maxlength: "10000" });
      text.value = reply?.text[lang] ?? "";
      return { lang, title, text, node: h("fieldset", {}, h("legend", {}, name),
        h("label", { for: title.id }, words.t("canned_field_title")), title,
        h("label", { for: text.id }, words.t("canned_field_text")), text) };
    });
    let last = fields[0].text;
    for (const { text } of fields) text.addEventListener("focus", () => { last = text; });
    const chips = variables.map((variable) => h("button", { type: "button", class: "chip", title: words.t(`variable_${variable}`), onclick: () => {
      last.setRangeText(`{${variable}}`, last.selectionStart, last.selectionEnd, "end");
      last.focus();
    } }, `{${variable}}`));
    const form = h("form", { class: "canned-form" },
      h("label", { for: "canned-shortcut" }, words.t("canned_field_shortcut")), shortcut, ...fields.map(({ node }) => node),
      h("p", { class: "quiet" }, words.t("canned_variables")), h("div", { class: "offers" }, ...chips),
      may_share && h("p", { class: "check" }, team, h("label", { for: "canned-team" }, words.t("canned_team"))),
      h("div", { class: "dialog-foot" },
        reply && h("button", { type: "button", class: "button", "data-do": "delete-canned", onclick: () => this.#run(async () => {
          await api.deleteCanned(reply.id);
          await this.#saved();
        }) }, words.t("canned_delete")),
        h("button", { type: "button", class: "button", onclick: () => this.#list() }, words.t("cancel")),
        h("button", { type: "submit", class: "button primary" }, words.t("save"))));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const said = (key) => Object.fromEntries(fields.map((field) => [field.lang, field[key].value]));
      this.#run(async () => {
        await api.saveCanned(reply?.id, { scope: team.checked ? "team" : "own", shortcut: shortcut.value, title: said("title"), text: said("text") });
        await this.#saved();
      });
    });
    this.problem.textContent = "";
    this.body.replaceChildren(form);
    shortcut.focus();
  }

  async #saved() {
    this.changed();
    await this.#load();
  }

  async #run(task) {
    const { words } = this;
    this.problem.textContent = "";
    try {
      await task();
    } catch (error) {
      const { variables = [], languages = [] } = error.details ?? {};
      const key = `canned_${error.code}`;
      this.problem.textContent = words.has(key) ? words.t(key, { names: variables.map((name) => `{${name}}`).join(", "),
        languages: languages.map((lang) => words.t(`language_name_${lang}`)).join(", ") }) : words.t(`error_${error.kind ?? "server"}`);
    }
  }
}

/** Over the queue: search, filters, and the views that an agent or the team has saved. */
import { api } from "./api.js";
import { show } from "./dialogs.js";
import { asked, filterOf } from "./views.js";
import { h, icon, when } from "./view.js";

const TYPING_MS = 350;
const GOING = ["waiting", "human", "bot"];
const STATUSES = ["waiting", "human", "bot", "closing", "closed"];

export class ViewBar {
  #choices = null;
  #typing = 0;

  /** @param on {choose(id), filter(filter), reload()} */
  constructor(store, words, on) {
    Object.assign(this, { store, words, on });
    this.search = h("input", { type: "search", id: "queue-search", autocomplete: "off", oninput: () => this.#later(),
      onkeydown: (event) => { if (event.key === "Enter" && !event.isComposing) this.#apply(); } });
    this.open = h("button", { type: "button", class: "icon-button", "data-do": "filter", "aria-expanded": "false",
      "aria-controls": "queue-filters", onclick: () => this.toggle() }, icon("filter"));
    this.pick = h("select", { id: "queue-view", onchange: () => this.on.choose(this.pick.value) });
    this.keep = h("button", { type: "button", class: "icon-button", "data-do": "save-view", onclick: () => this.#save() }, icon("star"));
    this.fields = h("div", { class: "filter-fields", id: "queue-filters", hidden: true });
    this.node = h("div", { class: "viewbar", role: "search" },
      h("div", { class: "viewbar-row" }, this.search, this.open, this.pick, this.keep), this.fields);
  }

  focusSearch() {
    this.search.focus();
    this.search.select();
  }

  focusViews() { this.pick.focus(); }

  async toggle(on = this.fields.hidden) {
    this.fields.hidden = !on;
    this.open.setAttribute("aria-expanded", String(on));
    if (!on) return;
    await this.#load();
    this.render();
    this.fields.querySelector("select")?.focus();
  }

  render() {
    const { store, words } = this;
    this.node.setAttribute("aria-label", words.t("filter_label"));
    this.search.setAttribute("aria-label", words.t("search_label"));
    this.search.placeholder = words.t("search_placeholder");
    name(this.open, words.t("filter_title"));
    name(this.keep, words.t(this.#saved() ? "view_edit" : "view_save"));
    this.pick.setAttribute("aria-label", words.t("view_label"));
    const { filter } = store;
    if (document.activeElement !== this.search) this.search.value = filter.text;
    const count = asked(filter);
    this.open.setAttribute("aria-pressed", String(count > 0));
    when(this.pick, [words.lang, store.views, store.tab, store.count(store.tab)], () => this.#views());
    when(this.fields, [words.lang, filter, this.#choices], () => this.#fields(filter));
  }

  #views() {
    const { store, words } = this;
    const views = store.views ?? [];
    const option = (view) => h("option", { value: view.id }, `${view.name ?? words.t(`view_${view.id}`)} (${store.count(view.id) ?? 0})`);
    const group = (scope) => {
      const found = views.filter((view) => view.scope === scope);
      return found.length ? [h("optgroup", { label: words.t(`views_${scope}`) }, ...found.map(option))] : [];
    };
    this.pick.replaceChildren(...(store.tab === "adhoc" ? [h("option", { value: "adhoc" }, words.t("view_adhoc"))] : []),
      ...group("built_in"), ...group("team"), ...group("own"));
    this.pick.value = store.tab;
  }

  #fields(filter) {
    const { words } = this;
    const choices = this.#choices;
    if (!choices) return;
    const named = (list) => list.map(({ id, name: said }) => [id, said[words.lang] ?? said]);
    const coded = (group, list) => list.map((id) => [id, words.code(group, id)]);
    const selects = [
      ["status", [["going", words.t("view_open")], ...coded("status", STATUSES)]],
      ["due", [["overdue", words.t("filter_overdue")], ["warning", words.t("filter_warning")]]],
      ["severity", named(choices.severities)],
      ["category", coded("category", choices.categories)],
      ["product", named(choices.products)],
      ["reason", coded("reason", choices.reasons)],
      ["agent", [["me", words.t("filter_me")], ["none", words.t("filter_none")], ...choices.agents.map((one) => [String(one.id), one.name])]],
      ["language", choices.languages.map((lang) => [lang, words.t(`language_name_${lang}`)])],
    ].map(([field, options]) => this.#select(field, options, filter));
    const sort = h("select", { id: "filter-sort", onchange: () => this.#set({ sort: sort.value }) },
      ...["due", "newest", "oldest", "updated"].map((id) => h("option", { value: id }, words.t(`sort_${id}`))));
    sort.value = filter.sort;
    this.fields.replaceChildren(...selects, labelled("filter-sort", words.t("sort_label"), sort),
      h("div", { class: "filter-foot" }, h("button", { type: "button", class: "link", "data-do": "clear-filter",
        onclick: () => this.on.choose("open") }, words.t("filter_clear"))));
  }

  #select(field, options, filter) {
    const { words } = this;
    const known = new Set(options.map(([id]) => id));
    const going = field === "status" && STATUSES.every((status) => GOING.includes(status) === filter.status.includes(status));
    const chosen = going ? ["going"] : filter[field];
    const single = chosen.length === 1 && known.has(chosen[0]) ? chosen[0] : "";
    const several = chosen.length > 1 || (chosen.length === 1 && !single);
    const select = h("select", { id: `filter-${field}`, onchange: () => this.#set({ [field]: select.value === "going" ? GOING : select.value ? [select.value] : [] }) },
      h("option", { value: "" }, words.t(field === "status" ? "filter_any_status" : "filter_any")),
      several && h("option", { value: "several" }, words.t("filter_several", { count: chosen.length })),
      ...options.map(([id, said]) => h("option", { value: id }, said)));
    select.value = several ? "several" : single;
    return labelled(`filter-${field}`, words.t(`filter_by_${field}`), select);
  }

  #later() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#apply(), TYPING_MS);
  }

  #apply() {
    clearTimeout(this.#typing);
    const text = this.search.value;
    if (text.trim() !== this.store.filter.text.trim()) this.#set({ text });
  }

  #set(fields) { this.on.filter(filterOf({ ...this.store.filter, ...fields })); }

  async #load() {
    try {
      this.#choices ??= await api.filters();
    } catch (error) {
      this.store.say(`error_${error.kind ?? "server"}`, {}, true);
    }
  }

  #saved() { return (this.store.views ?? []).find((view) => view.id === this.store.tab && view.scope !== "built_in"); }

  /** Saves the filter that is shown under a name, changes the saved view that is open, or makes the open one the first. */
  #save() {
    const { store, words } = this;
    const saved = this.#saved();
    const builtIn = store.tab !== "adhoc" && !saved;
    const mayChange = saved && (saved.scope === "own" || store.mayShare);
    const box = h("input", { id: "view-name", maxlength: "60", required: true, value: saved?.name ?? "" });
    const team = h("input", { type: "checkbox", id: "view-team" });
    team.checked = saved?.scope === "team";
    const first = h("input", { type: "checkbox", id: "view-first" });
    first.checked = store.defaultView === store.tab;
    const problem = h("p", { class: "failed", role: "alert" });
    const named = !builtIn && (!saved || mayChange);
    const form = h("form", { method: "dialog" },
      h("h2", { id: "dialog-title" }, words.t(saved ? "view_edit" : builtIn ? "view_first_title" : "view_save")),
      ...(named ? [h("label", { for: "view-name" }, words.t("view_name")), box] : []),
      ...(named && store.mayShare ? [h("p", { class: "check" }, team, h("label", { for: "view-team" }, words.t("view_team")))] : []),
      h("p", { class: "check" }, first, h("label", { for: "view-first" }, words.t("view_first"))), problem,
      h("div", { class: "dialog-foot" },
        mayChange && h("button", { type: "button", class: "button", "data-do": "delete-view", onclick: () => run(async () => {
          await api.deleteView(saved.id);
          await this.on.choose("open");
        }) }, words.t("view_delete")),
        h("button", { type: "button", class: "button", onclick: () => dialog.close() }, words.t("cancel")),
        h("button", { type: "submit", class: "button primary" }, words.t("save"))));
    const dialog = show(form, "view-dialog");
    const run = async (task) => {
      try {
        await task();
        await this.on.reload();
        dialog.close();
      } catch (error) {
        problem.textContent = words.t(error.code === "name_taken" ? "view_taken" : `error_${error.kind ?? "server"}`);
      }
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (named && !box.value.trim()) {
        problem.textContent = words.t("text_required");
        return;
      }
      run(async () => {
        let id = store.tab;
        if (named) {
          const body = { name: box.value.trim(), scope: team.checked ? "team" : "own", filter: store.filter };
          id = (saved ? await api.changeView(saved.id, body) : await api.saveView(body)).view.id;
        }
        if (first.checked) await api.chooseView(id);
        else if (store.defaultView === id) await api.chooseView("open");
        if (id !== store.tab || saved) await this.on.choose(id);
      });
    });
    (named ? box : first).focus();
  }
}

function labelled(id, text, control) { return h("div", { class: "filter-field" }, h("label", { for: id }, text), control); }

function name(button, text) {
  button.setAttribute("aria-label", text);
  button.title = text;
}

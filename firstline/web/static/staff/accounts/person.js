/** Dialogs about one person: add or change, the link to hand over, where they are logged in. */
import { show } from "../dialogs.js";
import { Labels } from "../labels.js";
import { h } from "../view.js";
import { calls } from "./calls.js";
import { RolesField, TextField } from "./fields.js";
import { Form } from "./form.js";
import { Sessions } from "./sessions.js";

const ROLES = ["agent", "author", "lead", "admin", "provider"];

/** @param person null to add one; @param done (answer) */
export function askPerson(app, person, done) {
  const { words } = app;
  const labels = new Labels(words);
  const email = new TextField(labels, "person-email", { type: "email", autocomplete: "off" });
  const name = new TextField(labels, "person-name", { autocomplete: "off", maxlength: "120", hint: "account_person_name_hint", value: person?.name });
  const roles = new RolesField(labels, "roles", ROLES, person?.roles ?? ["agent"]);
  const form = new Form(app, labels, {
    fields: person ? [name, roles] : [email, name, roles],
    at: { bad_email: email, account_exists: email, empty: name, bad_role: roles, last_admin: roles },
    head: [h("h2", { id: "dialog-title" }, words.t(person ? "person_change_title" : "person_add_title", person ?? {}))],
    foot: [cancel(words, () => dialog.close())],
    go: person ? "person_change_go" : "person_add_go",
    send: () => (person ? calls.change(person.id, { name: name.value, roles: roles.value })
      : calls.add({ email: email.value, name: name.value, roles: roles.value })),
    done: (answer) => {
      dialog.close();
      done(answer);
    },
  });
  const dialog = show(form.node, "person");
  form.fields[0].focus();
}

/** The link that sets a password; it is shown this once. */
export function showLink(app, { name }, { url, hours }) {
  const { words } = app;
  const box = h("input", { id: "link", type: "text", readonly: true, "aria-describedby": "link-hint", onfocus: () => box.select() });
  box.value = url;
  const said = h("p", { role: "status", class: "quiet" });
  const copy = h("button", { type: "button", class: "button primary", "data-do": "copy", onclick: async () => {
    box.select();
    let copied = true;
    try {
      await navigator.clipboard.writeText(url);
    } catch {
      copied = false; // Without permission, or over plain http: the text is selected for Ctrl+C.
    }
    said.textContent = words.t(copied ? "link_copied" : "link_select");
  } }, words.t("link_copy"));
  const dialog = show(h("form", { method: "dialog" }, h("h2", { id: "dialog-title" }, words.t("link_title", { name })),
    h("p", { class: "quiet", id: "link-hint" }, words.t("link_hint", { name, hours })),
    h("label", { for: "link" }, words.t("link_label")), box, said,
    h("div", { class: "dialog-foot" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, words.t("close")), copy)), "link");
  copy.focus();
}

export function showSessions(app, person) {
  const { words } = app;
  const sessions = new Sessions(app, person);
  sessions.head.replaceChildren(h("h2", { id: "dialog-title" }, words.t("sessions_title_of", person)));
  const dialog = show(h("div", { class: "sessions-of" }, sessions.node, h("div", { class: "dialog-foot" },
    h("button", { type: "button", class: "button primary", onclick: () => dialog.close() }, words.t("close")))), "wide");
  sessions.load();
}

function cancel(words, close) { return h("button", { type: "button", class: "button", onclick: close }, words.t("cancel")); }

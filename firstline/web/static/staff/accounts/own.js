/** One's own account: who one is here, another password, where one is logged in. */
import { h, when } from "../view.js";
import { calls } from "./calls.js";
import { TextField } from "./fields.js";
import { Form } from "./form.js";
import { Part } from "./part.js";
import { Sessions } from "./sessions.js";

export class OwnView extends Part {
  constructor(app) {
    super(app, "section_own");
    const { labels } = this;
    this.facts = h("dl", { class: "facts" });
    this.sessions = new Sessions(app);
    const old = new TextField(labels, "old-password", { type: "password", autocomplete: "current-password" });
    const fresh = new TextField(labels, "new-password", { type: "password", autocomplete: "new-password", hint: "account_password_hint" });
    const form = new Form(app, labels, {
      fields: [old, fresh], go: "account_password_go",
      at: { wrong_password: old, password_short: fresh, password_long: fresh, password_common: fresh },
      send: () => calls.setPassword(old.value, fresh.value),
      done: () => {
        for (const field of [old, fresh]) field.clear();
        app.say(app.words.t("account_password_set"));
        this.sessions.load();
      },
    });
    this.node.append(this.facts, h("section", { class: "card" }, labels.text(h("h3"), "account_password_title"), form.node),
      h("section", { class: "card" }, this.sessions.node));
  }

  async fetch() {
    this.sessions.load();
    return this.app.staff;
  }

  render() {
    super.render();
    this.sessions.render();
    const { words, app: { staff } } = this;
    when(this.facts, [words.lang, staff], () => this.facts.replaceChildren(...Object.entries({
      name: staff.name, email: staff.email, partner: staff.home ?? staff.partner, roles: staff.roles.map((role) => words.code("role", role)).join(", "),
    }).flatMap(([name, value]) => [h("dt", {}, words.t(`account_${name}`)), h("dd", {}, value)])));
  }
}

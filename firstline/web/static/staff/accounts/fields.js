/** A form's fields, each with its hint above and what is wrong with it right below the box. */
import { h } from "../view.js";

class Field {
  #wrong = null;

  constructor(labels, id) {
    Object.assign(this, { labels, id });
    this.problem = labels.fill(h("p", { class: "failed", role: "alert", id: `${id}-problem` }), (node) => {
      node.textContent = this.#wrong ? labels.words.t(this.#wrong) : "";
    });
  }

  /** @param key of the sentence; null takes it away */
  say(key) {
    this.#wrong = key;
    this.problem.textContent = key ? this.labels.words.t(key) : "";
    if (key) this.box.setAttribute("aria-invalid", "true");
    else this.box.removeAttribute("aria-invalid");
  }
}

/** One line of text. */
export class TextField extends Field {
  /** @param hint key of a sentence under the label */
  constructor(labels, id, { hint = "", value = "", required = true, ...props }) {
    super(labels, id);
    this.required = required;
    const told = hint && labels.text(h("p", { class: "hint", id: `${id}-hint` }), hint);
    this.box = h("input", { id, type: "text", required, "aria-describedby": `${hint ? `${id}-hint ` : ""}${id}-problem`, ...props });
    this.box.value = value;
    this.node = h("div", { class: "field" }, labels.text(h("label", { for: id }), `account_${id.replaceAll("-", "_")}`), told || null, this.box, this.problem);
  }

  get value() { return this.box.type === "password" ? this.box.value : this.box.value.trim(); }
  get empty() { return this.required && !this.value; }
  focus() { this.box.focus(); }
  clear() { this.box.value = ""; }
}

/** Roles to tick, each with what it is for. */
export class RolesField extends Field {
  constructor(labels, id, roles, chosen) {
    super(labels, id);
    this.boxes = roles.map((role) => h("input", { type: "checkbox", id: `${id}-${role}`, value: role, "aria-describedby": `${id}-${role}-hint` }));
    for (const box of this.boxes) box.checked = chosen.includes(box.value);
    this.box = h("fieldset", { class: "field roles", "aria-describedby": `${id}-problem` }, labels.text(h("legend"), `account_${id}`),
      ...this.boxes.map((box) => h("div", { class: "role" }, box, labels.text(h("label", { for: box.id }), `role_${box.value}`),
        labels.text(h("p", { class: "hint", id: `${box.id}-hint` }), `role_hint_${box.value}`))), this.problem);
    this.node = this.box;
  }

  get value() { return this.boxes.filter((box) => box.checked).map((box) => box.value); }
  get empty() { return !this.value.length; }
  focus() { this.boxes[0].focus(); }
}

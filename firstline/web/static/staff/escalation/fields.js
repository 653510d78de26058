/** One control a field: what it is called, its value in the API's shape, and the sentence that says what it still needs. */
import { h } from "../view.js";

const ZONE = "+09:00"; // The desk's times are Korean ones, wherever the browser is.
const ZONE_MS = 9 * 3_600_000;
const LINE = "300";
const TEXT = "8000";
const EMPTY = { line: "", words: "", choice: null, time: null, day: null, yesno: null, check: false, files: [] };

/** What a field holds that nobody has filled in. */
export function emptyOf([, kind, codes]) { return kind === "choice" ? codes[0] : EMPTY[kind]; }

/**
 * @param names the words of fields and codes, by key; @param files the case's own files, @param clock gives now in ms
 * @returns {name, node, control, value, set(value), note(ids)}
 */
export function makeField(words, names, spec, { files = [], clock }) {
  const [name, kind, codes] = spec;
  const id = `esc-${name.replace(".", "-")}`;
  const text = names[`field.${name.replace(".", "_")}`] ?? name;
  const theirs = h("p", { class: "theirs", hidden: true });
  const made = MAKE[kind]({ words, names, id, name, text, codes, files, clock });
  const { control } = made;
  const label = h("label", { for: id }, text, kind === "time" && h("span", { class: "quiet" }, ` (${words.t("esc_zone")})`));
  let parts = [label, made.row ?? control];
  if (kind === "check") parts = [h("p", { class: "check" }, control, label)];
  if (kind === "files") parts = [made.row];
  const node = h("div", { class: "esc-field", "data-field": name, "data-kind": kind }, ...parts, theirs);
  return {
    name, node, control,
    get value() { return made.get(); },
    set: (value) => made.set(value ?? emptyOf(spec)),
    /** What is missing of it is said elsewhere, in the elements `ids`. */
    note(ids) {
      for (const [key, value] of [["aria-invalid", ids.length ? "true" : ""], ["aria-describedby", ids.join(" ")]]) {
        if (value) control.setAttribute(key, value);
        else control.removeAttribute(key);
      }
    },
    /** What a colleague wrote into the same field; null for nothing. */
    beside(value) {
      theirs.hidden = value === null;
      theirs.textContent = value === null ? "" : words.t("esc_theirs", { text: made.say(value) });
    },
  };
}

const MAKE = {
  line: ({ id, name }) => typed(h("input", { type: "text", id, maxlength: LINE, autocomplete: "off", spellcheck: name === "title" ? null : "false" })),
  words: ({ id, codes }) => typed(h("textarea", { id, rows: "3", maxlength: TEXT, lang: codes })),
  day: ({ id }) => {
    const made = typed(h("input", { type: "date", id }));
    return { ...made, get: () => made.control.value || null };
  },
  choice({ words, names, id, name, codes }) {
    const say = (code) => (code ? names[`${name}.${code}`] ?? code : words.t("esc_choose"));
    const made = typed(h("select", { id }, ...codes.map((code) => h("option", { value: code }, say(code)))));
    return { ...made, say };
  },
  yesno({ words, id }) {
    const codes = [[null, "esc_unknown"], [true, "esc_yes"], [false, "esc_no"]];
    const control = h("select", { id }, ...codes.map(([code, key]) => h("option", { value: String(code) }, words.t(key))));
    const say = (value) => words.t(codes.find(([code]) => code === value)[1]);
    return { control, get: () => JSON.parse(control.value), set: (value) => { control.value = String(value); }, say };
  },
  check({ words, id }) {
    const control = h("input", { type: "checkbox", id });
    const say = (value) => words.t(value ? "esc_yes" : "esc_no");
    return { control, get: () => control.checked, set: (value) => { control.checked = value; }, say };
  },
  time({ words, id, text, clock }) {
    const control = h("input", { type: "datetime-local", id });
    // A minute that nobody touched keeps its seconds.
    let kept = null;
    const get = () => (control.value === local(kept) ? kept : control.value ? new Date(`${control.value}${ZONE}`).toISOString() : null);
    const set = (value) => {
      kept = value;
      control.value = local(value);
    };
    const now = h("button", { type: "button", class: "button small", "aria-label": words.t("esc_now_named", { field: text }), onclick: () => {
      control.value = local(new Date(clock()).toISOString());
      control.dispatchEvent(new Event("input", { bubbles: true }));
    } }, words.t("esc_now"));
    return { control, row: h("div", { class: "esc-time" }, control, now), get, set, say: local };
  },
  files({ words, id, text, files }) {
    const boxes = files.map((file, index) => [file, h("input", { type: "checkbox", id: index ? `${id}-${index}` : id })]);
    const row = h("div", { role: "group", "aria-label": text }, ...(boxes.length ? boxes.map(([file, box]) =>
      h("p", { class: "check" }, box, h("label", { for: box.id }, file.name))) : [h("p", { class: "quiet" }, words.t("esc_no_files"))]));
    const named = (ids) => files.filter((file) => ids.includes(file.id)).map((file) => file.name).join(", ");
    return {
      control: boxes[0]?.[1] ?? row, row, say: named,
      get: () => boxes.filter(([, box]) => box.checked).map(([file]) => file.id),
      set: (ids) => { for (const [file, box] of boxes) box.checked = ids.includes(file.id); },
    };
  },
};

function typed(control) {
  return { control, get: () => control.value, set: (value) => { control.value = value ?? ""; }, say: String };
}

function local(iso) { return iso ? new Date(Date.parse(iso) + ZONE_MS).toISOString().slice(0, 16) : ""; }

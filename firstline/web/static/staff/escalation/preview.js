/** What goes up as it will be read: the customer's own words, and the form in both languages side by side. */
import { h } from "../view.js";

export function originalOf(words, { lang, texts }) {
  return h("div", { class: "esc-original" }, h("h4", {}, words.t("esc_original")),
    texts.length ? h("blockquote", { lang }, ...texts.map((text) => h("p", {}, text))) : h("p", { class: "quiet" }, words.t("esc_original_none")));
}

/** @param form {ko, en}, each a list of {field, label, value, quoted}; empty fields are in neither */
export function previewOf(words, form) {
  const rows = form?.ko ?? [];
  const english = new Map((form?.en ?? []).map((row) => [row.field, row]));
  const cell = (row, lang) => h("td", { lang: row?.quoted ? "ko" : lang }, row?.value ?? "",
    row?.quoted && h("span", { class: "pill", lang: words.lang }, words.t("esc_quoted")));
  return h("details", { class: "esc-preview" }, h("summary", {}, words.t("esc_form")),
    rows.length ? h("table", {},
      h("thead", {}, h("tr", {}, ...["ko", "en"].flatMap((lang) => [h("th", { scope: "col", colspan: "2" }, words.t(`esc_form_${lang}`))]))),
      h("tbody", {}, ...rows.map((row) => {
        const other = english.get(row.field);
        return h("tr", {}, h("th", { scope: "row", lang: "ko" }, row.label), cell(row, "ko"), h("th", { scope: "row", lang: "en" }, other?.label ?? ""), cell(other, "en"));
      }))) : h("p", { class: "quiet" }, words.t("esc_form_empty")));
}

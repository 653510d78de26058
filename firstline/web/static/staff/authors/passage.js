/** A passage as the customer gets it in the chat: its little Markdown as text, not as signs. */
import { renderMarkdown } from "/widget/static/markdown.js";
import { h } from "../view.js";

export const passage = (text, lang) => h("div", { class: "passage-text", lang }, renderMarkdown(text));

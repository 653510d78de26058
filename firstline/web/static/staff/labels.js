/** Words on nodes that stay: each is written again when the display language changes. */
import { name } from "./topbar.js";

export class Labels {
  #fills = [];

  constructor(words) { this.words = words; }

  text(node, key, values) { return this.#add(node, () => { node.textContent = this.words.t(key, values?.()); }); }

  /** An accessible name and a tooltip. */
  name(node, key, values) { return this.#add(node, () => name(node, this.words.t(key, values?.()))); }

  label(node, key, values) { return this.#add(node, () => node.setAttribute("aria-label", this.words.t(key, values?.()))); }

  hint(node, key) { return this.#add(node, () => { node.placeholder = this.words.t(key); }); }

  /** Codes of a select as options in the display language; the choice stays. */
  options(select, codes, say) {
    return this.#add(select, () => {
      if (select.options.length !== codes.length) select.replaceChildren(...codes.map((code) => new Option("", code)));
      codes.forEach((code, index) => { select.options[index].textContent = say(code); });
    });
  }

  /** Runs `fill` on the node now and whenever words are written anew. */
  fill(node, fill) { return this.#add(node, () => fill(node)); }

  render() { for (const fill of this.#fills) fill(); }

  #add(node, fill) {
    fill();
    this.#fills.push(fill);
    return node;
  }
}

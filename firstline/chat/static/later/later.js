/** What a first message doesn't need: the wait, the rating, files. Loaded as one when one of them is needed. */
import { h } from "../dom.js";
import { Files } from "./files.js";
import { Rating } from "./rating.js";
import { Told } from "./told.js";
import { Waiting } from "./waiting.js";

export class Later {
  /** Comes when words and looks are there too; rejects without the network. */
  static async load(parts) {
    const style = h("link", { rel: "stylesheet", href: new URL("style.css", import.meta.url).href });
    const styled = new Promise((resolve, reject) => {
      style.addEventListener("load", resolve);
      style.addEventListener("error", reject);
    });
    document.head.append(style);
    await Promise.all([styled, parts.words.load("later/strings")]);
    return new Later(parts);
  }

  constructor({ api, vault, words, store, conversation, banner, composer }) {
    this.waiting = new Waiting({ api, words, store, conversation });
    this.rating = new Rating({ api, words, store, conversation });
    this.files = new Files({ api, vault, words, store, conversation, choose: () => composer.input.click() });
    this.told = new Told({ words, store, conversation });
    banner.more.append(this.told.node, this.waiting.node, this.rating.node);
    composer.more.append(this.files.node);
  }

  render() {
    for (const part of [this.told, this.waiting, this.rating, this.files]) part.render();
  }
}

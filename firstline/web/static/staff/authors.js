/** The authors' page: articles and their editor, gaps, questions to try, import and export, log. */
import { calls } from "./authors/calls.js";
import { Editor } from "./authors/editor.js";
import { GapsView } from "./authors/gaps.js";
import { LogView } from "./authors/history.js";
import { listenForSaving } from "./authors/keys.js";
import { ListView } from "./authors/list.js";
import { problemText } from "./authors/problems.js";
import { TransferView } from "./authors/transfer.js";
import { TrialView } from "./authors/trial.js";
import { Console } from "./console.js";
import { Words } from "./words.js";

const PARTS = [["list", "#/"], ["gaps", "#/gaps"], ["try", "#/try"], ["transfer", "#/transfer"], ["log", "#/log"]];

class AuthorsConsole extends Console {
  articles = null;

  async list(fresh = false) {
    if (fresh || !this.articles) ({ articles: this.articles } = await calls.list());
    return { articles: this.articles };
  }

  outdated() { this.articles = null; }
}

const parts = PARTS.map(([name, href]) => ({ name, href }));
const app = new AuthorsConsole(await new Words().load(), { page: "authors", parts, viewOf, problemText });

function viewOf(hash) {
  const [name = "", ...rest] = hash.replace(/^#\/?/, "").split("/").map(decode);
  if (name === "edit" && rest[0]) return ["list", () => new Editor(app, rest[0], ["ko", "en"].includes(rest[1]) ? rest[1] : "")];
  if (name === "new") return ["list", () => new Editor(app, "", "")];
  if (name === "gaps") return ["gaps", () => new GapsView(app)];
  if (name === "try") return ["try", () => new TrialView(app)];
  if (name === "transfer") return ["transfer", () => new TransferView(app)];
  if (name === "log") return ["log", () => new LogView(app, rest[0] ?? "")];
  return ["list", () => new ListView(app)];
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

listenForSaving({ save: () => app.view?.save?.(), publish: () => app.view?.publish?.() });
await app.begin();

/** What an author does with one language: save, review, publish, archive, restore; a conflict is shown and settled here. */
import { calls } from "./calls.js";
import { confirmWith } from "../confirm.js";
import { askConflict } from "./conflict.js";
import { askPublish } from "./publish.js";

export class SheetWork {
  constructor(editor) {
    Object.assign(this, { editor, app: editor.app, words: editor.words });
    this.actions = {
      changed: (sheet, name, value) => {
        sheet.change(name, value);
        editor.typed(sheet, name);
        editor.render();
      },
      problem: (sheet, problem) => this.#problem(sheet, problem),
      fail: (sheet, error) => this.#fail(sheet, error),
      save: (sheet) => this.save(sheet),
      review: (sheet) => this.#setStatus(sheet, "review", "did_review"),
      draft: (sheet) => this.#setStatus(sheet, "draft", "did_draft"),
      publish: (sheet) => this.publish(sheet),
      effect: (sheet) => this.effect(sheet),
      archive: (sheet) => this.#archive(sheet),
      restore: (sheet, number) => this.#restore(sheet, number),
      discard: (sheet) => this.#discard(sheet),
      start: (sheet) => this.#start(sheet),
      bring: (sheet) => this.#fill(sheet, () => sheet.bringAside()),
      drop: (sheet) => this.#fill(sheet, () => sheet.dropAside()),
    };
  }

  /** Saves a draft; gives whether everything that stood in the boxes is stored. */
  async save(sheet) {
    if (sheet.busy) return false;
    const slug = this.editor.chosenSlug();
    const missing = ["title", "body"].filter((name) => !sheet.fields[name].trim());
    if (missing.length) {
      const fields = missing.map((name) => this.words.t(`field_${name}`)).join(", ");
      return this.#problem(sheet, { key: "problem_fill", values: { fields }, fields: missing });
    }
    if (!slug) return this.#problem(sheet, { key: this.editor.slugProblem });
    return this.#run(sheet, async () => {
      const sent = { ...sheet.fields };
      const { article, facts } = await calls.save(slug, sheet.lang, sheet.content(), sheet.base);
      sheet.take(article, sent);
      this.editor.facts = facts;
      this.editor.settle(slug);
      this.app.say(this.words.t("did_save", { version: article.version }));
    });
  }

  async publish(sheet) {
    if (!(await this.#stored(sheet))) return;
    askPublish(this.app, { ...this.#asked(sheet), publish: true, done: ({ article }, at) => {
      sheet.take(article, { ...sheet.fields });
      this.app.say(at ? this.words.t("did_plan", { at: this.app.times.short(at) }) : this.words.t("did_publish"));
      this.editor.render();
    } });
  }

  effect(sheet) {
    if (!this.editor.slug) return this.publish(sheet);
    askPublish(this.app, { ...this.#asked(sheet), article: sheet.dirty ? sheet.content() : null, publish: false });
  }

  #asked(sheet) {
    const stop = (error) => this.#fail(sheet, error);
    return { slug: this.editor.slug, lang: sheet.lang, version: sheet.base ?? 0, title: sheet.fields.title, stop };
  }

  /** Everything stored before what follows, so that what is published or replaced is never lost. */
  async #stored(sheet) {
    return (!sheet.dirty && Boolean(sheet.saved)) || this.save(sheet);
  }

  async #setStatus(sheet, status, said) {
    if (!(await this.#stored(sheet))) return;
    const change = { status, expect_version: sheet.base };
    await this.#run(sheet, async () => {
      const { article } = await calls.status(this.editor.slug, sheet.lang, change).catch(async (error) => {
        if (error.code !== "lost_answers" || !(await this.#despiteLost())) throw error;
        return calls.status(this.editor.slug, sheet.lang, { ...change, despite_lost: true });
      });
      sheet.take(article, { ...sheet.fields });
      this.app.say(this.words.t(said));
    });
  }

  async #archive(sheet) {
    const { words } = this;
    const sure = await confirmWith(words, words.t("archive_title", { title: sheet.saved.title }), words.t("archive_hint"), [{ name: "archive", label: words.t("pane_archive"), primary: true }]);
    if (sure) await this.#setStatus(sheet, "archived", "did_archive");
  }

  /** Archiving can lose a must-answer question too: the same deliberate yes. */
  #despiteLost() {
    const { words } = this;
    return confirmWith(words, words.t("effect_lost_must"), words.t("archive_lost_hint"), [{ name: "despite", label: words.t("archive_despite") }]);
  }

  async #restore(sheet, number) {
    if (!(await this.#stored(sheet))) return;
    await this.#run(sheet, async () => {
      const { article } = await calls.restore(this.editor.slug, sheet.lang, number, sheet.base);
      sheet.take(article);
      this.editor.pane[sheet.lang].fill();
      this.app.say(this.words.t("did_restore", { version: number }));
      this.editor.facts = (await calls.article(this.editor.slug)).facts;
    });
  }

  async #discard(sheet) {
    const { words } = this;
    const sure = await confirmWith(words, words.t("discard_title"), words.t("discard_hint"), [{ name: "discard", label: words.t("pane_discard"), primary: true }]);
    if (sure) this.#fill(sheet, () => sheet.discard());
  }

  #start(sheet) {
    const other = this.editor.sheets[sheet.lang === "ko" ? "en" : "ko"];
    this.#fill(sheet, () => sheet.startFrom(other));
    this.editor.pane[sheet.lang].focus();
  }

  #fill(sheet, change) {
    change();
    sheet.problem = null;
    this.editor.pane[sheet.lang].fill();
    this.editor.render();
  }

  async #run(sheet, task) {
    Object.assign(sheet, { busy: "saving", problem: null });
    this.editor.render();
    let worked = false;
    try {
      await task();
      worked = !sheet.dirty;
      this.app.outdated();
    } catch (error) {
      await this.#fail(sheet, error);
    } finally {
      sheet.busy = null;
      this.editor.render();
    }
    return worked;
  }

  #problem(sheet, problem) {
    sheet.problem = problem;
    this.editor.render();
    return false;
  }

  async #fail(sheet, error) {
    if (error.kind === "signed_out") return this.app.signedOut();
    if (error.code !== "edited_meanwhile") return this.#problem(sheet, error);
    let found;
    try {
      found = await calls.article(this.editor.slug || this.editor.chosenSlug());
    } catch (other) {
      return this.#problem(sheet, other);
    }
    const theirs = found.languages[sheet.lang];
    if (!theirs) return this.#problem(sheet, error);
    this.editor.facts = found.facts;
    askConflict(this.app, sheet, theirs, {
      theirs: () => {
        this.editor.settle(found.slug);
        this.#fill(sheet, () => sheet.yieldTo(theirs));
      },
      mine: () => {
        sheet.rebase(theirs);
        this.save(sheet);
      },
    });
    this.#problem(sheet, error);
  }
}

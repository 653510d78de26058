/** Giving cases away and taking them: asks in a dialog, then does it; nothing happens where the case does not allow it. */
import { canAssign, canClaim, canSpeak, canTakeOver, isOffered } from "./casehead.js";
import { askText } from "./dialogs.js";
import { askColleague, askTakeOver } from "./moves.js";

export class Handing {
  /** @param composer gets the focus when the agent speaks from now on */
  constructor(store, words, work, composer) { Object.assign(this, { store, words, work, composer }); }

  async claim() {
    const found = this.store.case;
    if (!found || !canClaim(found)) return;
    await this.work.claim(found.number);
    this.#speak(found.number);
  }

  decline() {
    const found = this.store.case;
    if (found && isOffered(found, this.store)) this.#ask("decline", found, (text) => this.work.decline(found.number, text));
  }

  release() { this.#own("release"); }
  giveBack() { this.#own("giveBack"); }
  resolve() { this.#own("resolve"); }

  transfer() {
    const found = this.store.case;
    if (!found || !canSpeak(found)) return;
    this.#colleague("transfer", found, true, (to, why) => this.work.transfer(found.number, to, why, this.#name(to)));
  }

  assign() {
    const found = this.store.case;
    if (!found || !this.store.isLead || !canAssign(found)) return;
    const from = found.state === "human" ? found.agent_id : null;
    this.#colleague("assign", found, false, (to, why) => this.work.assign(found.number, to, from, why, this.#name(to)));
  }

  takeOver() {
    const found = this.store.case;
    if (!found || !canTakeOver(found)) return;
    askTakeOver(this.words, { what: "takeOver", number: found.number, name: found.agent_name, problem: this.#problem }, async (why) => {
      const worked = await this.work.takeOver(found.number, found.agent_id, why);
      if (worked) setTimeout(() => this.#speak(found.number)); // After the dialog has given the focus back.
      return worked;
    });
  }

  async #colleague(what, found, required, submit) {
    await this.work.loadTeam();
    const holder = found.state === "human" ? found.agent_id : null;
    askColleague(this.words, { what, number: found.number, members: this.store.team.members, required, holder, problem: this.#problem }, submit);
  }

  #own(what) {
    const found = this.store.case;
    if (found && canSpeak(found)) this.#ask(what, found, (text) => this.work[what](found.number, text));
  }

  #ask(what, found, submit) {
    const { words } = this;
    const lang = found.language;
    const resolving = what === "resolve";
    askText(words, {
      title: words.t(`ask_${what}_title`, { number: found.number }), hint: words.t(`ask_${what}_hint`),
      label: words.t(`ask_${what}_label`, { language: words.t(`language_name_${lang}`) }), action: words.t(`ask_${what}_go`),
      value: resolving ? words.in(lang, "resolve_phrase") : "", lang: resolving ? lang : words.lang, required: resolving, rows: resolving ? 6 : 3,
      problem: this.#problem,
    }, submit);
  }

  #problem = () => {
    const { notice } = this.store;
    return notice ? this.words.t(notice.key, notice.values) : this.words.t("error_server");
  };

  #name(id) { return this.store.team.members.find((member) => member.id === id)?.name ?? ""; }

  #speak(number) {
    const { case: found } = this.store;
    if (found?.number === number && canSpeak(found)) this.composer.focus("reply");
  }
}

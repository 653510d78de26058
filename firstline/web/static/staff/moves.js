/** The dialogs by which a case changes hands: whom to give it to, whom to replace, and why. */
import { askText } from "./dialogs.js";
import { standing } from "./team.js";
import { h } from "./view.js";

const ORDER = ["here", "away", "gone", "off"];

/**
 * Asks for a colleague and a reason, and hands both to `submit`, which says whether it worked.
 * @param ask {what: "transfer" | "assign", number, members, required, holder: id or null, problem() -> text}
 */
export function askColleague(words, ask, submit) {
  const { what, members } = ask;
  const choices = members.filter((member) => member.id !== ask.holder && !(what === "transfer" && member.me))
    .sort((a, b) => ORDER.indexOf(a.standing) - ORDER.indexOf(b.standing) || a.load - b.load);
  const open = (member) => what === "transfer" || member.standing === "here";
  const list = h("div", { class: "choices", role: "radiogroup", "aria-labelledby": "choices-label" }, ...choices.map((member) =>
    h("label", { class: "choice" },
      h("input", { type: "radio", name: "colleague", value: String(member.id), disabled: !open(member) }),
      h("strong", {}, member.name), standing(member, words),
      h("span", { class: "quiet" }, words.t("team_load", { load: member.load }), ` / ${member.capacity}`,
        member.load >= member.capacity && h("span", { class: "pill" }, words.t("team_full"))))));
  if (!choices.length) list.append(h("p", { class: "quiet" }, words.t("team_none")));
  const first = list.querySelector("input:not(:disabled)");
  if (first) first.checked = true;
  dialog(words, ask, [h("p", { id: "choices-label", class: "label" }, words.t(`ask_${what}_who`)), list], first, (text) => {
    const chosen = list.querySelector("input:checked");
    return chosen ? submit(Number(chosen.value), text) : words.t("colleague_required");
  });
}

/**
 * Asks for the deliberate yes to speak in a colleague's place.
 * @param ask {what: "takeOver", number, name, problem() -> text}
 */
export function askTakeOver(words, ask, submit) {
  const sure = h("input", { type: "checkbox", id: "sure" });
  const yes = h("p", { class: "check" }, sure, h("label", { for: "sure" }, words.t("ask_takeOver_sure", { name: ask.name })));
  dialog(words, { ...ask, required: true }, [yes], sure, (text) => (sure.checked ? submit(text) : words.t("sure_required")));
}

function dialog(words, ask, parts, focus, submit) {
  const { what, number, name, required, problem } = ask;
  const part = (name_of) => words.t(`ask_${what}_${name_of}`, { number, name });
  const said = { title: part("title"), hint: part("hint"), label: part("label"), action: part("go") };
  askText(words, { ...said, required, problem, parts, focus, missing: "why_required" }, submit);
}

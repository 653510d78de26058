"""``responses.yaml``: the partner's own words for what the bot says."""

from collections import Counter
from difflib import get_close_matches

from ruamel.yaml.nodes import Node

from firstline.partner_bot.document import Document
from firstline.partner_bot.shipped import Button, Shipped, Wording, variables
from firstline.partner_bot.texts import by_language, check_words, read_wordings

Responses = dict[str, dict[str, list[dict[str, object]]]]


def read_responses(document: Document, shipped: Shipped, tone: str) -> Responses:
    """Return the responses that the file replaces, by name and language; everything wrong becomes a finding."""
    found: Responses = {}
    for name, key, value in document.entries(document.root, "the file"):
        ours = shipped.responses.get(name)
        if ours is None:
            near = get_close_matches(name, shipped.responses, 1)
            hint = f"; did you mean `{near[0]}`?" if near else "."
            document.error(key, f"there is no response `{name}`{hint}")
            continue
        languages = by_language(document, value, f"`{name}`")
        found[name] = {
            lang: _wordings(document, node, name, lang, ours[lang], tone) for lang, node in languages.items()
        }
    return found


def _wordings(
    document: Document, node: Node, name: str, lang: str, ours: list[Wording], tone: str
) -> list[dict[str, object]]:
    what = f"`{name}`"
    read = read_wordings(document, node, what)
    if 1 <= len(read) < min(2, len(ours)):
        document.error(node, f"{what} may be said twice in a row, so it needs two wordings or more.")
    texts = Counter(text for text, _, _ in read)
    said: list[dict[str, object]] = []
    for text, buttons, place in read:
        check_words(document, place, text, lang, tone)
        _check_variables(document, place, text, ours[0].text)
        if texts[text] > 1:
            document.error(place, "this wording stands here twice.")
            texts[text] = 1
        if buttons is not None:
            _check_buttons(document, place, buttons, ours[0])
        said.append({"text": text, "buttons": list(ours[0].buttons) if buttons is None else buttons})
    return said


def _check_variables(document: Document, place: Node, text: str, ours: str) -> None:
    wanted, given = variables(ours), variables(text)
    for name in sorted(wanted - given):
        document.error(place, f"`{{{name}}}` is missing: the text of ours says it.")
    for name in sorted(given - wanted):
        known = ", ".join(f"`{{{item}}}`" for item in sorted(wanted)) or "none"
        document.error(place, f"nothing fills `{{{name}}}` here; there is {known}.")


def _check_buttons(document: Document, place: Node, buttons: list[Button], ours: Wording) -> None:
    given = [button["payload"] for button in buttons]
    if given != ours.payloads:
        wanted = ", ".join(ours.payloads) or "none"
        document.error(place, f"the buttons must lead where ours lead, in this order: {wanted}.")

"""``intents.yaml``: what only this partner's customers ask, and what they are answered."""

import re
from dataclasses import dataclass, field

from ruamel.yaml.nodes import Node

from firstline.partner_bot.document import Document
from firstline.partner_bot.responses import Responses
from firstline.partner_bot.shipped import PARTNER_ANSWER, SHOW_ARTICLE, Shipped, bare, trained_examples
from firstline.partner_bot.texts import by_language, check_script, check_words, read_wordings

FEWEST = 5
"""Examples a language."""
MOST_INTENTS, MOST_EXAMPLES = 100, 300
ANSWER_PREFIX = "extra:"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
Wordings = dict[str, list[dict[str, object]]]
_TARGETS = ("answer", "article", "skill")


@dataclass
class Intents:
    """Extra intents as the bot reads them, their answers as responses, and the articles they name with their lines."""

    intents: list[dict[str, object]] = field(default_factory=list)
    answers: Responses = field(default_factory=dict)
    articles: list[tuple[str, int]] = field(default_factory=list)


def read_intents(document: Document, shipped: Shipped, tone: str) -> Intents:
    """Return what the file holds; everything wrong becomes a finding."""
    found = Intents()
    seen: dict[str, tuple[str, int]] = {}
    for name, key, value in document.entries(document.root, "the file"):
        if not _NAME.fullmatch(name):
            document.error(key, f"`{name}`: a name is 2 to 40 of a-z, 0-9 and _, and starts with a letter.")
        elif name in shipped.all_intents:
            document.error(key, f"the bot has an intent `{name}` already; take another name, or `skill: {name}`.")
        else:
            _read_intent(document, found, name, key, value, shipped, tone, seen)
    if len(found.intents) > MOST_INTENTS:
        document.error(1, f"{len(found.intents)} intents; {MOST_INTENTS} at most.")
    return found


def _read_intent(
    document: Document,
    found: Intents,
    name: str,
    key: Node,
    value: Node,
    shipped: Shipped,
    tone: str,
    seen: dict[str, tuple[str, int]],
) -> None:
    fields = {field: (place, node) for field, place, node in document.entries(value, f"`{name}`")}
    for field_name, (place, _) in fields.items():
        if field_name not in ("examples", *_TARGETS):
            document.error(place, f"`{name}` has no field `{field_name}`; it has `examples` and one of {_listed()}.")
    targets = [target for target in _TARGETS if target in fields]
    if len(targets) != 1:
        document.error(key, f"`{name}` needs one of {_listed()}, it has {len(targets)}.")
    if "examples" not in fields:
        document.error(key, f"`{name}` has no `examples`.")
        return
    intent: dict[str, object] = {"name": name, "intent": PARTNER_ANSWER, "slug": None}
    intent["examples"] = _examples(document, name, fields["examples"][1], seen)
    if targets:
        _read_target(document, found, intent, name, targets[0], fields[targets[0]][1], shipped, tone)
    found.intents.append(intent)


def _read_target(
    document: Document,
    found: Intents,
    intent: dict[str, object],
    name: str,
    target: str,
    node: Node,
    shipped: Shipped,
    tone: str,
) -> None:
    if target == "answer":
        found.answers[ANSWER_PREFIX + name] = _answer(document, name, node, shipped, tone)
    elif text := document.text(node, f"`{target}`"):
        if target == "article":
            intent |= {"intent": SHOW_ARTICLE, "slug": text}
            found.articles.append((text, node.start_mark.line + 1))
        elif text in shipped.intents:
            intent["intent"] = text
        else:
            document.error(node, f"there is no skill `{text}`; there are {', '.join(sorted(shipped.intents))}.")


def _answer(document: Document, name: str, node: Node, shipped: Shipped, tone: str) -> Wordings:
    said: Wordings = {}
    for lang, value in by_language(document, node, f"the answer of `{name}`").items():
        said[lang] = []
        for text, buttons, place in read_wordings(document, value, f"the answer of `{name}`"):
            check_words(document, place, text, lang, tone)
            if "{" in text:
                document.error(place, "an answer has no variables; write it without braces.")
            for button in buttons or []:
                if button["payload"].removeprefix("/") not in shipped.intents:
                    document.error(place, f"no button can lead to `{button['payload']}`.")
            said[lang].append({"text": text, "buttons": [shipped.person_button(lang)] if buttons is None else buttons})
    return said


def _examples(document: Document, name: str, node: Node, seen: dict[str, tuple[str, int]]) -> list[str]:
    examples: list[str] = []
    for lang, value in by_language(document, node, f"`examples` of `{name}`").items():
        own = list(document.texts(value, "an example"))
        if not FEWEST <= len(own) <= MOST_EXAMPLES:
            document.error(
                value, f"`{name}` has {len(own)} examples in `{lang}`; {FEWEST} to {MOST_EXAMPLES} are needed."
            )
        for text, place in own:
            check_script(document, place, text, lang)
            if text.startswith("/"):
                document.error(place, "an example can't start with a slash.")
            line = place.start_mark.line + 1
            first, where = seen.setdefault(bare(text), (name, line))
            if first != name:
                document.error(place, f"the same example stands under `{first}` at line {where}.")
            elif where != line:
                document.warn(place, f"the same example stands at line {where} too.")
            elif ours := trained_examples().get(bare(text)):
                document.warn(place, f"the bot takes this for `{ours}` by itself; for this partner `{name}` counts.")
            examples.append(text)
    return examples


def _listed() -> str:
    return ", ".join(f"`{target}`" for target in _TARGETS)

"""Checks of one text or wording, shared by overrides and answers."""

import re

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from firstline.core.texts import LANGUAGES
from firstline.partner_bot.document import Document
from firstline.partner_bot.shipped import Button
from firstline.partner_bot.tone import complaints

LONGEST = 2_000
_HANGUL = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]")

Said = dict[str, object]


def by_language(document: Document, node: Node, what: str) -> dict[str, Node]:
    """Return the value of each language; notes a language that is missing or unknown."""
    found: dict[str, Node] = {}
    for name, key, value in document.entries(node, what):
        if name in LANGUAGES:
            found[name] = value
        else:
            document.error(key, f"{what}: `{name}` is no language here; there are {', '.join(LANGUAGES)}.")
    if isinstance(node, MappingNode):
        for lang in LANGUAGES:
            if lang not in found:
                document.error(node, f"{what} has no text in `{lang}`.")
    return found


def check_words(document: Document, node: Node, text: str, lang: str, tone: str) -> None:
    """Note a text that is too long, of the other language, or in another tone."""
    if len(text) > LONGEST:
        document.error(node, f"this text has {len(text)} characters; {LONGEST} at most.")
    check_script(document, node, text, lang)
    if lang == "ko":
        for complaint in complaints(text, tone):
            document.warn(node, f"{complaint}.")


def check_script(document: Document, node: Node, text: str, lang: str) -> None:
    """Note a text that stands under the wrong language."""
    letters = any(character.isalpha() for character in text)
    if lang == "en" and _HANGUL.search(text):
        document.error(node, "this text stands under `en` and holds Hangul.")
    elif lang == "ko" and letters and not _HANGUL.search(text):
        document.error(node, "this text stands under `ko` and holds no Hangul.")


def read_wordings(document: Document, node: Node, what: str) -> list[tuple[str, list[Button] | None, Node]]:
    """Return text, buttons (``None`` where none are named) and place of each wording: a text, or text and buttons."""
    found: list[tuple[str, list[Button] | None, Node]] = []
    for item in node.value if isinstance(node, SequenceNode) else [node]:
        if not isinstance(item, MappingNode):
            if text := document.text(item, what):
                found.append((text, None, item))
            continue
        text, buttons, before = "", None, len(document.findings)
        for name, key, value in document.entries(item, what):
            if name == "text":
                text = document.text(value, what)
            elif name == "buttons":
                buttons = _buttons(document, value)
            else:
                document.error(key, f"{what}: there is no field `{name}`; there are `text` and `buttons`.")
        if text:
            found.append((text, buttons, item))
        elif len(document.findings) == before:
            document.error(item, f"{what} has no `text`.")
    if isinstance(node, SequenceNode) and not node.value:
        document.error(node, f"{what} has no text.")
    return found


def _buttons(document: Document, node: Node) -> list[Button]:
    if not isinstance(node, SequenceNode):
        document.error(node, "`buttons` must be a list.")
        return []
    buttons: list[Button] = []
    for item in node.value:
        button: Button = {}
        for name, key, value in document.entries(item, "a button"):
            if name in ("title", "payload"):
                button[name] = document.text(value, f"a button's `{name}`")
            else:
                document.error(key, f"a button has no field `{name}`; it has `title` and `payload`.")
        if set(button) == {"title", "payload"}:
            buttons.append(button)
        else:
            document.error(item, "a button needs `title` and `payload`.")
    return buttons

"""Buttons that come back as messages: only what this conversation offered is honoured."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.core.texts import string_table
from firstline.reading.phrases import ORDINALS, wish_of
from firstline.reading.rules import bare

TEXTS = string_table(Path(__file__).parent / "texts")

_FORM = re.compile(r"/(?P<name>[a-z_]+)(?P<data>\{.*\})?", re.DOTALL)
_ALWAYS = frozenset({"human", "bot", "withdraw"})
# Buttons that answer yes, no or "somebody else": they are not counted as the first or the second.
_NO_CHOICE = frozenset({"human", "bot", "withdraw", "helped", "not_helped", "deny", "skip", "solved", "still_broken"})


@dataclass(frozen=True)
class Payload:
    """A pressed button: what it says, what it is called and the data it carries."""

    raw: str
    title: str
    name: str
    data: dict[str, Any] = field(default_factory=dict)


async def pressed(session: AsyncSession, conversation: Conversation, text: str) -> Payload | None:
    """Return the button behind ``text``, or ``None`` when the text is just text."""
    if not _FORM.fullmatch(text):
        return await _named(session, conversation, text)
    title = await _offered_title(session, conversation.id, text)
    if title is None and text.removeprefix("/") in _ALWAYS:
        title = TEXTS.get(conversation.language, f"buttons.{text.removeprefix('/')}")
    return _payload(text, title) if title is not None else None


async def _named(session: AsyncSession, conversation: Conversation, text: str) -> Payload | None:
    """Return the button of the last turn whose title was typed, or that was counted out: "the second one"."""
    buttons, late = await _last_buttons(session, conversation)
    typed = bare(text)
    for button in buttons:
        if typed and bare(str(button["title"])) == typed:
            return _payload(str(button["payload"]), text)
    wish = wish_of(text)
    choices = [button for button in buttons if _name(str(button["payload"])) not in _NO_CHOICE]
    if late and typed.isdecimal():
        return None  # A mere number after something else was written may well belong to that.
    if wish not in ORDINALS or not -1 <= ORDINALS[wish] < len(choices) or len(choices) < 2:
        return None
    return _payload(str(choices[ORDINALS[wish]]["payload"]), text)


def _payload(raw: str, title: str) -> Payload | None:
    match = _FORM.fullmatch(raw)
    if match is None:
        return None
    try:
        data = json.loads(match["data"]) if match["data"] else {}
    except ValueError:
        return None
    return Payload(raw, title, match["name"], data)


def _name(raw: str) -> str:
    return raw.removeprefix("/").partition("{")[0]


async def _last_buttons(session: AsyncSession, conversation: Conversation) -> tuple[list[dict[str, str]], bool]:
    """Return the buttons under whatever was said since the customer's last message, the newest message's first.

    While a person is awaited, a question stays open when the customer writes something else in between; the second
    value says so.
    """
    buttons: list[dict[str, str]] = []
    late = False
    for author, offered in await store.offered_last(session, conversation.id):
        if author == "customer":
            if buttons or conversation.state == State.BOT:
                break
            late = True
        buttons += offered
    return buttons, late


def masked_text(lang: str, kinds: frozenset[str]) -> str:
    """Tell the customer which kinds of personal data were masked."""
    names = ", ".join(TEXTS.get(lang, f"masked.{kind}") for kind in sorted(kinds))
    return TEXTS.get(lang, "masked.told", kinds=names)


async def _offered_title(session: AsyncSession, conversation_id: str, payload: str) -> str | None:
    for _author, offered in await store.offered_last(session, conversation_id, limit=None):
        for button in offered:
            if button.get("payload") == payload:
                return str(button["title"])
    return None

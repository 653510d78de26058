"""Buttons that come back as messages: only what this conversation offered is honoured."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.core.texts import string_table

TEXTS = string_table(Path(__file__).parent / "texts")

_FORM = re.compile(r"/(?P<name>[a-z_]+)(?P<data>\{.*\})?", re.DOTALL)
_ALWAYS = frozenset({"human", "bot"})


@dataclass(frozen=True)
class Payload:
    """A pressed button: what it says, what it is called and the data it carries."""

    raw: str
    title: str
    name: str
    data: dict[str, Any] = field(default_factory=dict)


async def pressed(session: AsyncSession, conversation: Conversation, text: str) -> Payload | None:
    """Return the button behind ``text``, or ``None`` when the text is just text."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    name = match["name"]
    title = await _offered_title(session, conversation.id, text)
    if title is None and name in _ALWAYS and not match["data"]:
        title = TEXTS.get(conversation.language, f"buttons.{name}")
    if title is None:
        return None
    try:
        data = json.loads(match["data"]) if match["data"] else {}
    except ValueError:
        return None
    return Payload(text, title, name, data)


async def _offered_title(session: AsyncSession, conversation_id: str, payload: str) -> str | None:
    for message in reversed(await store.transcript(session, conversation_id)):
        for button in message.buttons:
            if button.get("payload") == payload:
                return str(button["title"])
    return None

"""What a customer typed, cleaned for keeping and for reading, and kept."""

import re
import unicodedata

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.chat.payloads import Payload, masked_text
from firstline.conversations import store
from firstline.conversations.language import language_of
from firstline.conversations.masking import mask
from firstline.conversations.models import Conversation, Message
from firstline.core.errors import BadInput, TooLarge
from firstline.core.texts import Language
from firstline.reading.pasted import own_words

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_DIRECTION = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(r"[\u00ad\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0\U000e0000-\U000e007f]")
# Joiners belong inside emoji and some scripts; alone they show nothing.
_NOTHING_SEEN = re.compile(r"[\s\u200c\u200d\ufe00-\ufe0f]*")


def clean(text: str, longest: int) -> str:
    """Return ``text`` as it is kept: NFC, without control, direction-changing and invisible characters.

    Raises ``BadInput`` when nothing is left and ``TooLarge`` above ``longest`` characters.
    """
    if len(text) > longest:
        raise TooLarge(
            f"The message has {len(text)} characters; {longest} are allowed. Send it in parts.",
            code="message_too_long",
        )
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise BadInput("The message is not valid Unicode; send UTF-8 text.", code="bad_encoding")
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = _INVISIBLE.sub("", _DIRECTION.sub("", _CONTROL.sub("", kept))).strip()
    if _NOTHING_SEEN.fullmatch(kept):
        raise BadInput("The message is empty; type something first.", code="empty_message")
    return kept


def readable(text: str, longest: int) -> str:
    """Return what the bot reads: the customer's own words, ``longest`` characters at most, never a command."""
    words = own_words(text)
    return words[:longest].lstrip("/").strip() or words[:longest]


async def store_incoming(
    session: AsyncSession, conversation: Conversation, text: str, payload: Payload | None, client_message_id: str
) -> Message:
    """Keep what the customer typed or pressed, masked, and tell the customer what was masked."""
    masked, kinds = (payload.title, frozenset()) if payload else mask(text)
    current: Language = conversation.language  # type: ignore[assignment]
    spoken = current if payload else language_of(masked, current)
    if not conversation.language_chosen:
        conversation.language = spoken
    message = await store.add_message(
        session,
        conversation,
        "customer",
        masked,
        lang=spoken,
        payload=payload.raw if payload else None,
        client_message_id=client_message_id,
    )
    if kinds:
        await store.add_message(session, conversation, "system", masked_text(conversation.language, kinds))
    return message

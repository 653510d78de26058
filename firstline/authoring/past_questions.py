"""What customers typed, and what became of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations.models import Conversation, Message
from firstline.knowledge.normalise import normalise

MOST = 500
LONGEST = 1_000


@dataclass(frozen=True)
class PastQuestion:
    """A typed message that searched the articles; a follow-up stands behind the question it goes on with.

    ``outcome``: answered, or ``no_answer``. ``liked`` is the slug of an answer that helped, ``disliked`` of one that
    did not; both None where the customer didn't say.
    """

    text: str
    lang: str
    at: datetime
    outcome: Literal["answered", "no_answer"]
    liked: str | None = None
    disliked: str | None = None


async def past_questions(
    session: AsyncSession,
    partner: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    lang: str | None = None,
    most: int = MOST,
) -> list[PastQuestion]:
    """Return the newest ``most`` typed questions of a partner's customers, newest first, repetitions included.

    ``since`` is the first instant, ``until`` the first one that is too late.

    Messages that searched nothing (small talk, questions about terms, talk with a person) are left out.
    """
    columns = (
        Message.id, Message.conversation_id, Message.author, Message.text, Message.lang, Message.payload,
        Message.articles, Message.receipt, Message.helpful, Message.created_at,
    )  # fmt: skip
    recent = (
        select(Conversation.id)
        .where(Conversation.partner == partner)
        .order_by(Conversation.updated_at.desc())
        .limit(most * 2)
    )
    if since is not None:
        recent = recent.where(Conversation.updated_at >= since)
    if until is not None:
        recent = recent.where(Conversation.created_at < until)
    query = select(*columns).where(Message.conversation_id.in_(recent)).order_by(Message.conversation_id, Message.id)
    rows = (await session.execute(query)).all()
    found = [
        question
        for _conversation, messages in groupby(rows, key=lambda row: row.conversation_id)
        for question in _of_conversation(messages)
        if (since is None or question.at >= since)
        and (until is None or question.at < until)
        and (lang is None or question.lang == lang)
    ]
    return sorted(found, key=lambda question: question.at, reverse=True)[:most]


def _of_conversation(messages: Iterable[Any]) -> Iterator[PastQuestion]:
    asked: Any = None
    said: list[Any] = []
    for message in messages:
        if message.author == "customer" and message.payload is None:
            yield from _judged(asked, said)
            asked, said = message, []
        else:
            said.append(message)
    yield from _judged(asked, said)


def _judged(asked: Any, said: list[Any]) -> Iterator[PastQuestion]:
    """Read what came back up to the customer's next typed message; pressed buttons belong to it."""
    if asked is None:
        return
    direct = []
    for message in said:
        if message.author == "customer":
            break
        direct.append(message)
    answered = any(message.articles for message in direct)
    receipts = [message.receipt for message in direct if message.receipt]
    unanswered = any(receipt.get("answered") is False for receipt in receipts)
    # What was searched: a follow-up says little without the question before it.
    text = normalise(next((receipt["asked"] for receipt in receipts if receipt.get("asked")), asked.text))
    if not text or len(text) > LONGEST or not (answered or unanswered):
        return
    shown = [(message.articles[0].get("slug"), message.helpful) for message in said if message.articles]
    yield PastQuestion(
        text,
        asked.lang,
        asked.created_at,
        "no_answer" if unanswered else "answered",
        next((slug for slug, helpful in shown if helpful is True), None),
        next((slug for slug, helpful in shown if helpful is False), None),
    )

"""How-to questions: which were asked, when, of which topic, and by which customer, as far as anybody can know."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations.customer_models import KnownCustomer
from firstline.conversations.models import Conversation, Message
from firstline.desk.models import Case
from firstline.desk.tool_models import CaseContact
from firstline.training.models import TrainedAddress, TrainedCustomer

USAGE = "usage"
WANTED = "/training_wanted"
_SOME = 400


@dataclass(frozen=True)
class Question:
    """One how-to question; ``topic`` is the article that answered, ``None`` where a person was asked."""

    conversation_id: str
    at: datetime
    topic: str | None
    product: str | None


@dataclass(frozen=True)
class Owners:
    """Which customer each conversation belongs to, by its number; ``unclear`` have addresses of two customers."""

    of: Mapping[str, int]
    unclear: frozenset[str]


async def questions_of(
    session: AsyncSession, partner: str, since: datetime, until: datetime, topics: Mapping[str, str | None]
) -> list[Question]:
    """Return the how-to questions of ``[since, until)``; ``topics`` are slugs of how-to articles with their product.

    A question is a typed message that such an article answered; one that several answer, each to its own part, counts
    for each. A pressed button goes on with a question and counts for nothing. A case of the category usage counts
    where its conversation had none before it.
    """
    answered = await _answered(session, partner, since, until, topics)
    typed = await _typed(session, {row[0] for row in answered})
    seen: set[tuple[int, str]] = set()
    found: list[Question] = []
    for conversation_id, message_id, at, slug in answered:
        turns = typed.get(conversation_id, [])
        place = bisect_left(turns, (message_id, False)) - 1
        if place < 0 or not turns[place][1] or (turns[place][0], slug) in seen:
            continue
        seen.add((turns[place][0], slug))
        found.append(Question(conversation_id, at, slug, topics[slug]))
    first = {one.conversation_id: one.at for one in reversed(found)}
    query = select(Case.conversation_id, Case.opened_at, Case.product).where(
        Case.partner == partner, Case.category == USAGE, Case.opened_at >= since, Case.opened_at < until
    )
    for conversation_id, at, product in await session.execute(query.order_by(Case.id)):
        if not (conversation_id in first and first[conversation_id] <= at):
            found.append(Question(conversation_id, at, None, product))
    return sorted(found, key=lambda one: one.at)


async def training_wanted(
    session: AsyncSession, partner: str, since: datetime, until: datetime
) -> list[tuple[str, datetime]]:
    """Return conversation and instant of each offer of training that a customer took up in the chat."""
    query = (
        select(Message.conversation_id, Message.created_at)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.partner == partner, Message.author == "customer", Message.payload == WANTED)
        .where(Message.created_at >= since, Message.created_at < until)
    )
    return [(conversation_id, at) for conversation_id, at in await session.execute(query)]


async def owners_of(session: AsyncSession, partner: str) -> Owners:
    """Return which customer each conversation belongs to.

    Where the partner's site vouched for who writes, by a customer id that is a customer's key. Else by the e-mail
    addresses given in its cases or vouched for: each counts by itself, or by its domain or one above it.
    """
    query = select(TrainedAddress.address, TrainedAddress.customer_id).where(TrainedAddress.partner == partner)
    known = dict((await session.execute(query)).tuples().all())
    vouched = (
        select(KnownCustomer.conversation_id, TrainedCustomer.id)
        .join(TrainedCustomer, TrainedCustomer.key == KnownCustomer.customer_id)
        .where(KnownCustomer.partner == partner, TrainedCustomer.partner == partner)
    )
    by_key = dict((await session.execute(vouched)).tuples().all())
    named: defaultdict[str, set[int]] = defaultdict(set)
    for addresses in _addresses(partner) if known else ():
        for conversation_id, address in await session.execute(addresses):
            if (owner := _owner(known, address.lower())) is not None:
                named[conversation_id].add(owner)
    by_address = {one: next(iter(who)) for one, who in named.items() if len(who) == 1}
    unclear = frozenset(one for one, who in named.items() if len(who) > 1) - by_key.keys()
    return Owners(by_address | by_key, unclear)


def _addresses(partner: str) -> tuple[Any, ...]:
    """Return the queries for conversation and address, one for each place where addresses are kept."""
    in_chat = (
        select(Case.conversation_id, CaseContact.contact)
        .join(CaseContact, CaseContact.case_id == Case.id)
        .where(CaseContact.partner == partner)
    )
    left = select(Case.conversation_id, Case.contact_email).where(
        Case.partner == partner, Case.contact_email.is_not(None)
    )
    vouched = select(KnownCustomer.conversation_id, KnownCustomer.email).where(
        KnownCustomer.partner == partner, KnownCustomer.email.is_not(None)
    )
    return in_chat, left, vouched


def _owner(known: Mapping[str, int], address: str) -> int | None:
    domain = address.rpartition("@")[2]
    labels = domain.split(".")
    names = (address, *(".".join(labels[place:]) for place in range(len(labels) - 1)))
    return next((known[name] for name in names if name in known), None)


async def _answered(
    session: AsyncSession, partner: str, since: datetime, until: datetime, topics: Collection[str]
) -> list[tuple[str, int, datetime, str]]:
    article = Message.receipt["article"].as_string()
    query = (
        select(Message.conversation_id, Message.id, Message.created_at, article)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.partner == partner, Message.author == "bot", article.in_(list(topics)))
        .where(Message.created_at >= since, Message.created_at < until)
        .order_by(Message.id)
    )
    return [tuple(row) for row in await session.execute(query)]


async def _typed(session: AsyncSession, conversations: Collection[str]) -> dict[str, list[tuple[int, bool]]]:
    """Return each conversation's turns of the customer: the message's id, and whether it was typed."""
    turns: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for some in _parts(sorted(conversations)):
        query = select(Message.conversation_id, Message.id, Message.payload).where(
            Message.conversation_id.in_(some), Message.author == "customer"
        )
        for conversation_id, message_id, payload in await session.execute(query.order_by(Message.id)):
            turns[conversation_id].append((message_id, payload is None))
    return turns


def _parts(names: list[str]) -> Iterator[list[str]]:
    return (names[start : start + _SOME] for start in range(0, len(names), _SOME))

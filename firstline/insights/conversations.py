"""One row for each conversation that began in the period: when, what about, and what became of it.

This is the only place that says what *solved* means; docs/insights.md says it in words.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, literal, select
from sqlalchemy.orm import aliased

from firstline.conversations.models import Conversation, ConversationEvent, Message
from firstline.conversations.states import Event, State
from firstline.core.times import UtcDateTime
from firstline.desk.models import Case
from firstline.insights.functions import SecondsBetween, day_of, slot_of
from firstline.insights.scope import Scope
from firstline.insights.topics import categories

REOPENED_WITHIN_HOURS = 72
RESULTS = ("solved", "reopened", "unconfirmed", "no_answer", "open")
NO_CATEGORY = "none"

_CONFIRMS = (Event.CONFIRM_ANSWER, Event.SOLVED)


def conversation_rows(scope: Scope) -> Select[Any]:
    """Select ``id, at, slot, day, language, category, result, by, confirmed, settling, outcome, number,
    confirmed_at, reopened_at`` of every conversation that began in the period and in which the customer said something.

    ``result`` is one of ``RESULTS``; ``by`` is ``bot``, or ``person`` once there was a case; ``confirmed`` is 1 where
    the customer ever said that it is solved, ``settling`` for a solved one that may still come back in time;
    ``outcome`` is how it was closed; ``number`` is its last case's.
    """
    begun = select(Conversation.id).where(
        Conversation.partner == scope.partner,
        Conversation.created_at >= scope.period.begin,
        Conversation.created_at < scope.period.end,
    )
    if scope.language:
        begun = begun.where(Conversation.language == scope.language)
    said, cases, confirmed = _said(begun), _cases(scope), _confirmed(begun)
    topic = categories(scope.layers)
    shown = aliased(Message)
    reopened = SecondsBetween(confirmed.c.at, confirmed.c.reopened_at) <= REOPENED_WITHIN_HOURS * 3600
    offsets = scope.period.offsets()
    result = case(
        (and_(confirmed.c.at.is_not(None), reopened), "reopened"),
        (confirmed.c.at.is_not(None), "solved"),
        (Conversation.state != State.CLOSED, "open"),
        (_answered(said, cases), "unconfirmed"),
        else_="no_answer",
    )
    still = SecondsBetween(confirmed.c.at, literal(scope.now, UtcDateTime())) <= REOPENED_WITHIN_HOURS * 3600
    return (
        select(
            Conversation.id.label("id"),
            Conversation.created_at.label("at"),
            slot_of(Conversation.created_at.expression, offsets).label("slot"),
            day_of(Conversation.created_at.expression, offsets).label("day"),
            Conversation.language.label("language"),
            func.coalesce(cases.c.category, topic.c.category, NO_CATEGORY).label("category"),
            result.label("result"),
            case((cases.c.id.is_not(None), "person"), else_="bot").label("by"),
            case((confirmed.c.at.is_not(None), 1), else_=0).label("confirmed"),
            case((and_(result == "solved", confirmed.c.reopened_at.is_(None), still), 1), else_=0).label("settling"),
            Conversation.outcome.label("outcome"),
            cases.c.number.label("number"),
            confirmed.c.at.label("confirmed_at"),
            confirmed.c.reopened_at,
        )
        .join(said, said.c.conversation_id == Conversation.id)
        .outerjoin(cases, cases.c.conversation_id == Conversation.id)
        .outerjoin(confirmed, confirmed.c.conversation_id == Conversation.id)
        .outerjoin(shown, shown.id == said.c.shown)
        .outerjoin(topic, topic.c.slug == shown.receipt["article"].as_string())
        .where(said.c.first_customer.is_not(None))
    )


def _said(begun: Select[Any]) -> Subquery:
    """Ids of messages by what they were, a row for each conversation."""
    found = Message.receipt["answered"].as_boolean()
    bot = Message.author == "bot"

    def last(*what: ColumnElement[bool]) -> ColumnElement[int | None]:
        return func.max(case((and_(*what), Message.id)))

    return (
        select(
            Message.conversation_id,
            func.min(case((Message.author == "customer", Message.id))).label("first_customer"),
            last(bot).label("bot"),
            last(Message.author == "agent").label("agent"),
            last(bot, found.is_(True)).label("shown"),
            last(bot, found.is_(False)).label("fallback"),
        )
        .where(Message.conversation_id.in_(begun))
        .group_by(Message.conversation_id)
        .subquery("said")
    )


def _answered(said: Subquery, cases: Subquery) -> ColumnElement[bool]:
    """A person was asked for: a person wrote. Else the last search found something; without any, the bot spoke."""
    return case(
        (cases.c.id.is_not(None), said.c.agent.is_not(None)),
        (said.c.fallback.is_not(None), func.coalesce(said.c.shown, 0) > said.c.fallback),
        else_=func.coalesce(said.c.bot, 0) > said.c.first_customer,
    )


# Grouped, so that each is worked out once and not for every conversation.
def _cases(scope: Scope) -> Subquery:
    """The last case of each conversation."""
    newest = (
        select(func.max(Case.id).label("id")).where(Case.partner == scope.partner).group_by(Case.conversation_id)
    ).subquery("newest_case")
    return (
        select(Case.id, Case.conversation_id, Case.number, Case.category)
        .join(newest, newest.c.id == Case.id)
        .subquery("last_case")
    )


def _confirmed(begun: Select[Any]) -> Subquery:
    """The last time that the customer of each conversation said that it is solved, and when they were first back.

    Whatever they wrote then counts, as nobody can tell a new matter from the old one.
    """
    event, later = ConversationEvent, aliased(ConversationEvent)
    last = (
        select(func.max(event.id).label("id"))
        .where(event.conversation_id.in_(begun), event.event.in_(_CONFIRMS))
        .group_by(event.conversation_id)
    ).subquery("last_confirmation")
    back = and_(later.conversation_id == event.conversation_id, later.id > event.id, later.from_state == State.CLOSED)
    return (
        select(event.conversation_id, event.at, func.min(later.at).label("reopened_at"))
        .join(last, last.c.id == event.id)
        .outerjoin(later, back)
        .group_by(event.conversation_id, event.at)
        .subquery("confirmed")
    )

"""One row for each case that was opened in the period: how long the customer waited, how long people worked on it."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, select

from firstline.conversations.models import ConversationEvent, Message
from firstline.conversations.states import Event
from firstline.desk.models import Case
from firstline.insights.conversations import NO_CATEGORY
from firstline.insights.functions import SecondsBetween, day_of
from firstline.insights.scope import Scope

WAITS = ("answered", "waiting", "never")


def case_rows(scope: Scope) -> Select[Any]:
    """Select ``id, at, day, number, language, category, severity, reason, wait, wait_seconds, worked, handle_seconds``.

    ``wait`` is one of ``WAITS``; ``wait_seconds`` is from opening to a person's first message, ``None`` without one.
    ``worked`` is ``done`` once the solution was sent or the case was closed after a person wrote, else ``not_done``;
    ``handle_seconds`` is then from the first claim to a person's last message.
    """
    opened = and_(
        Case.partner == scope.partner, Case.opened_at >= scope.period.begin, Case.opened_at < scope.period.end
    )
    taken, last = _taken(opened), _last_said(opened)
    done = and_(Case.status.in_(("closing", "closed")), taken.c.at.is_not(None), last.c.at.is_not(None))
    query = (
        select(
            Case.id.label("id"),
            Case.opened_at.label("at"),
            day_of(Case.opened_at.expression, scope.period.offsets()).label("day"),
            Case.number.label("number"),
            Case.language.label("language"),
            func.coalesce(Case.category, NO_CATEGORY).label("category"),
            Case.severity.label("severity"),
            Case.reason.label("reason"),
            case(
                (Case.first_response_at.is_not(None), "answered"), (Case.status == "closed", "never"), else_="waiting"
            ).label("wait"),
            SecondsBetween(Case.opened_at, Case.first_response_at).label("wait_seconds"),
            case((done, "done"), else_="not_done").label("worked"),
            case((done, SecondsBetween(taken.c.at, last.c.at))).label("handle_seconds"),
        )
        .outerjoin(taken, taken.c.id == Case.id)
        .outerjoin(last, last.c.id == Case.id)
        .where(opened)
    )
    return query.where(Case.language == scope.language) if scope.language else query


# Grouped, so that each is worked out once and not for every column that needs it.
def _taken(opened: ColumnElement[bool]) -> Subquery:
    """When somebody first took each case."""
    at, ended = ConversationEvent.at, func.coalesce(Case.closed_at, ConversationEvent.at)
    return (
        select(Case.id, func.min(at).label("at"))
        .join(ConversationEvent, ConversationEvent.conversation_id == Case.conversation_id)
        .where(opened, ConversationEvent.event.in_((Event.ACCEPT, Event.TAKE_OVER)), at.between(Case.opened_at, ended))
        .group_by(Case.id)
        .subquery("taken")
    )


def _last_said(opened: ColumnElement[bool]) -> Subquery:
    """When a person last wrote while each case was open; not when the customer confirmed, which may take days."""
    at, ended = Message.created_at, func.coalesce(Case.closed_at, Message.created_at)
    return (
        select(Case.id, func.max(at).label("at"))
        .join(Message, Message.conversation_id == Case.conversation_id)
        .where(opened, Message.author == "agent", at.between(Case.opened_at, ended))
        .group_by(Case.id)
        .subquery("last_said")
    )

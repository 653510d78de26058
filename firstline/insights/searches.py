"""One row for each time the bot looked for an answer in the period, and whether it found one."""

from typing import Any

from sqlalchemy import Select, and_, case, func, select

from firstline.conversations.models import Conversation, Message
from firstline.insights.functions import day_of
from firstline.insights.scope import Scope

FOUND = ("answered", "fallback")


def search_rows(scope: Scope) -> Select[Any]:
    """Select ``id, at, day, conversation, language, found, article, probability``.

    ``found`` is one of ``FOUND``; ``article`` is what was shown, or what came nearest; ``language`` is the answer's.
    """
    answered = Message.receipt["answered"].as_boolean()
    # A conversation that did not change since can hold nothing of the period.
    talks = select(Conversation.id).where(
        Conversation.partner == scope.partner,
        Conversation.updated_at >= scope.period.begin,
        Conversation.created_at < scope.period.end,
    )
    query = select(
        Message.id.label("id"),
        Message.created_at.label("at"),
        day_of(Message.created_at.expression, scope.period.offsets()).label("day"),
        Message.conversation_id.label("conversation"),
        Message.lang.label("language"),
        case((answered.is_(True), "answered"), else_="fallback").label("found"),
        func.coalesce(Message.receipt["article"].as_string(), Message.receipt["nearest"].as_string()).label("article"),
        Message.receipt["probability"].as_float().label("probability"),
    ).where(
        Message.conversation_id.in_(talks),
        and_(Message.author == "bot", answered.is_not(None)),
        Message.created_at >= scope.period.begin,
        Message.created_at < scope.period.end,
    )
    return query.where(Message.lang == scope.language) if scope.language else query

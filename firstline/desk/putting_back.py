"""Back into the queue: nobody speaks, the customer is told with an honest time, and the case waits again."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.conversations.states import Event
from firstline.desk.history import TEXTS
from firstline.desk.models import Case
from firstline.desk.promises import customer_spoke, due_text, owed_answer, renew_response
from firstline.desk.terms import terms_of


async def put_back(
    session: AsyncSession,
    case: Case,
    conversation: Conversation,
    charter: Charter,
    now: datetime,
    *,
    key: str,
    actor: str = "clock",
    why: str = "",
    **values: str,
) -> None:
    """Move an agent's case to ``waiting`` and say the text ``key``, or its ``_best_effort`` or ``_late`` form.

    A promise that was kept is followed by a new one; one that is still owed never moves, and when it is late the
    customer reads that it is, and no time that is past.
    """
    terms = await terms_of(session, case)
    take_back(session, case, conversation, now, actor=actor, why=why or key.rpartition(".")[2])
    if case.status == "closing":
        case.status, case.closing_sent_at = "open", None
        customer_spoke(case, terms, now, with_agent=False)
    renew_response(case, terms, now)
    owed = owed_answer(case, now)
    if owed.due is None:
        key = f"{key}_best_effort"
    elif owed.late:
        key = f"{key}_late"
    lang = conversation.language
    text = TEXTS.get(lang, key, number=case.number, respond_by=due_text(charter, owed.due, lang), **values)
    await store.add_message(session, conversation, "system", text)


def take_back(
    session: AsyncSession, case: Case, conversation: Conversation, now: datetime, *, actor: str, why: str
) -> None:
    """Take the case from its agent; the caller tells the customer, the desk and the history."""
    store.change_state(session, conversation, Event.RELEASE, actor=actor, why=why)
    case.offered_to = case.offered_to_name = None
    case.waiting_since = now

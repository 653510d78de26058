"""What the customer does with an open case: add to it, name its severity, go back to the bot, confirm or reopen."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.conversations.states import Event, State
from firstline.core.errors import BadInput
from firstline.core.times import utcnow
from firstline.desk.handover import TEXTS, alert, hand_over, open_case_of, record, renew_promise
from firstline.desk.models import Case
from firstline.desk.promises import due_text, promise_response
from firstline.desk.queue import latest_case


async def add_to_case(session: AsyncSession, conversation: Conversation, charter: Charter) -> None:
    """Tell the agents that the customer wrote; in ``waiting`` the customer gets a receipt."""
    case = await open_case_of(session, conversation.id)
    if case is None:
        return
    alert(session, case, "message")
    if conversation.state == State.WAITING:
        await _say(session, conversation, charter, case, "waiting.receipt")


async def name_severity(session: AsyncSession, conversation: Conversation, charter: Charter, severity: str) -> bool:
    """Set the open case's severity; a worse one starts its own target now, and no promise moves later.

    Says ``False`` when there is no open case. Raises ``BadInput`` for a severity that the charter doesn't have.
    """
    if severity not in charter.severities:
        raise BadInput(f"The charter has no severity '{severity}'.")
    case = await open_case_of(session, conversation.id)
    if case is None:
        return False
    at = utcnow()
    lang = conversation.language
    due = promise_response(charter, case.tier, severity, at, lang).due
    if case.first_response_at is None:
        case.respond_by = min(filter(None, (case.respond_by, due)), default=None)
    record(session, case, "severity", "customer", {"from": case.severity, "to": severity})
    case.severity = severity
    alert(session, case, "severity")
    text = TEXTS.get(
        lang,
        "severity.set" if case.respond_by else "severity.set_best_effort",
        severity=charter.severities[severity].name.say(lang),
        respond_by=due_text(charter, case.respond_by, lang),
    )
    await store.add_message(session, conversation, "system", text)
    return True


async def choose_bot(session: AsyncSession, conversation: Conversation) -> None:
    """Let the bot answer again while the case stays open; raises ``Conflict`` unless the customer is waiting."""
    store.change_state(session, conversation, Event.CHOOSE_BOT)
    case = await open_case_of(session, conversation.id)
    if case is not None:
        record(session, case, "chose_bot", "customer")
        alert(session, case, "chose_bot")
        text = TEXTS.get(conversation.language, "waiting.chose_bot", number=case.number)
        await store.add_message(session, conversation, "system", text)


async def confirm_solved(session: AsyncSession, conversation: Conversation) -> bool:
    """Close the case that the customer says is solved; say ``False`` when no closing message was sent for one."""
    case = await open_case_of(session, conversation.id)
    if case is None or case.closing_sent_at is None:
        return False
    store.change_state(session, conversation, Event.SOLVED)
    close(session, case, "confirmed", "customer")
    conversation.outcome = "confirmed"
    text = TEXTS.get(conversation.language, "closing.closed", number=case.number)
    await store.add_message(session, conversation, "system", text)
    return True


async def say_still_broken(session: AsyncSession, conversation: Conversation, charter: Charter) -> None:
    """Keep or reopen the case; with no case at all, hand over."""
    case = await latest_case(session, conversation.id)
    if case is None:
        await hand_over(session, conversation, charter, reason="still_broken")
        return
    await _reopen(session, conversation, charter, case)


async def write_after_close(
    session: AsyncSession, conversation: Conversation, charter: Charter, reopen_days: int
) -> bool:
    """Reopen the closed case when the customer writes within ``reopen_days`` of its end; say whether it did."""
    case = await latest_case(session, conversation.id)
    if case is None or case.closed_at is None or utcnow() - case.closed_at > timedelta(days=reopen_days):
        store.change_state(session, conversation, Event.WRITE_AGAIN)
        return False
    await _reopen(session, conversation, charter, case)
    return True


def close(session: AsyncSession, case: Case, outcome: str, actor: str) -> None:
    """Mark the case closed with its outcome: ``confirmed`` or ``unanswered``."""
    case.status, case.outcome, case.closed_at = "closed", outcome, utcnow()
    case.waiting_since = None
    record(session, case, "closed", actor, {"outcome": outcome})
    alert(session, case, "closed")


async def _reopen(session: AsyncSession, conversation: Conversation, charter: Charter, case: Case) -> None:
    was_closed = case.status == "closed"
    store.change_state(session, conversation, Event.STILL_BROKEN)
    at: datetime = utcnow()
    case.status, case.closed_at, case.outcome, case.closing_sent_at = "open", None, None, None
    case.waiting_since = at if conversation.state == State.WAITING else None
    renew_promise(case, charter, at)
    record(session, case, "reopened" if was_closed else "still_broken", "customer")
    alert(session, case, "reopened")
    if was_closed:
        await _say(session, conversation, charter, case, "closing.reopened")
    else:
        text = TEXTS.get(conversation.language, "closing.stays_open", number=case.number)
        await store.add_message(session, conversation, "system", text)


async def _say(session: AsyncSession, conversation: Conversation, charter: Charter, case: Case, key: str) -> None:
    lang = conversation.language
    due = case.respond_by
    if due is None or (case.first_response_at and due < utcnow()):
        key = f"{key}_best_effort"
    elif due < utcnow():
        key = f"{key}_late"
    text = TEXTS.get(lang, key, number=case.number, respond_by=due_text(charter, due, lang))
    await store.add_message(session, conversation, "system", text)

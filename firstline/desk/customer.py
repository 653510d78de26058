"""What the customer does with an open case: add to it, name its severity, go back to the bot, confirm or reopen."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.models import Conversation, Message
from firstline.conversations.states import Event, State
from firstline.core.errors import BadInput
from firstline.core.texts import Language
from firstline.core.times import utcnow
from firstline.desk import questions
from firstline.desk.facets import note_facets
from firstline.desk.handover import hand_over
from firstline.desk.history import TEXTS, alert, open_case_of, record
from firstline.desk.models import Case
from firstline.desk.package import package_of
from firstline.desk.promises import begin, customer_spoke, due_text, end_all, owed_answer, renew_response
from firstline.desk.promises import name_severity as promise_for_severity
from firstline.desk.queue import latest_case
from firstline.desk.terms import terms_of
from firstline.reading.phrases import Wish, wish_of


async def add_to_case(session: AsyncSession, conversation: Conversation, charter: Charter, message: Message) -> None:
    """Tell the agents that the customer wrote; in ``waiting`` it may answer a question, else there is a receipt."""
    case = await open_case_of(session, conversation.id)
    if case is None:
        return
    await note_facets(session, case, conversation, charter)
    alert(session, case, "message")
    if message.payload or wish_of(message.text) not in (Wish.COURTESY, Wish.ENOUGH):
        await _go_on(session, conversation, case)
    if conversation.state != State.WAITING:
        return
    if message.payload or not await questions.answer_typed(session, conversation, charter, case, message):
        await _say(session, conversation, charter, case, "waiting.receipt")


async def answer_question(
    session: AsyncSession, conversation: Conversation, charter: Charter, name: str, value: str | None
) -> None:
    """Take a question's button, ``None`` for "skip"; without an open case the customer hears that it is over."""
    case = await open_case_of(session, conversation.id)
    if case is None:
        await say_too_late(session, conversation)
    elif value is None:
        await questions.skip(session, conversation, charter, case, name)
    else:
        await questions.tell(session, conversation, charter, case, name, value=value)


async def use_language(session: AsyncSession, conversation: Conversation, charter: Charter, language: Language) -> None:
    """Keep to the language the customer asked for, and say the open question or the case's state in it."""
    conversation.language, conversation.language_chosen = language, True
    lead = TEXTS.get(language, "language.chosen")
    case = await open_case_of(session, conversation.id)
    if case is None or not await questions.repeat(session, conversation, charter, case, lead):
        await store.add_message(session, conversation, "system", lead)


async def say_who_waits(session: AsyncSession, conversation: Conversation) -> None:
    """Offer the way back to the bot to a waiting customer who seems to look for it."""
    buttons = [{"title": TEXTS.get(conversation.language, "waiting.to_bot"), "payload": "/bot"}]
    text = TEXTS.get(conversation.language, "waiting.offer_bot")
    await store.add_message(session, conversation, "system", text, buttons=buttons)


async def say_welcome(session: AsyncSession, conversation: Conversation) -> None:
    """Return thanks that are no request; a closed case stays closed."""
    await store.add_message(session, conversation, "system", TEXTS.get(conversation.language, "closing.welcome"))


async def say_too_late(session: AsyncSession, conversation: Conversation) -> None:
    """Say that a button belongs to something that is over; nothing changes."""
    await store.add_message(session, conversation, "system", TEXTS.get(conversation.language, "questions.late"))


async def name_severity(session: AsyncSession, conversation: Conversation, charter: Charter, severity: str) -> bool:
    """Set the open case's severity; a worse one starts its own target now, and no promise moves later.

    The next question follows, if one is missing. Says ``False`` when there is no open case. Raises ``BadInput`` for
    a severity that the charter doesn't have.
    """
    case = await open_case_of(session, conversation.id)
    terms = charter if case is None else await terms_of(session, case)
    if severity not in terms.severities:
        raise BadInput(f"The charter has no severity '{severity}'.")
    if case is None:
        return False
    lang = conversation.language
    before = case.severity
    promise_for_severity(case, terms, severity, utcnow())
    package = await package_of(session, case, conversation, charter)
    is_open = package.open == "severity"
    if is_open or package.known["severity"] is None or before != severity:
        record(session, case, "severity", "customer", {"from": before, "to": severity})
        alert(session, case, "severity")
    text = TEXTS.get(
        lang,
        "severity.set" if case.respond_by else "severity.set_best_effort",
        severity=terms.severities[severity].name.say(lang),
        respond_by=due_text(charter, case.respond_by, lang),
    )
    await store.add_message(session, conversation, "system", text)
    if is_open:
        await questions.ask_next(session, conversation, charter, case)
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


async def withdraw(session: AsyncSession, conversation: Conversation) -> bool:
    """Close the case that the waiting customer needs no more, as ``withdrawn``; say ``False`` when nobody waits.

    It counts as solved nowhere, and what the customer writes next is a new matter.
    """
    case = await open_case_of(session, conversation.id)
    if case is None or conversation.state != State.WAITING:
        return False
    store.change_state(session, conversation, Event.WITHDRAW)
    close(session, case, "withdrawn", "customer")
    conversation.outcome = "withdrawn"
    text = TEXTS.get(conversation.language, "waiting.withdrawn", number=case.number)
    await store.add_message(session, conversation, "system", text)
    return True


async def confirm_solved(session: AsyncSession, conversation: Conversation) -> bool:
    """Close the case that the customer says is solved; say ``False`` when no closing message was sent for one.

    Said again it is closed already, and stays so.
    """
    case = await latest_case(session, conversation.id)
    if case is None or case.closing_sent_at is None:
        return False
    if case.status == "closed":
        await say_welcome(session, conversation)
        return True
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
    await reopen(session, conversation, charter, case)


async def write_after_close(
    session: AsyncSession, conversation: Conversation, charter: Charter, reopen_days: int
) -> bool:
    """Reopen the closed case when the customer writes within ``reopen_days`` of its end; say whether it did.

    The days are those of the charter the case was opened under; ``reopen_days`` counts where there is no case. A case
    that the customer withdrew stays closed.
    """
    case = await latest_case(session, conversation.id)
    if case is not None:
        reopen_days = (await terms_of(session, case)).closing.reopen_days
    ended = case.closed_at if case and case.outcome != "withdrawn" else None
    if case is None or ended is None or utcnow() - ended > timedelta(days=reopen_days):
        store.change_state(session, conversation, Event.WRITE_AGAIN)
        return False
    await reopen(session, conversation, charter, case)
    return True


def close(session: AsyncSession, case: Case, outcome: str, actor: str) -> None:
    """Mark the case closed with its outcome: ``confirmed``, ``unanswered`` or ``withdrawn``."""
    case.status, case.outcome, case.closed_at = "closed", outcome, utcnow()
    case.waiting_since = None
    end_all(case, case.closed_at)
    record(session, case, "closed", actor, {"outcome": outcome})
    alert(session, case, "closed")


async def _go_on(session: AsyncSession, conversation: Conversation, case: Case) -> None:
    """Let the clocks run that waited for the customer; what is written after the closing message is no "solved"."""
    if case.status == "closing":
        case.status = "open"
        record(session, case, "answered", "customer")
    customer_spoke(case, await terms_of(session, case), utcnow(), with_agent=conversation.state == State.HUMAN)


async def reopen(
    session: AsyncSession, conversation: Conversation, charter: Charter, case: Case, *, actor: str = "customer"
) -> None:
    """Take the case up again, closed or about to be; the customer hears it, with the time of the next answer."""
    was_closed = case.status == "closed"
    store.change_state(session, conversation, Event.STILL_BROKEN, actor=actor)
    at, terms = utcnow(), await terms_of(session, case)
    case.status, case.closed_at, case.outcome, case.closing_sent_at = "open", None, None, None
    case.waiting_since = at if conversation.state == State.WAITING else None
    if was_closed:
        begin(case, terms, at)
    else:
        customer_spoke(case, terms, at, with_agent=conversation.state == State.HUMAN)
    if conversation.state == State.WAITING:
        renew_response(case, terms, at)
    record(session, case, "reopened" if was_closed else "still_broken", actor)
    alert(session, case, "reopened")
    if was_closed:
        await _say(session, conversation, charter, case, "closing.reopened")
    else:
        text = TEXTS.get(conversation.language, "closing.stays_open", number=case.number)
        await store.add_message(session, conversation, "system", text)


async def _say(session: AsyncSession, conversation: Conversation, charter: Charter, case: Case, key: str) -> None:
    lang = conversation.language
    owed = owed_answer(case, utcnow())
    if owed.due is None:
        key = f"{key}_best_effort"
    elif owed.late:
        key = f"{key}_late"
    text = TEXTS.get(lang, key, number=case.number, respond_by=due_text(charter, owed.due, lang))
    await store.add_message(session, conversation, "system", text)

"""Questions to a customer who waits for a person: one at a time, each may be skipped, none holds anything up."""

import json
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.models import Conversation, Message
from firstline.conversations.states import State
from firstline.desk.facets import note_facets
from firstline.desk.history import TEXTS, alert, record
from firstline.desk.models import Case
from firstline.desk.package import ALL_QUESTIONS, Package, package_of
from firstline.reading.asking import asks
from firstline.reading.entities import asked_products, entities_of, name_of
from firstline.reading.phrases import Wish, wish_of

CATEGORIES = ("billing_subscription", "provisioning_configuration", "problem", "updates", "usage")
_LONGEST_PRODUCT = 40


async def ask_next(
    session: AsyncSession, conversation: Conversation, charter: Charter, case: Case, lead: str = ""
) -> bool:
    """Ask for what is missing, after ``lead``; say ``False`` when nothing is, or three questions were asked."""
    package = await package_of(session, case, conversation, charter)
    name = package.next_question()
    if name is None or conversation.state != State.WAITING:
        return False
    await _ask(session, conversation, charter, case, package, name, lead)
    return True


async def answer_typed(
    session: AsyncSession, conversation: Conversation, charter: Charter, case: Case, message: Message
) -> bool:
    """Take what was typed as an answer to the open question; say ``False`` when there is none or it isn't one."""
    package = await package_of(session, case, conversation, charter)
    wish = wish_of(message.text)
    if wish == Wish.GO_BACK and package.asked:
        before = package.asked.index(package.open) - 1 if package.open in package.asked else len(package.asked) - 1
        await _ask(session, conversation, charter, case, package, package.asked[max(0, before)])
        return True
    name = package.open
    if name is None:
        return False
    match wish:
        case Wish.SKIP | Wish.STOP_ASKING:
            await skip(session, conversation, charter, case, ALL_QUESTIONS if wish == Wish.STOP_ASKING else name)
        case Wish.WHY:
            lead = TEXTS.get(conversation.language, f"questions.why.{name}")
            await _ask(session, conversation, charter, case, package, name, lead)
        case None if name == "severity" and package.suggested_severity and _severity_words(message.text):
            await _ask(session, conversation, charter, case, package, name)
        case None if _answers(name, message.text):
            await tell(session, conversation, charter, case, name, message=message.id)
        case _:
            return False
    return True


async def tell(
    session: AsyncSession, conversation: Conversation, charter: Charter, case: Case, name: str, **answer: Any
) -> None:
    """Keep an answer: ``value`` of a button, or the id of the ``message`` that holds it; then ask on.

    An answer to a question that is no longer open is kept all the same. The same answer twice is kept once.
    """
    package = await package_of(session, case, conversation, charter)
    value = answer.get("value")
    if name == "category" and value in CATEGORIES:
        if case.category == value and name in package.settled:
            await _say(session, conversation, "questions.noted")
            return
        case.category = value
    record(session, case, "told", "customer", {"question": name, **answer})
    await note_facets(session, case, conversation, charter)
    alert(session, case, "told")
    await _go_on(session, conversation, charter, case, name == package.open)


async def skip(session: AsyncSession, conversation: Conversation, charter: Charter, case: Case, name: str) -> None:
    """Leave a question out; one that is settled already stays as it is."""
    package = await package_of(session, case, conversation, charter)
    if name != ALL_QUESTIONS and name in package.settled:
        await _say(session, conversation, "questions.late")
        return
    record(session, case, "skipped", "customer", {"question": name})
    await _go_on(session, conversation, charter, case, name in (package.open, ALL_QUESTIONS))


async def repeat(session: AsyncSession, conversation: Conversation, charter: Charter, case: Case, lead: str) -> bool:
    """Put the open question once more, after ``lead``; say ``False`` when there is none."""
    package = await package_of(session, case, conversation, charter)
    if package.open is None or conversation.state != State.WAITING:
        return False
    await _ask(session, conversation, charter, case, package, package.open, lead)
    return True


async def _go_on(
    session: AsyncSession, conversation: Conversation, charter: Charter, case: Case, was_open: bool
) -> None:
    lead = TEXTS.get(conversation.language, "questions.noted")
    if not was_open:
        await _say(session, conversation, "questions.noted")
    elif not await ask_next(session, conversation, charter, case, lead):
        await _say(session, conversation, "questions.done")


async def _ask(
    session: AsyncSession,
    conversation: Conversation,
    charter: Charter,
    case: Case,
    package: Package,
    name: str,
    lead: str = "",
) -> None:
    if package.open != name:
        record(session, case, "asked", "bot", {"question": name})
    lang = conversation.language
    text = TEXTS.get(lang, f"questions.ask.{name}")
    if name == "severity":
        severities = [charter.severities[key] for key in reversed(charter.severities_by_rank)]
        text += "\n" + "\n".join(f"- **{s.name.say(lang)}**: {s.definition.say(lang)}" for s in severities)
        if package.suggested_severity:
            suggested = charter.severities[package.suggested_severity].name.say(lang)
            text += "\n" + TEXTS.get(lang, "questions.suggest", severity=suggested)
    buttons = [*_choices(name, charter, lang), _button(TEXTS.get(lang, "questions.skip"), "skip", question=name)]
    await store.add_message(session, conversation, "system", f"{lead}\n\n{text}".strip(), buttons=buttons)


def _choices(name: str, charter: Charter, lang: str) -> list[dict[str, str]]:
    match name:
        case "severity":
            return [
                _button(charter.severities[key].name.say(lang), "severity", severity=key)
                for key in reversed(charter.severities_by_rank)
            ]
        case "category":
            return [
                _button(TEXTS.get(lang, f"questions.category.{key}"), "tell", question=name, value=key)
                for key in CATEGORIES
            ]
        case "product":
            return [
                _button(name_of("product", key, lang), "tell", question=name, value=key) for key in asked_products()
            ]
    return []


def _button(title: str, payload: str, **data: str) -> dict[str, str]:
    return {"title": title, "payload": f"/{payload}{json.dumps(data, separators=(',', ':'))}"}


def _answers(name: str, text: str) -> bool:
    kinds = {entity.kind for entity in entities_of(text)}
    if name == "contact":
        return bool(kinds & {"email", "phone"})
    if name == "severity" or asks(text):
        return False
    return name in ("category", "tried") or "product" in kinds or len(text) <= _LONGEST_PRODUCT


def _severity_words(text: str) -> bool:
    return any(entity.kind == "severity" and entity.value != "urgent" for entity in entities_of(text))


async def _say(session: AsyncSession, conversation: Conversation, key: str) -> None:
    await store.add_message(session, conversation, "system", TEXTS.get(conversation.language, key))

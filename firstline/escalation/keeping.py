"""Keeping a case's dossier and credit file, handing the case on, and what came back from above."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.core.errors import BadInput, Conflict
from firstline.core.texts import LANGUAGES
from firstline.core.times import utcnow
from firstline.desk.history import alert, events_of, record
from firstline.desk.models import Case, Staff
from firstline.desk.package import package_of
from firstline.desk.promises import due_text, next_word, owed_answer, renew_update
from firstline.desk.queue import locked_case
from firstline.desk.terms import terms_of
from firstline.escalation.credit_file import CreditFile, from_evidence
from firstline.escalation.dossier import Around, Dossier, missing
from firstline.escalation.form import TEXTS
from firstline.escalation.models import Escalation, EscalationHop
from firstline.escalation.route import Step, choices, route
from firstline.reading.entities import name_of
from firstline.support_rules.ownership import owner_by_matter
from firstline.support_rules.products import named_in


@dataclass(frozen=True)
class Held:
    """A case with what is kept for handing it on, and the terms it was opened under."""

    case: Case
    conversation: Conversation
    terms: Charter
    kept: Escalation
    dossier: Dossier
    credit: CreditFile | None
    contacts: list[str]
    customer_words: list[str]

    def next_step(self) -> Step | None:
        """Return who comes next on the way up, or ``None`` at its end and where there is no way.

        A hop that sent the case back for more comes again.
        """
        passed = sum(hop.outcome != "returned" for hop in self.kept.hops)
        return next(iter(route(self.terms, self.dossier)[passed:]), None)

    def missing(self, now: datetime, language: str) -> list[str]:
        """Return why the dossier can't go to the next hop in ``language``."""
        around = Around(now, self.contacts, bool(route(self.terms, self.dossier)), language == "en")
        return missing(self.dossier, around)


async def hold(session: AsyncSession, case: Case, conversation: Conversation) -> Held:
    """Read what is kept; what nobody has written yet begins with what the conversation says."""
    terms = await terms_of(session, case)
    package = await package_of(session, case, conversation, terms)
    messages = await store.transcript(session, conversation.id)
    words = [message.text for message in messages if message.author == "customer" and not message.payload]
    kept = await session.get(Escalation, case.id) or Escalation(case_id=case.id, dossier={}, revision=0, hops=[])
    evidence = [event.data for event in await events_of(session, case) if event.kind == "evidence"]
    named = named_in(str(evidence[-1].get("service", ""))) if evidence else []
    said = name_of("product", package.product_id, "en") if package.product_id else None
    product = said or (named[0].name if named else "")
    begun = _begun(case, terms, product, package.known.get("tried"), words)
    credit = None
    if kept.credit is not None:
        credit = CreditFile.model_validate(kept.credit)
    elif case.reason == "service_credit":
        credit = from_evidence(evidence[-1] if evidence else {}, terms.main_calendar.tz)
    dossier = Dossier.model_validate(kept.dossier) if kept.dossier else begun
    return Held(case, conversation, terms, kept, dossier, credit, package.contacts, words)


async def save_dossier(session: AsyncSession, staff: Staff, number: str, dossier: Dossier, revision: int) -> None:
    """Keep the dossier. Raises ``Conflict`` when somebody has changed it since ``revision``."""
    held = await _change(session, staff, number, revision)
    held.kept.dossier = dossier.model_dump(mode="json")
    record(session, held.case, "dossier_saved", staff)


async def save_credit(session: AsyncSession, staff: Staff, number: str, credit: CreditFile, revision: int) -> None:
    """Keep the credit file. Raises ``Conflict`` when somebody has changed it since ``revision``."""
    held = await _change(session, staff, number, revision)
    held.kept.credit = credit.model_dump(mode="json")
    record(session, held.case, "credit_saved", staff)


async def hand_on(session: AsyncSession, staff: Staff, number: str, language: str, revision: int) -> EscalationHop:
    """Give the case to the next hop in ``language`` and tell the customer.

    The customer hears our own next update, which stays where it was promised; a hop's time is never shown, since it is
    not ours to promise. Raises ``Conflict`` while the dossier is incomplete, and when there is nobody further up.
    """
    now = utcnow()
    held = await _change(session, staff, number, revision)
    step = held.next_step()
    reasons = held.missing(now, language)
    if reasons:
        raise incomplete(number, reasons)
    if step is None:
        raise Conflict(f"Case {number} has reached the end of its way up.", code="nobody_above")
    offered = choices(held.terms, step, held.dossier.severity, now)
    choice = next((one for one in offered if one.language == language), None)
    if choice is None:
        raise BadInput(f"The next hop doesn't work in {language!r}; choose another language.", code="hop_language")
    hop = EscalationHop(
        case_id=held.case.id,
        level=step.level,
        language=language,
        sent_at=now,
        sent_by=staff.email,
        due=choice.due,
        dossier=held.dossier.model_dump(mode="json"),
    )
    held.kept.hops.append(hop)
    await tell(session, held, step, now)
    record(session, held.case, "handed_on", staff, {"level": step.level, "language": language})
    alert(session, held.case, "handed_on", by=staff.name)
    await session.flush()
    return hop


def told(held: Held, step: Step, now: datetime) -> str:
    """Return what the customer reads when the case goes to ``step`` now: who has it, and our own next update."""
    lang, due = held.conversation.language, next_word(held.case, held.terms, now)
    values: dict[str, Any] = {"number": held.case.number, "to": TEXTS.get(lang, f"level.{step.level}")}
    if due is None:
        return TEXTS.get(lang, "told.plain", **values)
    return TEXTS.get(lang, "told.update", **values, update=due_text(held.terms, due, lang))


async def record_answer(session: AsyncSession, staff: Staff, number: str, text: str, reference: str) -> EscalationHop:
    """Keep what the last hop answered. Raises ``Conflict`` when none is awaited."""
    case, conversation = await locked_case(session, staff.partner, number)
    held = await hold(session, case, conversation)
    if not held.kept.hops or held.kept.hops[-1].answered_at is not None:
        raise Conflict(f"No answer is awaited for case {number}; hand it on first.", code="not_handed_on")
    if not text.strip():
        raise BadInput("The answer is empty; write what came back.", code="empty")
    hop = held.kept.hops[-1]
    hop.answer, hop.reference, hop.answered_at = text.strip(), reference.strip(), utcnow()
    hop.outcome = "answered"
    late = hop.due is not None and hop.answered_at > hop.due
    record(session, case, "hop_answered", staff, {"level": hop.level, "late": late})
    alert(session, case, "handed_on", by=staff.name)
    return hop


async def _change(session: AsyncSession, staff: Staff, number: str, revision: int) -> Held:
    case, conversation = await locked_case(session, staff.partner, number)
    held = await hold(session, case, conversation)
    if case.status == "closed":
        raise Conflict(f"Case {number} is closed.", code="closed")
    if held.kept.revision != revision:
        raise Conflict("A colleague has changed this in the meantime; load it again.", code="changed_meanwhile")
    held.kept.revision += 1
    held.kept.changed_at = utcnow()
    if not held.kept.dossier:
        held.kept.dossier = held.dossier.model_dump(mode="json")
    session.add(held.kept)
    return held


async def tell(session: AsyncSession, held: Held, step: Step, now: datetime) -> None:
    """Tell the customer that the case goes to ``step`` now; a new update is promised where the last one has passed."""
    text = told(held, step, now)
    owed = owed_answer(held.case, now)
    if owed.due is None or owed.late:
        renew_update(held.case, held.terms, now)
    await store.add_message(session, held.conversation, "system", text)


def _begun(case: Case, terms: Charter, product: str, tried: str | None, words: list[str]) -> Dossier:
    """Return the dossier as the conversation begins it; what is marketplace's goes to the publisher."""
    rule = next((rule for rule in map(owner_by_matter, reversed(words)) if rule), None)
    known = next(iter(named_in(product)), None)
    severity = terms.severities[case.severity].upstream_class if case.severity in terms.severities else "none"
    marketplace = rule is not None and rule.owner == "isv"
    azure, dynamics = known and known.family == "azure", known and known.id in ("dynamics", "power_platform")
    family = "marketplace" if marketplace else "azure" if azure else "dynamics" if dynamics else "m365"
    fields: dict[str, Any] = {
        "product": product[:300],
        "family": family,
        "target": "isv" if marketplace else "microsoft",
        "severity": "" if severity == "none" else severity,
        "tried": (tried or "")[:8000],
    }
    return Dossier(**fields)


def incomplete(number: str, reasons: list[str]) -> Conflict:
    """Return the refusal of something that isn't complete; ``details`` name every reason."""
    error = Conflict(f"Case {number} can't be handed on yet: {', '.join(reasons)}.", code="incomplete")
    error.details = {"missing": reasons}
    return error


def reasons_json(keys: list[str], group: str) -> list[dict[str, Any]]:
    """Return reasons with what to do about each, in every language."""
    return [{"reason": key, **{lang: TEXTS.get(lang, f"{group}.{key}") for lang in LANGUAGES}} for key in keys]

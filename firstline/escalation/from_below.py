"""What resellers have handed to their provider: the queue there, and what the provider does with each case."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from firstline.charter import Charter
from firstline.core.errors import BadInput, Conflict
from firstline.core.texts import LANGUAGES
from firstline.core.times import iso, utcnow
from firstline.desk.history import alert, record
from firstline.desk.models import Case, Staff
from firstline.desk.noting import note
from firstline.desk.queue import locked_case
from firstline.escalation.dossier import Around, Dossier, missing
from firstline.escalation.form import form_of
from firstline.escalation.keeping import Held, hold, incomplete, tell
from firstline.escalation.models import EscalationHop
from firstline.escalation.route import Choice, choices, step_at
from firstline.escalation.views import hop_json, waiting_json

Further = Literal["microsoft", "isv"]
FURTHER: tuple[Further, ...] = ("microsoft", "isv")


async def from_below(session: AsyncSession, resellers: Collection[str], now: datetime) -> list[dict[str, Any]]:
    """Return what waits for the provider of ``resellers``, or for whom it passed it on to, the first due at the top.

    ``with`` is whose turn it is; ``late`` says that the hop's time has passed.
    """
    mine = aliased(EscalationHop)
    through_provider = exists().where(mine.case_id == EscalationHop.case_id, mine.level == "provider")
    query = (
        select(EscalationHop, Case)
        .join(Case, Case.id == EscalationHop.case_id)
        .where(Case.partner.in_(resellers), Case.status != "closed")
        .where(EscalationHop.answered_at.is_(None), through_provider)
    )
    rows = [
        {
            "partner": case.partner,
            "case": case.number,
            "title": str(hop.dossier.get("title", "")),
            "product": str(hop.dossier.get("product", "")),
            "class": str(hop.dossier.get("severity", "")),
            "with": hop.level,
            **waiting_json(hop, now),
            "accepted_by": hop.accepted_by,
        }
        for hop, case in (await session.execute(query)).tuples()
    ]
    return sorted(rows, key=lambda row: (row["with"] != "provider", row["due"] is None, row["due"] or row["sent_at"]))


def below_json(held: Held, provider: Charter, now: datetime) -> dict[str, Any]:
    """Return one case as the provider sees it: the dossier as it was sent, the hops, and whom it can pass it on to.

    ``further`` is ``{"microsoft": [{"language", "due"}], "isv": [...]}`` by the provider's own charter.
    """
    if not any(hop.level == "provider" for hop in held.kept.hops):
        raise Conflict(f"Case {held.case.number} was not handed to the provider.", code="not_from_below")
    sent = Dossier.model_validate(held.kept.hops[-1].dossier)
    zone = provider.main_calendar.tz
    return {
        "partner": held.case.partner,
        "case": held.case.number,
        "hops": [hop_json(hop) for hop in held.kept.hops],
        "open": held.kept.hops[-1].answered_at is None,
        "form": {lang: form_of(sent, lang, zone) for lang in LANGUAGES},
        "original": {"lang": held.case.language, "texts": held.customer_words},
        "further": {
            level: [
                {"language": one.language, "due": iso(one.due) if one.due else None}
                for one in _ways(provider, level, sent, now)
            ]
            for level in FURTHER
        },
    }


async def accept(session: AsyncSession, staff: Staff, number: str) -> None:
    """Say that ``staff`` of the provider looks after the case. Raises ``Conflict`` when a colleague does already."""
    held, hop = await _waiting(session, staff, number)
    if hop.accepted_by not in (None, staff.email):
        raise Conflict(f"{hop.accepted_by} has accepted case {number} already.", code="accepted_already")
    hop.accepted_by, hop.accepted_at = staff.email, hop.accepted_at or utcnow()
    record(session, held.case, "hop_accepted", staff, {"level": hop.level})
    alert(session, held.case, "handed_on", by=staff.name)


async def ask_more(session: AsyncSession, staff: Staff, number: str, text: str) -> None:
    """Send the case back to the reseller with what is missing; it can be handed on again. The customer hears nothing.

    Raises ``Conflict`` when the case has been passed on further, ``BadInput`` for an empty text.
    """
    held, hop = await _waiting(session, staff, number)
    if hop.level != "provider":
        raise Conflict(f"Case {number} has been passed on; record the answer instead.", code="passed_on")
    _end(session, held, hop, staff, "returned", _words(text))


async def answer(session: AsyncSession, staff: Staff, number: str, text: str, reference: str) -> None:
    """Answer the reseller: the provider's own words, or what came back from above. Raises ``BadInput`` when empty."""
    held, hop = await _waiting(session, staff, number)
    hop.reference = reference.strip()
    _end(session, held, hop, staff, "answered", _words(text))


async def pass_on(
    session: AsyncSession, staff: Staff, number: str, level: Further, language: str, provider: Charter
) -> None:
    """Pass the case on to Microsoft or the publisher under the provider's own charter, and tell the customer.

    Raises ``Conflict`` (``incomplete``) while something is missing for that, ``BadInput`` for a language in which
    nobody works there.
    """
    now = utcnow()
    held, hop = await _waiting(session, staff, number)
    if hop.level != "provider":
        raise Conflict(f"Case {number} has been passed on already.", code="passed_on")
    sent = Dossier.model_validate(hop.dossier)
    step = step_at(provider, level)
    if level == "microsoft":
        reasons = missing(sent, Around(now, held.contacts, True, language == "en"))
    else:
        reasons = [] if step.hop or sent.publisher else ["no_publisher"]
    if reasons:
        raise incomplete(number, reasons)
    way = next((one for one in _ways(provider, level, sent, now) if one.language == language), None)
    if way is None:
        raise BadInput(f"Nobody works there in {language!r}; choose another language.", code="hop_language")
    hop.answered_at, hop.outcome, hop.accepted_by = now, "passed_on", hop.accepted_by or staff.email
    held.kept.hops.append(
        EscalationHop(
            case_id=held.case.id, level=level, language=language, sent_at=now, sent_by=staff.email, due=way.due,
            dossier=hop.dossier, accepted_by=hop.accepted_by, accepted_at=hop.accepted_at or now,
        )
    )  # fmt: skip
    await tell(session, held, step, now)
    record(session, held.case, "handed_on", staff, {"level": level, "language": language})
    alert(session, held.case, "handed_on", by=staff.name)


async def _waiting(session: AsyncSession, staff: Staff, number: str) -> tuple[Held, EscalationHop]:
    """Return the case, locked, and the hop that owes an answer; ``staff`` acts at the reseller."""
    held = await hold(session, *await locked_case(session, staff.partner, number))
    hops = held.kept.hops
    if held.case.status == "closed" or not any(hop.level == "provider" for hop in hops) or hops[-1].answered_at:
        raise Conflict(f"Nothing of case {number} waits for the provider.", code="not_from_below")
    return held, hops[-1]


def _end(session: AsyncSession, held: Held, hop: EscalationHop, staff: Staff, outcome: str, text: str) -> None:
    now = utcnow()
    hop.answer, hop.answered_at, hop.outcome = text, now, outcome
    hop.accepted_by = hop.accepted_by or staff.email
    kind = "hop_returned" if outcome == "returned" else "hop_answered"
    record(session, held.case, kind, staff, {"level": hop.level, "late": hop.due is not None and now > hop.due})
    alert(session, held.case, "handed_on", by=staff.name)
    note(
        session, held.case, "from_above", now, to="agent", outcome=outcome, agent=held.conversation.agent_id, said=text
    )


def _words(text: str) -> str:
    if not text.strip():
        raise BadInput("The text is empty; write what the reseller has to know.", code="empty")
    return text.strip()


def _ways(provider: Charter, level: Further, sent: Dossier, now: datetime) -> list[Choice]:
    return choices(provider, step_at(provider, level), sent.severity, now)

"""What the desk shows of a case's way up."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.texts import LANGUAGES
from firstline.core.times import iso
from firstline.desk.attachments import attachment_json
from firstline.escalation.credit_file import deadline_of, missing_credit
from firstline.escalation.form import TEXTS, form_of
from firstline.escalation.keeping import Held, reasons_json, told
from firstline.escalation.models import EscalationHop
from firstline.escalation.route import Step, choices, credit_route, route
from firstline.files.models import StoredFile

_NAMED = {"field", "family", "target", "severity", "issue_class", "kind", "level"}


async def escalation_json(session: AsyncSession, held: Held, now: datetime, lead_days: int) -> dict[str, Any]:
    """Return dossier, way, hops, credit file and what is missing of each.

    ``missing`` is by the language in which the next hop would be asked: ``{"ko": [...], "en": [...]}``. ``told`` is
    what the customer would read if the case went on now.
    """
    step, zone = held.next_step(), held.terms.main_calendar.tz
    dossier = held.dossier
    ready = select(StoredFile).where(
        StoredFile.conversation_id == held.conversation.id, StoredFile.state == "ready"
    ).order_by(StoredFile.created_at)  # fmt: skip
    return {
        "number": held.case.number,
        "revision": held.kept.revision,
        "dossier": dossier.model_dump(mode="json"),
        "original": {"lang": held.case.language, "texts": held.customer_words},
        "form": {lang: form_of(dossier, lang, zone) for lang in LANGUAGES},
        "route": [_step_json(one) for one in route(held.terms, dossier)],
        "next": _step_json(step) if step else None,
        "choices": [
            {"language": one.language, "due": iso(one.due) if one.due else None}
            for one in (choices(held.terms, step, dossier.severity, now) if step else [])
        ],
        "missing": {lang: reasons_json(held.missing(now, lang), "missing") for lang in LANGUAGES},
        "told": {"lang": held.conversation.language, "text": told(held, step, now)} if step else None,
        "hops": [hop_json(hop) for hop in held.kept.hops],
        "files": [attachment_json(file) for file in await session.scalars(ready)],
        "credit": _credit_json(held, now, lead_days),
    }


def words_json() -> dict[str, dict[str, str]]:
    """Return the names of fields and codes by language, such as ``field.title`` and ``issue_class.bug``."""
    return {
        lang: {key: text for key, text in TEXTS.table(lang).items() if key.partition(".")[0] in _NAMED}
        for lang in LANGUAGES
    }


def hop_json(hop: EscalationHop) -> dict[str, Any]:
    """Return one handing on for the desk."""
    return {
        "level": hop.level,
        **_sent_json(hop),
        "reference": hop.reference,
        "answer": hop.answer,
        "answered_at": iso(hop.answered_at) if hop.answered_at else None,
        "outcome": hop.outcome,
        "accepted_by": hop.accepted_by,
        "accepted_at": iso(hop.accepted_at) if hop.accepted_at else None,
    }


def waiting_json(hop: EscalationHop, now: datetime) -> dict[str, Any]:
    """Return when and by whom a case was handed on, by when the hop owes an answer, and whether that is past."""
    return {**_sent_json(hop), "late": hop.due is not None and hop.due < now}


def _sent_json(hop: EscalationHop) -> dict[str, Any]:
    return {
        "language": hop.language,
        "sent_at": iso(hop.sent_at),
        "sent_by": hop.sent_by,
        "due": iso(hop.due) if hop.due else None,
    }


def _step_json(step: Step) -> dict[str, Any]:
    hop = step.hop
    names = {lang: TEXTS.get(lang, f"level.{step.level}") for lang in LANGUAGES}
    if hop and hop.name:
        names = {lang: hop.name.say(lang) for lang in LANGUAGES}
    return {"level": step.level, "name": names, "contact": hop.contact if hop else None}


def _credit_json(held: Held, now: datetime, lead_days: int) -> dict[str, Any] | None:
    file = held.credit
    if file is None:
        return None
    deadline = deadline_of(file, lead_days)
    dates = ("safe", "latest", "ask_by")
    known = {name: getattr(deadline, name).isoformat() for name in dates} if deadline else None
    return {
        "file": file.model_dump(mode="json"),
        "missing": reasons_json(missing_credit(file, now), "credit_missing"),
        "deadline": known and {**known, "as_of": deadline.as_of, "source": deadline.source} if deadline else None,
        "route": [_step_json(one) for one in credit_route(held.terms)],
        "form": {lang: form_of(file, lang, held.terms.main_calendar.tz) for lang in LANGUAGES},
    }

"""The partner's support terms in the console: the file and its versions, what a changed text would say and promise, and
putting it in place.
"""

import asyncio
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from pydantic import Field

from firstline.charter import Charter, Charters, Finding, check_text, describe, origins
from firstline.charter.inherited import ProviderText
from firstline.charter.publishing import Problem, broken_by, can_write, problem_of, put_in_place, revision_of
from firstline.core.database import Database
from firstline.core.errors import BadInput
from firstline.core.texts import LANGUAGES
from firstline.core.times import utcnow
from firstline.desk.audit import audit
from firstline.desk.models import Staff
from firstline.web.staff.body import Body
from firstline.web.staff_session import signed_in


class Trial(Body):
    """Body of ``POST /api/staff/charter/check``; a moment without a zone is in the charter's own."""

    text: Annotated[str, Field(max_length=200_000)]
    at: datetime | None = None


class Publication(Body):
    """Body of ``POST /api/staff/charter``; ``revision`` is that of the text one began with."""

    text: Annotated[str, Field(max_length=200_000)]
    revision: Annotated[str, Field(max_length=64)]


def charter_router(database: Database, charters: Charters) -> APIRouter:
    """Return ``/api/staff/charter``: reading, trying out and publishing."""
    router = APIRouter(prefix="/api/staff/charter", tags=["staff"])
    Admin = Annotated[Staff, Depends(signed_in(database, "charter.keep"))]  # noqa: N806 - a type

    def own_provider(admin: Staff) -> ProviderText:
        """What is typed takes over the partner's own provider's terms, never another partner's."""
        provider = charters.get(admin.partner).partner.provider
        return lambda name: charters.provider_text(name) if name == provider else None

    def shown(admin: Staff) -> dict[str, Any]:
        now = charters.get(admin.partner)
        versions = [
            {
                "version": one.version,
                "valid_from": one.valid_from.isoformat(),
                "valid_to": one.valid_to.isoformat() if one.valid_to else None,
                "in_force": one is now,
            }
            for one in charters.versions(admin.partner)
        ]
        text = charters.text(admin.partner)
        return {
            "text": text,
            "revision": revision_of(text),
            "versions": versions,
            "origins": origins(text, own_provider(admin)),
            "writable": can_write(charters, admin.partner),
        }

    # The first three don't await: files and lint keep a thread of their own busy, not everybody's.
    @router.get("")
    def show(admin: Admin) -> dict[str, Any]:
        return shown(admin)

    @router.get("/versions/{version}")
    def show_version(version: str, admin: Admin) -> dict[str, Any]:
        return {"version": version, "text": charters.text(admin.partner, version)}

    @router.post("/check")
    def check(body: Trial, admin: Admin) -> dict[str, Any]:
        found = checked(body.text, body.at, own_provider(admin))
        charter, _ = check_text(body.text, provider_text=own_provider(admin)) if found["usable"] else (None, [])
        return found | {"next": charter and _next_json(charter, problem_of(charters, admin.partner, charter, utcnow()))}

    @router.post("")
    async def publish(body: Publication, admin: Admin) -> dict[str, Any]:
        text = body.text if body.text.endswith("\n") else f"{body.text}\n"
        charter = await asyncio.to_thread(_sound, text, own_provider(admin))
        if problem := problem_of(charters, admin.partner, charter, utcnow()):
            raise BadInput(_SAID[problem], code=f"charter_{problem}")
        if broken := await asyncio.to_thread(broken_by, charters, admin.partner, text):
            raise _breaks(broken)
        async with database.session() as session:
            before = charters.current(admin.partner).version
            audit(session, admin, "charter.published", charter.version, replaces=before)
            await session.flush()
            await asyncio.to_thread(put_in_place, charters, admin.partner, text, body.revision, utcnow())
        return await asyncio.to_thread(shown, admin)

    return router


_SAID: dict[Problem, str] = {
    "other_partner": "The id is another partner's; leave it as it is.",
    "version_taken": "There is a version of this name; give this one a new name.",
    "later_one_counts": "A version that begins later is in force by then; let this one begin on that day or later.",
    "already_over": "This version's last day has passed.",
}


def _sound(text: str, provider_text: ProviderText) -> Charter:
    charter, findings = check_text(text, provider_text=provider_text)
    errors = [str(item) for item in findings if item.level == "error"]
    if charter is None or errors:
        raise BadInput("Mend the charter:\n" + "\n".join(errors), code="charter_errors")
    return charter


def _breaks(broken: dict[str, list[str]]) -> BadInput:
    listed = "\n".join(f"{partner}: {error}" for partner, errors in broken.items() for error in errors)
    error = BadInput(f"Charters that take this one over would not be sound any more:\n{listed}", code="charter_breaks")
    error.details = {"partners": ", ".join(broken)}
    return error


def _next_json(charter: Charter, problem: Problem | None) -> dict[str, Any]:
    return {"version": charter.version, "valid_from": charter.valid_from.isoformat(), "problem": problem}


def checked(text: str, at: datetime | None, provider_text: ProviderText | None = None) -> dict[str, Any]:
    """Return what a charter's text would say and promise at a moment, and what is to mend in it."""
    charter, findings = check_text(text, provider_text=provider_text)
    usable = charter is not None and not any(item.level == "error" for item in findings)
    pages = None
    if charter is not None and usable:
        moment = at or utcnow()
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(charter.main_calendar.tz))
        pages = {lang: describe(charter, lang, moment) for lang in LANGUAGES if lang in charter.languages}
    return {
        "usable": usable,
        "findings": [_finding_json(item) for item in findings],
        "pages": pages,
        "origins": origins(text, provider_text),
    }


def _finding_json(item: Finding) -> dict[str, Any]:
    file, _, line = item.source.rpartition(":")
    place = int(line) if line.isdigit() and "/" not in file else None
    return {
        "rule": item.rule,
        "level": item.level,
        "where": item.where,
        "message": {lang: item.say(lang) for lang in LANGUAGES},
        "line": place,
        "file": file or None,
    }

"""The partner's support terms in the console: the file, its versions, and what a changed text would say and promise."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from pydantic import Field

from firstline.charter import Charters, Finding, check_text, describe, origins
from firstline.charter.inherited import ProviderText
from firstline.core.database import Database
from firstline.core.texts import LANGUAGES
from firstline.core.times import utcnow
from firstline.desk.models import Staff
from firstline.web.staff.body import Body
from firstline.web.staff_session import signed_in


class Trial(Body):
    """Body of ``POST /api/staff/charter/check``; a moment without a zone is in the charter's own."""

    text: Annotated[str, Field(max_length=200_000)]
    at: datetime | None = None


def charter_router(database: Database, charters: Charters) -> APIRouter:
    """Return ``/api/staff/charter`` and its check; neither changes anything."""
    router = APIRouter(prefix="/api/staff/charter", tags=["staff"])
    Admin = Annotated[Staff, Depends(signed_in(database, "charter.read"))]  # noqa: N806 - a type

    def own_provider(admin: Staff) -> ProviderText:
        """What is typed takes over the partner's own provider's terms, never another partner's."""
        provider = charters.get(admin.partner).partner.provider
        return lambda name: charters.provider_text(name) if name == provider else None

    # Neither route awaits: files and lint keep a thread of their own busy, not everybody's.
    @router.get("")
    def show(admin: Admin) -> dict[str, Any]:
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
        return {"text": text, "versions": versions, "origins": origins(text, own_provider(admin))}

    @router.post("/check")
    def check(body: Trial, admin: Admin) -> dict[str, Any]:
        return checked(body.text, body.at, own_provider(admin))

    return router


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

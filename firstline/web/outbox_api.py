"""The outbox for leads and admins: what was not delivered and why, trying it again, and giving it up."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.core.times import utcnow
from firstline.desk.audit import audit
from firstline.desk.models import Staff
from firstline.outbox import store
from firstline.outbox.partner_file import Partners
from firstline.web.staff_session import signed_in


class Retry(BaseModel):
    """Body of ``POST /api/staff/outbox/retry``; ``None`` for every undeliverable notice."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = None


class GiveUp(BaseModel):
    """Body of ``POST /api/staff/outbox/give-up``."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(max_length=32)]
    reason: store.Reason


def outbox_router(database: Database, settings: Settings) -> APIRouter:
    """Return ``/api/staff/outbox``."""
    partners = Partners(settings.partners_dir)
    router = APIRouter(prefix="/api/staff/outbox", tags=["staff"])
    Keeper = Annotated[Staff, Depends(signed_in(database, "notice.keep"))]  # noqa: N806 - a type

    @router.get("")
    async def notices(
        admin: Keeper, state: Literal["pending", "failing", "sent", "dead", "given_up"] = "dead"
    ) -> dict[str, Any]:
        async with database.reading() as session:
            if state == "failing":
                found = await store.failing(session, admin.partner)
            else:
                found = await store.notices(session, admin.partner, state)
            counts = await store.counts(session, admin.partner)
        ways = {"email": bool(settings.smtp_host), "webhooks": len(partners.get(admin.partner).webhooks)}
        return {"notices": [store.notice_json(notice) for notice in found], "counts": counts, "ways": ways}

    @router.post("/retry")
    async def retry(body: Retry, admin: Keeper) -> dict[str, Any]:
        async with database.session() as session:
            again = await store.retry(session, admin.partner, body.id, utcnow())
            audit(session, admin, "notice.retried", body.id or "", count=len(again))
        return {"count": len(again)}

    @router.post("/give-up")
    async def give_up(body: GiveUp, admin: Keeper) -> dict[str, Any]:
        async with database.session() as session:
            notice = await store.give_up(session, admin.partner, body.id, body.reason, admin.email, utcnow())
            audit(session, admin, "notice.given_up", body.id, reason=body.reason)
            return {"notice": store.notice_json(notice)}

    return router

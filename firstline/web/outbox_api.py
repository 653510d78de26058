"""The outbox for an admin: what was not delivered and why, and trying it again."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from firstline.core.database import Database
from firstline.core.times import utcnow
from firstline.desk.audit import audit
from firstline.desk.models import Staff
from firstline.outbox import store
from firstline.web.staff_session import signed_in


class Retry(BaseModel):
    """Body of ``POST /api/staff/outbox/retry``; ``None`` for every undeliverable notice."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = None


def outbox_router(database: Database) -> APIRouter:
    """Return ``/api/staff/outbox``."""
    router = APIRouter(prefix="/api/staff/outbox", tags=["staff"])
    Admin = Annotated[Staff, Depends(signed_in(database, "notice.keep"))]  # noqa: N806 - a type

    @router.get("")
    async def notices(admin: Admin, state: Literal["pending", "sent", "dead"] = "dead") -> dict[str, Any]:
        async with database.reading() as session:
            found = await store.notices(session, admin.partner, state)
            counts = await store.counts(session, admin.partner)
        return {"notices": [store.notice_json(notice) for notice in found], "counts": counts}

    @router.post("/retry")
    async def retry(body: Retry, admin: Admin) -> dict[str, Any]:
        async with database.session() as session:
            again = await store.retry(session, admin.partner, body.id, utcnow())
            audit(session, admin, "notice.retried", body.id or "", count=len(again))
        return {"count": len(again)}

    return router

"""The audit log for admins: filtered, page by page, and as CSV."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from firstline.core.database import Database
from firstline.core.row_ids import RowId
from firstline.core.spreadsheets import csv_text
from firstline.desk.audit import AUDITED, Wanted, audit, entries, entry_json
from firstline.desk.models import Staff
from firstline.desk.staff_models import AuditEntry
from firstline.web.downloads import CsvFile, saved_as
from firstline.web.staff_session import signed_in

_EXPORTED = 100_000
_COLUMNS = ("at", "who", "home", "action", "target", "address", "data")

Text = Annotated[str, Query(max_length=254)]


def audit_router(database: Database) -> APIRouter:
    """Return ``/api/staff/audit`` and ``/api/staff/audit.csv``."""
    router = APIRouter(prefix="/api/staff", tags=["staff"])
    Admin = Annotated[Staff, Depends(signed_in(database, "audit.read"))]  # noqa: N806 - a type

    def wanted(
        who: Text = "",
        action: Text = "",
        target: Text = "",
        since: AwareDatetime | None = None,
        until: AwareDatetime | None = None,
        before: RowId | None = None,
    ) -> Wanted:
        return Wanted(who, action, target, since, until, before)

    Filters = Annotated[Wanted, Depends(wanted)]  # noqa: N806 - a type

    @router.get("/audit")
    async def log(admin: Admin, filters: Filters, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> dict[str, Any]:
        async with database.reading() as session:
            found = await entries(session, admin.partner, filters, limit + 1)
        return {
            "entries": [entry_json(entry) for entry in found[:limit]],
            "more": len(found) > limit,
            "groups": sorted({name.partition(".")[0] for name in AUDITED}),
        }

    @router.get("/audit.csv", response_class=CsvFile)
    async def export(admin: Admin, filters: Filters) -> CsvFile:
        async with database.session() as session:
            found = await entries(session, admin.partner, filters, _EXPORTED)
            audit(session, admin, "audit.exported", rows=len(found))
        return CsvFile(csv_text(_COLUMNS, map(_row, found)), headers=saved_as(f"audit-{admin.partner}.csv"))

    return router


def _row(entry: AuditEntry) -> list[Any]:
    row = entry_json(entry)
    row["data"] = json.dumps(row["data"], ensure_ascii=False) if row["data"] else ""
    return [row[column] for column in _COLUMNS]

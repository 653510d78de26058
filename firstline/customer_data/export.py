"""Handing out what is kept of a customer: one ZIP file with everything as JSON, and the files."""

import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.chat.tracker import Tracker
from firstline.core.errors import Conflict
from firstline.core.times import iso, utcnow
from firstline.customer_data.find import Found, rows_of
from firstline.customer_data.kept import KEPT
from firstline.desk.audit import audit
from firstline.files.models import StoredFile
from firstline.files.store import place_of


async def export(session: AsyncSession, tracker: Tracker, uploads: Path, found: Found, target: Path, who: str) -> int:
    """Write ``target`` with ``data.json`` and ``files/``, and note it in the audit log; returns how many rows it has.

    Rows stand by table, as they are kept, and what the bot remembers under ``bot``. Raises ``Conflict`` when the
    target exists.
    """
    tables: dict[str, list[dict[str, Any]]] = {}
    for kept in KEPT:
        query = select(kept.table).where(rows_of(kept, found)).order_by(*kept.table.primary_key.columns)
        tables[kept.table.name] = [dict(row) for row in (await session.execute(query)).mappings()]
    tables["bot"] = await tracker.events(found.conversations)
    files = [(row["id"], row["name"]) for row in tables[StoredFile.__tablename__]]
    document = {
        "partner": found.partner,
        "exported_at": iso(utcnow()),
        "conversations": found.conversations,
        "cases": found.cases,
        "addresses": found.addresses,
        "tables": tables,
    }
    _write(target, document, uploads, files)
    counts = {"cases": len(found.cases), "messages": len(tables["messages"]), "files": len(files)}
    for conversation_id in found.conversations:
        audit(session, None, "customer.exported", conversation_id, partner=found.partner, who=who, **counts)
    return sum(map(len, tables.values()))


def _write(target: Path, document: dict[str, Any], uploads: Path, files: list[tuple[str, str]]) -> None:
    try:
        target.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise Conflict(f"{target} exists; name a new file.") from None
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data.json", json.dumps(document, ensure_ascii=False, indent=1, default=_plain))
            for file_id, name in files:
                place = place_of(uploads, file_id)
                if place.is_file():
                    archive.write(place, f"files/{file_id}/{name}")
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _plain(value: Any) -> str:
    return iso(value) if isinstance(value, datetime) else str(value)

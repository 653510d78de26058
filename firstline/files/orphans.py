"""Bytes without a row: left by a process that died between storing a file and committing its message."""

import time
from pathlib import Path

from sqlalchemy import select

from firstline.core.database import Database
from firstline.files.models import StoredFile

_AGE_SECONDS = 24 * 3600


async def delete_orphans(database: Database, uploads: Path) -> int:
    """Delete files that no row names and that are a day old, so that none outlives its erased customer; say how many.

    A younger one may still get its row.
    """
    found = _old_files(uploads)
    if not found:
        return 0
    async with database.reading() as session:
        known = set(await session.scalars(select(StoredFile.id).where(StoredFile.state != "refused")))
    orphans = [path for path in found if path.name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _old_files(uploads: Path) -> list[Path]:
    before = time.time() - _AGE_SECONDS
    return [path for path in uploads.glob("[0-9a-f][0-9a-f]/*") if path.is_file() and path.stat().st_mtime < before]

"""Erasing a customer: words, files, addresses and what the bot remembers; figures stay without anybody's name."""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, insert, literal, null, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.chat.tracker import Tracker
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.core.database import Base, Database
from firstline.core.errors import Conflict
from firstline.core.logs import get_logger
from firstline.core.times import utcnow
from firstline.customer_data.find import ERASED, Found, found_of, rows_of
from firstline.customer_data.kept import KEPT, Kept
from firstline.desk.audit import audit
from firstline.desk.models import Case
from firstline.desk.promises import end_all
from firstline.files.models import StoredFile
from firstline.files.store import place_of

_log = get_logger("customer_data")
_CONVERSATIONS: Any = Conversation.__table__


@dataclass(frozen=True)
class Erased:
    """What was erased: conversations, rows deleted or emptied by table, files and events of the bot deleted."""

    conversations: int
    rows: dict[str, int]
    files: int
    bot_events: int


async def erase(
    database: Database,
    tracker: Tracker,
    uploads: Path,
    found: Found,
    *,
    who: str,
    how: str,
    even_open: bool = False,
    still_since: datetime | None = None,
) -> Erased:
    """Erase a customer's conversations, and write that into the audit log.

    Each conversation gets another id, so that neither the customer's browser nor a link finds it, and one transaction:
    what fails half-way is done by the same call again. Raises ``Conflict`` while a case is open, unless ``even_open``;
    it is closed then. With ``still_since`` a conversation in which something happened after it is left alone.
    """
    if found.open and not even_open:
        raise Conflict(
            f"Somebody may still be answering: {', '.join(found.cases) or found.open[0]}. Close the case first, or "
            "erase it all the same with --even-open."
        )
    bot_events = await tracker.forget(found.conversations)
    rows: Counter[str] = Counter()
    erased = files = 0
    for conversation_id in found.conversations:
        async with database.session() as session:
            conversation = await store.get_conversation(session, conversation_id)
            if still_since is not None and conversation.updated_at > still_since:
                continue
            one = await found_of(session, found.partner, [conversation_id], found.addresses)
            done, deleted = await _erase_one(session, uploads, one)
            counts = {"cases": len(one.cases), "messages": done["messages"], "files": deleted}
            audit(session, None, "customer.erased", conversation_id, partner=one.partner, who=who, how=how, **counts)
        _log.info("customer_erased", conversation_id=conversation_id, how=how, **counts)
        erased += 1
        rows += done
        files += deleted
    return Erased(erased, dict(sorted(rows.items())), files, bot_events)


async def _erase_one(session: AsyncSession, uploads: Path, found: Found) -> tuple[Counter[str], int]:
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(text("PRAGMA secure_delete=ON"))  # zeros instead of what was there
    kept_files = list(
        await session.scalars(select(StoredFile.id).where(StoredFile.conversation_id.in_(found.conversations)))
    )
    rows: Counter[str] = Counter()
    for kept in KEPT:
        rows[kept.table.name] += await (
            _delete(session, kept, found) if kept.is_deleted else _empty(session, kept, found)
        )
    await _close(session, found)
    await _rename(session, found.conversations[0])
    # Before the commit: a row without its file is erased by the next try, a file without its row by nobody.
    for file_id in kept_files:
        place_of(uploads, file_id).unlink(missing_ok=True)
    return +rows, len(kept_files)


async def _delete(session: AsyncSession, kept: Kept, found: Found) -> int:
    done = await session.execute(delete(kept.table).where(rows_of(kept, found)))
    return int(done.rowcount)  # type: ignore[attr-defined]


async def _empty(session: AsyncSession, kept: Kept, found: Found) -> int:
    """Empty the columns of each row; one that is made of the old value is computed row by row."""
    if kept.stays:
        return 0
    keys = list(kept.table.primary_key.columns)
    made = [name for name, value in kept.emptied.items() if callable(value)]
    plain = {name: value for name, value in kept.emptied.items() if not callable(value)}
    query = select(*keys, *(kept.table.c[name] for name in made)).where(rows_of(kept, found))
    found_rows = (await session.execute(query)).mappings().all()
    for row in found_rows:
        new = {name: kept.emptied[name](row[name]) for name in made}
        this = [key == row[key.name] for key in keys]
        await session.execute(update(kept.table).where(*this).values(**plain, **_with_null(kept.table, new)))
    return len(found_rows)


def _with_null(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    """Keep SQL's null where there was no value; a JSON column would write its own."""
    return {name: null() if value is None and table.c[name].nullable else value for name, value in values.items()}


async def _close(session: AsyncSession, found: Found) -> None:
    """Close what is still open, as withdrawn: nobody can answer any more."""
    if not found.open:
        return
    now = utcnow()
    for case in await session.scalars(select(Case).where(Case.id.in_(found.case_ids), Case.status != "closed")):
        case.status, case.outcome, case.closed_at, case.waiting_since = "closed", "withdrawn", now, None
        end_all(case, now)
    await session.flush()
    change = update(_CONVERSATIONS).where(_CONVERSATIONS.c.id.in_(found.conversations))
    await session.execute(change.values(state=State.CLOSED, outcome="withdrawn", updated_at=now))


async def _rename(session: AsyncSession, old: str) -> None:
    """Give a conversation another id, in every table that names it."""
    new = f"{ERASED}{uuid.uuid4().hex[:28]}"
    columns = [column for column in _CONVERSATIONS.c if column.name != "id"]
    row = select(literal(new), *columns).where(_CONVERSATIONS.c.id == old)
    await session.execute(insert(_CONVERSATIONS).from_select(["id", *(column.name for column in columns)], row))
    for table in _naming():
        await session.execute(update(table).where(table.c.conversation_id == old).values(conversation_id=new))
    await session.execute(delete(_CONVERSATIONS).where(_CONVERSATIONS.c.id == old))


def _naming() -> Iterator[Table]:
    return (table for table in Base.metadata.sorted_tables if "conversation_id" in table.c)

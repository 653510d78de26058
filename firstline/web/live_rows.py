"""A changed case's row goes out with the event that names it, so that no desk has to ask for its list again."""

import asyncio
from dataclasses import dataclass

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.errors import NotFound
from firstline.core.events import Event
from firstline.core.kept import Kept
from firstline.core.sockets import Frame, encode_frame
from firstline.core.times import utcnow
from firstline.desk.models import Staff
from firstline.desk.queue import find_case
from firstline.desk.rows import case_row

_KEPT = 256


@dataclass(frozen=True)
class _Told:
    """An event with its case's row, and the text of it for everybody who hasn't the case."""

    frame: Frame
    text: str


class LiveRows:
    """Reads and encodes the row once an event, however many agents are told about it."""

    def __init__(self, database: Database, charters: Charters) -> None:
        """Read rows from ``database``."""
        self._database = database
        self._charters = charters
        # The hub hands every subscriber the same event; holding it keeps its id from being used again.
        self._reading: Kept[int, tuple[Event, asyncio.Task[_Told | None]]] = Kept(_KEPT)

    async def with_row(self, event: Event, staff: Staff) -> Frame | str:
        """Return a case's event with its row as ``staff`` sees it, mostly as text; other events as they are."""
        if event["type"] != "case":
            return event
        told = await asyncio.shield(self._task(event, staff))
        if told is None:
            return event
        row = told.frame["row"]
        return told.frame | {"row": row | {"mine": True}} if row["agent_id"] == staff.id else told.text

    def _task(self, event: Event, staff: Staff) -> asyncio.Task[_Told | None]:
        known = self._reading.get(id(event))
        if known is not None:
            return known[1]
        task = asyncio.create_task(self._read(event, staff))
        self._reading.keep(id(event), (event, task))
        return task

    async def _read(self, event: Event, staff: Staff) -> _Told | None:
        async with self._database.reading() as session:
            try:
                case, conversation = await find_case(session, staff.partner, str(event["number"]))
            except NotFound:
                return None
            charter = self._charters.get(staff.partner)
            row = await case_row(session, case, conversation, charter, staff, utcnow())
        frame = event | {"row": row | {"mine": False}}
        return _Told(frame, encode_frame(frame))

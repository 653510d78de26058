"""The tracker's database: an event is written once, and a conversation that goes on is not read again."""

import atexit
import json
from collections import OrderedDict
from itertools import islice
from typing import Any, Dict, Iterable, List, Optional, Text, Tuple

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from firstline_bot.event_table import open_table

KEPT = 256
_NEWEST = "SELECT max(id) FROM events WHERE sender_id = :sender_id"
_SESSION = """
SELECT id, data FROM events WHERE sender_id = :sender_id AND id >= coalesce(
    (SELECT max(id) FROM events WHERE sender_id = :sender_id AND type_name = :start), 0) ORDER BY id
"""
_ALL = "SELECT id, data FROM events WHERE sender_id = :sender_id ORDER BY id"


class EventLog(TrackerStore):
    """Trackers in a database, one row an event, in the table that Rasa's own SQL store makes.

    `save` appends the events that are new, all or none, before it returns. The tracker stays in memory and is handed
    out again as long as the database holds nothing newer of it, so another process may go on with a conversation;
    whoever takes it and does not save it leaves nothing behind.
    """

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        host: Optional[Text] = None,
        db: Text = "tracker.db",
    ) -> None:
        """Open `db`, a file or a `postgresql://` address.

        Raises RasaException for an event broker, which would be told nothing.
        """
        if event_broker is not None:
            raise RasaException("This tracker store streams no events; take the event broker out of endpoints.yml.")
        super().__init__(domain, None)
        self._kept: "OrderedDict[Text, Tuple[DialogueStateTracker, int]]" = OrderedDict()
        self.table = open_table(db)
        atexit.register(self.close)

    def close(self) -> None:
        """Close the database."""
        self.table.close()

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """Return the tracker with the events of the latest session, None for a conversation without any."""
        tracker, newest = self._kept.pop(sender_id, (None, None))
        if tracker is not None and newest == self.table.rows(_NEWEST, {"sender_id": sender_id})[0][0]:
            return tracker
        return self._read(sender_id, _SESSION)

    async def retrieve_full_tracker(self, conversation_id: Text) -> Optional[DialogueStateTracker]:
        """Return the tracker with the events of all sessions, None for a conversation without any."""
        return self._read(conversation_id, _ALL)

    async def keys(self) -> Iterable[Text]:
        """Return the ids of all conversations."""
        return [row[0] for row in self.table.rows("SELECT DISTINCT sender_id FROM events", {})]

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the events that the database does not hold. Raises the database's error, and then wrote none."""
        sender_id = tracker.sender_id
        if not tracker.events:
            return  # Rasa saves a conversation when it makes one, and goes on to change it.
        rows = [_row(sender_id, event) for event in islice(tracker.events, self._saved(tracker), None)]
        newest = self.table.append(sender_id, rows)
        tracker.saved_events = len(tracker.events)  # type: ignore[attr-defined]
        self._kept[sender_id] = (tracker, newest)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def _saved(self, tracker: DialogueStateTracker) -> int:
        """Return how many of the tracker's events are in the database; a copy made elsewhere doesn't know."""
        known: Optional[int] = getattr(tracker, "saved_events", None)
        if known is not None:
            return known
        return len(self._rows(tracker.sender_id, _SESSION))

    def _read(self, sender_id: Text, query: Text) -> Optional[DialogueStateTracker]:
        rows = self._rows(sender_id, query)
        if not rows:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, [json.loads(row[1]) for row in rows], self.domain.slots)
        tracker.saved_events = len(tracker.events)  # type: ignore[attr-defined]
        return tracker

    def _rows(self, sender_id: Text, query: Text) -> List[Tuple[Any, ...]]:
        found: List[Tuple[Any, ...]] = self.table.rows(
            query, {"sender_id": sender_id, "start": SessionStarted.type_name}
        )
        return found


def _row(sender_id: Text, event: Event) -> Dict[Text, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }

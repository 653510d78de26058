"""Actions in the app: what is sent, over connections that stay open, and what may come back."""

import json
from functools import lru_cache
from itertools import islice
from typing import Any, Dict, List, Optional, Text

import aiohttp
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from firstline_bot import request as current

# Actions read slots and the latest message; of what was said before they get this much.
SENT_MESSAGES = 3
# The app closes a connection that was idle for five seconds; a request must not meet that.
_IDLE_SECONDS = 3.0
_LONGEST_SECONDS = 30.0
# For each event that an action sends, Rasa walks all kinds of events there are, and asks each whether it is abstract.
Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))  # type: ignore[assignment]


class AppEndpoint(EndpointConfig):
    """The app's address; Rasa's own opens a session and a connection for every request."""

    def __init__(self, endpoint: EndpointConfig) -> None:
        """Call what `endpoint` names, with its headers."""
        super().__init__(endpoint.url, headers=endpoint.headers)
        self._open: Optional[aiohttp.ClientSession] = None

    async def request(
        self,
        method: Text = "post",
        subpath: Optional[Text] = None,
        content_type: Optional[Text] = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Post `json` and return the answer. Raises ClientResponseError from status 400 up, or aiohttp's errors."""
        body = json.dumps(kwargs["json"], ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", **current.headers()}
        async with self._session().post(self.url, data=body, headers=headers) as response:
            content = await response.read()
            if response.status >= 400:
                raise ClientResponseError(response.status, str(response.reason), content.decode(errors="replace"))
            return json.loads(content)

    def _session(self) -> aiohttp.ClientSession:
        if self._open is None:
            self._open = aiohttp.ClientSession(
                headers=self.headers,
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS),
                timeout=aiohttp.ClientTimeout(total=_LONGEST_SECONDS),
            )
        return self._open


class AppAction(RemoteAction):
    """An action of the app, called in the shape Rasa calls one, without what this app's actions never read."""

    def _action_call_format(self, tracker: DialogueStateTracker, domain: Domain) -> Dict[Text, Any]:
        """Return the request: the tracker, in short what happened since the last messages, and no domain."""
        state = tracker.current_state(EventVerbosity.NONE)
        state["events"] = [_short(event) for event in _recent(tracker)]
        return {"next_action": self._name, "sender_id": tracker.sender_id, "tracker": state, "version": _RASA}

    def _validate_action_result(self, result: Any) -> bool:
        """Check what the app answered. Raises RasaException where an event or a response would be lost."""
        rows = [result.get("events", []), result.get("responses", [])] if isinstance(result, dict) else [None]
        for row in rows:
            if not isinstance(row, list) or not all(isinstance(item, dict) for item in row):
                raise RasaException("The app's answer must hold 'events' and 'responses', lists of objects.")
        if not all(isinstance(item.get("event"), str) for item in rows[0]):
            raise RasaException("Every event in the app's answer must name its kind in 'event'.")
        return True


def _recent(tracker: DialogueStateTracker) -> List[Event]:
    """Return the events from the last message but two on."""
    messages = 0
    count = 0
    for event in reversed(tracker.events):
        count += 1
        if isinstance(event, UserUttered):
            messages += 1
            if messages == SENT_MESSAGES:
                break
    return list(islice(tracker.events, len(tracker.events) - count, None))


def _short(event: Event) -> Dict[Text, Any]:
    """Return an event's kind, and the words of a customer's; whole events would be most of a request."""
    short = {"event": event.type_name}
    return {**short, "text": event.text} if isinstance(event, UserUttered) else short


def _version() -> Text:
    import rasa

    return str(rasa.__version__)


_RASA = _version()

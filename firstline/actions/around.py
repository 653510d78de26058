"""What may come before an action or after it: an open form, what is broken now, an offer."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.base import Events, FirstlineAction, Turn

# Returns events to set, and whether the turn is answered with them.
Before = Callable[[FirstlineAction, CollectingDispatcher, Turn, Tracker], Awaitable[tuple[Events, bool]]]
After = Callable[[FirstlineAction, CollectingDispatcher, Turn, Tracker, Events], Awaitable[Events]]


class Around(Action):  # type: ignore[misc]
    """An action with what comes before and after it, whatever the action is."""

    def __init__(self, action: FirstlineAction, before: Sequence[Before], after: Sequence[After]) -> None:
        """Stand in for ``action``."""
        self._action = action
        self._before = before
        self._after = after

    def name(self) -> str:
        """Return the name the bot's rules use."""
        return self._action.name()

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Let the first that answers the turn answer it, else the action itself."""
        turn = Turn.of(tracker)
        events: Events = []
        for look in self._before:
            more, answered = await look(self._action, dispatcher, turn, tracker)
            events = [*events, *more]
            if answered:
                return events
        events = [*events, *await self._action.run(dispatcher, tracker, domain)]
        for add in self._after:
            events = [*events, *await add(self._action, dispatcher, turn, tracker, events)]
        return events

"""Actions whose failures are noticed: Rasa's processor writes them to the log and goes on without a word."""

from typing import Any, Dict, List, Optional

from jsonschema import Draft202012Validator
from rasa.core.actions.action import Action, RemoteAction
from rasa.shared.core.events import Event

# Rasa checks the schema itself again on every call, which takes longer than all the rest of a turn.
_RESULT = Draft202012Validator(RemoteAction.action_response_format_spec())


class WatchedAction(Action):
    """Stands in for an action and remembers how it failed."""

    def __init__(self, action: Action) -> None:
        """Stand in for `action`."""
        self._action = action
        self.error: Optional[Exception] = None
        if isinstance(action, RemoteAction):
            action._validate_action_result = _validated  # type: ignore[method-assign]

    def name(self) -> str:
        """Return the action's name."""
        return str(self._action.name())

    async def run(self, *args: Any, **kwargs: Any) -> List[Event]:
        """Run the action, keep the error and raise it again."""
        try:
            events: List[Event] = await self._action.run(*args, **kwargs)
            return events
        except Exception as error:
            self.error = error
            raise

    def event_for_successful_execution(self, prediction: Any) -> Any:
        """Return the event the action itself would log."""
        return self._action.event_for_successful_execution(prediction)


def _validated(result: Dict[str, Any]) -> bool:
    """Check what the app answered to an action. Raises jsonschema's ValidationError."""
    _RESULT.validate(result)
    return True

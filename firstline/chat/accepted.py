"""What the chat service knows of a message once it is stored."""

from dataclasses import dataclass

from firstline.chat.tokens import Claim
from firstline.core.logs import get_logger
from firstline.core.metrics import TURNS
from firstline.core.texts import Language

_log = get_logger("chat")


@dataclass(frozen=True)
class Accepted:
    """A message that is safely stored; ``for_bot`` is what the bot still has to answer, if anything.

    ``command`` says that it is a button or a set phrase, and no words to be read; ``again`` that it was taken before.
    """

    message_id: int
    for_bot: str | None
    language: Language
    command: bool = False
    again: bool = False

    @property
    def taken_by(self) -> str:
        """Who took it: ``bot``, ``desk``, or ``nobody`` because it had been taken."""
        if self.for_bot is not None:
            return "bot"
        return "nobody" if self.again else "desk"

    def note_done(self, claim: Claim, state: str, seconds: float) -> None:
        """Count the turn and log its end: ``state`` is the conversation's, ``seconds`` what the whole turn took."""
        TURNS.labels(claim.partner, self.language, self.taken_by).inc()
        _log.info(
            "turn_done",
            conversation_id=claim.conversation_id,
            message_id=self.message_id,
            taken_by=self.taken_by,
            state=state,
            ms=round(seconds * 1000),
        )

"""What every help desk can do for us, whatever it is called there; one adapter for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Opening:
    """A case to be opened there. ``number`` and ``conversation_id`` are ours and make it recognisable.

    ``story`` is the whole handover package in plain text, for agents alone; its first line names the case.
    """

    number: str
    conversation_id: str
    title: str
    story: str


@dataclass(frozen=True)
class Opened:
    """A case there: its id, what people call it, and the customer's id."""

    reference: str
    label: str
    contact: str


@dataclass(frozen=True)
class Said:
    """A message that an agent there wrote to the customer, in plain text; ``id`` grows with time.

    ``files`` are names and, where a customer can open it, addresses.
    """

    id: int
    name: str
    text: str
    files: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Standing:
    """How a case stands there: whether it is solved, and what agents said to the customer after a given message.

    ``read_to`` is the newest message of any kind that was looked at.
    """

    solved: bool
    said: Sequence[Said]
    read_to: int


class Helpdesk(Protocol):
    """A partner's help desk. Every call raises ``NotNow`` where waiting may help and ``Never`` where it can't."""

    async def find(self, opening: Opening) -> Opened | None:
        """Return the case as it was opened before, if it was: what a crash left unrecorded is found here."""
        ...

    async def open(self, opening: Opening) -> Opened:
        """Open a case with its story."""
        ...

    async def complete(self, ticket: Opened, opening: Opening) -> None:
        """Add what is missing of a case that ``find`` found, because its opening was cut off."""
        ...

    async def add(self, ticket: Opened, text: str, *, number: str, message: int) -> int:
        """Add a message of the customer, ``message`` by our id; return its id there."""
        ...

    async def note(self, ticket: Opened, text: str, *, number: str, message: int = 0) -> int:
        """Add a remark that agents see and the customer doesn't; return its id there."""
        ...

    async def holds(self, ticket: Opened, text: str, *, number: str, message: int, after: int) -> bool:
        """Say whether our ``message`` is there, where an earlier attempt left that open.

        ``after`` is the id there of the last message of ours that surely is.
        """
        ...

    async def follow(self, ticket: Opened, after: int) -> Standing:
        """Return how the case stands, with what agents said after their message ``after``."""
        ...

    async def set_solved(self, ticket: Opened, solved: bool) -> None:
        """Close the case there, or open it again; done twice it changes nothing."""
        ...

    async def check(self) -> None:
        """Make sure that address, token and names are right, without changing anything."""
        ...

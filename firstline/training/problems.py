"""What is wrong with a file of figures: every fault with its line, told in words and as a code for pages."""

from dataclasses import dataclass
from typing import Any

from firstline.core.errors import BadInput

MOST_NAMED = 50


@dataclass(frozen=True)
class Fault:
    """One fault: the line it begins on (1 is the header), a code, its values, and an English sentence."""

    line: int
    code: str
    values: dict[str, str]
    message: str


class BadFigures(BadInput):
    """A file of figures that can't be taken; nothing of it was kept. ``details`` hold the faults for pages."""

    default_code = "bad_figures"

    def __init__(self, faults: list[Fault], total: int | None = None) -> None:
        """Name up to ``MOST_NAMED`` faults of ``total``."""
        named = sorted(faults, key=lambda fault: fault.line)[:MOST_NAMED]
        more = (total or len(faults)) - len(named)
        lines = [f"line {fault.line}: {fault.message}" for fault in named]
        if more > 0:
            lines.append(f"… and {more} more")
        super().__init__("Nothing was imported.\n" + "\n".join(lines))
        self.faults = named
        self.details: dict[str, Any] = {
            "faults": [{"line": one.line, "code": one.code, "values": one.values} for one in named],
            "more": max(more, 0),
        }


class BrokenRow(Exception):
    """A row that no reader can make out, and so neither anything after it."""

    def __init__(self, line: int, why: str) -> None:
        """Keep the line on which it begins, and what the reader said."""
        super().__init__(f"line {line}: {why}")
        self.line, self.why = line, why


class UnreadableFile(BadInput):
    """A file that is no table at all: no text, another encoding, no header that is known."""

    default_code = "unreadable_file"

    def __init__(self, code: str, message: str, **values: str) -> None:
        """Say what is wrong as ``message`` and, for pages, as ``code`` with ``values``."""
        super().__init__(message, code=code)
        self.details = {"values": values}

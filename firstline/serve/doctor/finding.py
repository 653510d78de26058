"""One thing that is wrong with an installation, and its mend."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """``code`` is for programs; ``what`` and ``mend`` are sentences. An ``error`` keeps Firstline from its work."""

    code: str
    level: Level
    what: str
    mend: str


def error(code: str, what: str, mend: str) -> Finding:
    """Return a finding that keeps Firstline from its work."""
    return Finding(code, "error", what, mend)


def warning(code: str, what: str, mend: str) -> Finding:
    """Return a finding that Firstline can work with."""
    return Finding(code, "warning", what, mend)

"""Whose figures, of when, and in which language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from firstline.insights.period import Period


@dataclass(frozen=True)
class Scope:
    """What every figure of one report is about.

    ``layers`` are whose articles the partner's customers read, strongest first (``Knowledge.layers``); ``language`` is
    ``ko``, ``en`` or ``None`` for both; ``now`` is the instant that "still open" and "late" mean.
    """

    partner: str
    layers: Sequence[str]
    period: Period
    now: datetime
    language: str | None = None

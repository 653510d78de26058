"""Targets: how soon something is promised, for one tier and one severity."""

import re
from datetime import timedelta
from typing import Any, Literal

from pydantic import Field, model_validator

from firstline.charter.base import Part
from firstline.charter.findings import Wrong

Clock = Literal["business", "round_the_clock"]
Unit = Literal["min", "h"]
Kind = Literal["first_response", "next_update", "resolve"]
KINDS: tuple[Kind, ...] = ("first_response", "next_update", "resolve")

_DURATION = re.compile(r"(-?\d+(?:\.\d+)?)\s*([a-z]*)")


class Target(Part):
    """One promise: a value with its unit, and the clock that counts it; or ``best_effort``.

    Written ``4h``, ``15min``, ``best_effort``, or with all fields. Clock and calendar that are not written come from
    the charter's ``target_defaults``.
    """

    value: float | None = None
    unit: Unit | None = None
    clock: Clock | None = None
    calendar: str | None = None
    best_effort: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return read_duration(value) if isinstance(value, str | int | float) else value

    @property
    def duration(self) -> timedelta | None:
        """Length of the promise in counted time; ``None`` for best effort. Never ``None`` for another linted target."""
        if self.best_effort or self.value is None or self.unit is None:
            return None
        return timedelta(hours=self.value) if self.unit == "h" else timedelta(minutes=self.value)


class TargetDefaults(Part):
    """Clock and calendar for targets that name none; the calendar may stay away when there is only one."""

    clock: Clock | None = None
    calendar: str | None = None


class Targets(Part):
    """The three promises for one tier and severity. One that is left out is not promised at all."""

    first_response: Target | None = None
    next_update: Target | None = None
    resolve: Target | None = None

    def of(self, kind: Kind) -> Target | None:
        """Return the target of one kind."""
        found: Target | None = getattr(self, kind)
        return found


class Response(Part):
    """How soon a hop upstream answers, in its own hours; written ``2h`` or ``30min``."""

    value: float = Field(gt=0)
    unit: Unit

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        read = read_duration(value)
        if "unit" not in read:
            raise Wrong("schema.response", value=value)
        return read

    @property
    def duration(self) -> timedelta:
        """The same as a time span."""
        return timedelta(hours=self.value) if self.unit == "h" else timedelta(minutes=self.value)


def read_duration(value: str | int | float) -> dict[str, Any]:
    """Read ``4h``, ``15min`` or ``best_effort`` into fields of a target; a bare number has no unit.

    Raises ``ValueError`` for anything else.
    """
    if value == "best_effort":
        return {"best_effort": True}
    if isinstance(value, bool):
        raise Wrong("schema.target", value=str(value).lower())
    if isinstance(value, int | float):
        return {"value": float(value)}
    found = _DURATION.fullmatch(value.strip())
    if found is None or found[2] not in ("", "h", "min"):
        raise Wrong("schema.target", value=value)
    return {"value": float(found[1])} | ({"unit": found[2]} if found[2] else {})

"""What deployment % and usage % of a product are, by the dated definitions."""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from firstline.support_rules.dated import data_file

Measure = Literal["deployment", "usage"]


class Definition(BaseModel):
    """``part`` of ``whole``; ``days`` is how long ago the last use may be. ``as_of`` is ``YYYY`` or ``YYYY-MM``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    source: str = Field(min_length=1)
    as_of: str = Field(pattern=r"^\d{4}(-\d{2})?$")
    part: str
    whole: str
    days: int | None = None


@dataclass(frozen=True)
class Share:
    """A share (1 is all) and the definition it was read by. It may be above 1, and is never cut off."""

    value: float
    definition: Definition


@cache
def definitions(measure: Measure) -> tuple[Definition, ...]:
    """Return every definition of a measure, oldest first."""
    return tuple(Definition.model_validate(row) for row in data_file("adoption")[measure])


@lru_cache(maxsize=1000)
def definition_at(measure: Measure, day: date) -> Definition:
    """Return the newest definition that is not younger than ``day``; before all of them the oldest."""
    known = definitions(measure)
    valid = [one for one in known if one.as_of <= day.isoformat()[: len(one.as_of)]]
    return (valid or [known[0]])[-1]


def share(measure: Measure, part: int, whole: int, day: date) -> Share | None:
    """Return ``part / whole`` under the definition of ``day``; ``None`` when there is nothing to be a share of."""
    return Share(part / whole, definition_at(measure, day)) if whole > 0 else None

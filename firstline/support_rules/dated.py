"""Dated rules: every number with the document it was read in and that document's date."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

_DATA = Path(__file__).parent / "data"


class Dated(BaseModel):
    """Base of rules: ``source`` names the document, ``as_of`` its date (``YYYY-MM``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1)
    as_of: str = Field(pattern=r"^\d{4}-\d{2}$")


@cache
def data_file(name: str) -> dict[str, Any]:
    """Return ``data/<name>.yaml``, read once."""
    content: dict[str, Any] = yaml.safe_load((_DATA / f"{name}.yaml").read_text("utf-8"))
    return content

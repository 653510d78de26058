"""The order in which agents see waiting cases: the earliest promise first, then the oldest; without a promise last."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func

from firstline.desk.models import Case


def datetime_max() -> datetime:
    """Return an instant after every promise, for cases that have none."""
    return datetime.fromisoformat("9999-01-01T00:00:00+00:00")


def due_key() -> ColumnElement[Any]:
    """Return what cases are sorted by, before their id. A severe case is due early, so severity decides through it."""
    return func.coalesce(Case.due, datetime_max())

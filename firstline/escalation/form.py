"""The dossier as a form in each language: labels and codes from string tables, people's words as they were written."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from firstline.charter import format_date, format_datetime
from firstline.core.texts import string_table

TEXTS = string_table(Path(__file__).parent / "texts")
_HANGUL = re.compile(r"[가-힣]")
_CODES = frozenset({"family", "target", "issue_class", "severity", "kind"})
_LEFT_OUT = frozenset({"files"})


def form_of(model: BaseModel, lang: str, zone: str, more: Sequence[tuple[str, str]] = ()) -> list[dict[str, Any]]:
    """Return ``[{"field", "label", "value", "quoted"}]`` in the order of the fields, empty ones left out.

    ``quoted`` says that the value is somebody's Korean inside the English form: it is given as it was written and not
    translated. ``more`` are further fields, such as the case's number, that come first.
    """
    rows = list(more)
    for name, value in model:
        if isinstance(value, BaseModel):
            rows += [(f"{name}_{inner}", _said(inner, item, lang, zone)) for inner, item in value]
        elif name not in _LEFT_OUT:
            rows.append((name, _said(name, value, lang, zone)))
    return [
        {
            "field": name,
            "label": TEXTS.get(lang, f"field.{name}"),
            "value": text,
            "quoted": lang == "en" and bool(_HANGUL.search(text)),
        }
        for name, text in rows
        if text
    ]


def _said(name: str, value: Any, lang: str, zone: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return TEXTS.get(lang, "yes" if value else "no")
    if isinstance(value, datetime):
        return format_datetime(value, lang, zone)
    if isinstance(value, date):
        return format_date(value, lang)
    return TEXTS.get(lang, f"{name}.{value}") if name in _CODES else str(value)

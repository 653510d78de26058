"""String tables: the words that people see, one YAML file a language, none in Python."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from firstline.core.korean import Spoken

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, ...] = ("ko", "en")


class StringTable:
    """Texts of one part in every language, read from ``<folder>/<language>.yaml``.

    Keys are dotted paths: ``texts.get("ko", "waiting.receipt", number="DEMO-1001")``.
    """

    def __init__(self, folder: Path) -> None:
        """Read the tables; raises ``ValueError`` when the languages don't hold the same keys."""
        self._tables = {
            lang: _flatten(yaml.safe_load((folder / f"{lang}.yaml").read_text("utf-8"))) for lang in LANGUAGES
        }
        first, *others = (set(table) for table in self._tables.values())
        for other in others:
            if first ^ other:
                raise ValueError(f"{folder}: only one language has {sorted(first ^ other)}")

    def get(self, lang: str, key: str, /, **values: object) -> str:
        """Return the text for ``key`` with ``{name}`` filled from ``values``; raises ``KeyError`` if there is none.

        ``{name:은}`` adds the Korean particle that fits the value.
        """
        template = self._tables["ko" if lang == "ko" else "en"][key]
        return template.format_map({name: Spoken(value) for name, value in values.items()}) if values else template

    def keys(self) -> set[str]:
        """Return every key, the same in all languages."""
        return set(self._tables["ko"])

    def table(self, lang: str) -> dict[str, str]:
        """Return all texts of one language by key."""
        return dict(self._tables["ko" if lang == "ko" else "en"])


@cache
def string_table(folder: Path) -> StringTable:
    """Return the table of ``folder``, read once."""
    return StringTable(folder)


def _flatten(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            flat |= _flatten(value, f"{path}.")
        else:
            flat[path] = str(value)
    return flat

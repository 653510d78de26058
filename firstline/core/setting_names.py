"""Names that settings had in earlier versions, and names that are no setting at all."""

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from firstline.core.errors import SetupIncomplete

PREFIX = "FIRSTLINE_"

RENAMED = {"FIRSTLINE_LOGIN_ATTEMPTS_PER_MINUTE": "FIRSTLINE_LOGIN_FREE_ATTEMPTS"}
"""What a setting was called, and what it is called now. The old name works, and a warning says the new one."""

REMOVED: dict[str, str] = {}
"""Settings that are gone, and what to do instead. With one of them Firstline does not start."""

OF_OTHERS = frozenset(
    f"{PREFIX}{name}"
    for name in (
        "ACTION_URL", "BOT_CACHE", "BOT_HOST", "BOT_LOCKS", "BOT_MODEL", "BOT_PARENT", "BOT_PARTNERS", "BOT_PORT",
        "BOT_STANDALONE", "BOT_TENSORFLOW", "BOT_TURN_SECONDS", "EMBEDDING_DIR", "RECORD", "TEST_DATABASE_URL",
        "TRACKER_DB", "VECTOR_URL",
    )
)  # fmt: skip
"""Variables that the bot's process or the tests read; the app doesn't."""


@dataclass(frozen=True)
class Remark:
    """What is to be said of a name that is set: ``what`` it is, and how to ``mend`` it, as sentences."""

    kind: Literal["renamed", "removed", "unknown"]
    what: str
    mend: str


def given_names(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what is set, and where: the environment, or ``.env`` in the present folder."""
    found = dict.fromkeys(dotenv_values(Path(".env")), ".env")
    return found | dict.fromkeys(os.environ if environment is None else environment, "the environment")


def remarks(
    declared: type[BaseSettings],
    given: Mapping[str, str],
    renamed: Mapping[str, str] = RENAMED,
    removed: Mapping[str, str] = REMOVED,
) -> Iterator[Remark]:
    """Return what is to be said of the names in ``given``, which says where each is set."""
    known = {f"{PREFIX}{name.upper()}" for name in declared.model_fields}
    for name, where in sorted(given.items()):
        if not name.startswith(PREFIX) or name in known | OF_OTHERS:
            continue
        if name in renamed:
            new = renamed[name]
            counts = f"it has no effect, since {new} is set too" if new in given else "it still works"
            yield Remark("renamed", f"{name} in {where} is called {new} now; {counts}.", f"Rename it to {new}.")
        elif name in removed:
            yield Remark("removed", f"{name} in {where} is gone.", removed[name])
        else:
            near = difflib.get_close_matches(name, known, 1, 0.8)
            mend = f"Did you mean {near[0]}?" if near else "Take it out, or look for its name in docs/settings.md."
            yield Remark("unknown", f"{name} in {where} is no setting, and has no effect.", mend)


def refuse_removed(given: Mapping[str, str], removed: Mapping[str, str] = REMOVED) -> None:
    """Raise ``SetupIncomplete`` with what to do when a setting in ``given`` is gone."""
    for name, where in sorted(given.items()):
        if name in removed:
            raise SetupIncomplete(f"{name} in {where} is gone. {removed[name]}")


class EarlierNames(PydanticBaseSettingsSource):
    """Values that stand under an earlier name, for settings that have none under theirs."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the value of one field under an earlier name, ``None`` without one."""
        new = f"{PREFIX}{field_name.upper()}"
        file = dotenv_values(Path(".env")) if self.config.get("env_file") else {}
        for old in (old for old, name in RENAMED.items() if name == new):
            for place in (os.environ, file):
                if place.get(old) is not None:
                    return place[old], field_name, False
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the values by field."""
        renamed = {name.removeprefix(PREFIX).lower() for name in RENAMED.values()}
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
            if name in renamed
        }
        return {name: value for name, value in found.items() if value is not None}

"""What is wrong with a charter: findings, and the error that carries them. The words stand in ``texts/findings``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from firstline.core.errors import FirstlineError, NotFound
from firstline.core.texts import StringTable, string_table

Level = Literal["error", "warn"]
_TEXTS = Path(__file__).parent / "texts" / "findings"


def words() -> StringTable:
    """Return the words of findings."""
    return string_table(_TEXTS)


class Wrong(ValueError):
    """Something in a charter is wrong; carries the words for it by ``key`` and ``values``, and is English as text."""

    def __init__(self, key: str, /, **values: object) -> None:
        """Say what ``texts/findings`` has under ``key``."""
        super().__init__(words().get("en", key, **values))
        self.key, self.values = key, values


@dataclass(frozen=True)
class Finding:
    """One thing to mend in a charter.

    ``rule`` is ``L1``..``L19``, ``yaml`` (the file can't be read), ``schema`` (a field has the wrong shape) or
    ``reference`` (a name that stands for nothing). ``where`` is the field's path, such as
    ``calendars.desk.weekly.mon``. ``key`` and ``values`` are its words. ``source`` is ``<file>:<line>`` where the
    charter came from a file.
    """

    rule: str
    level: Level
    where: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    source: str = ""

    def say(self, lang: str) -> str:
        """Return what is wrong, and what to write, in a language."""
        return words().get(lang, self.key, **self.values)

    @property
    def message(self) -> str:
        """The same in English, for logs and the command line."""
        return self.say("en")

    def __str__(self) -> str:
        place = f"{self.source}: " if self.source else ""
        return f"{place}{self.level} {self.rule} {self.where}: {self.message}"


class CharterError(FirstlineError):
    """A charter can't be used; ``findings`` holds everything that was found, warnings as well."""

    default_code = "charter_invalid"

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings; the message lists the errors, one a line."""
        self.findings = list(findings)
        errors = [str(item) for item in self.findings if item.level == "error"]
        super().__init__("Mend the charter:\n" + "\n".join(errors))


class UnknownPartner(NotFound):
    """There is no partner of this name, or it has no charter."""

    default_code = "unknown_partner"

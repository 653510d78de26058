"""What is wrong with a charter: findings, and the error that carries them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from firstline.core.errors import FirstlineError, NotFound

Level = Literal["error", "warn"]


@dataclass(frozen=True)
class Finding:
    """One thing to mend in a charter.

    ``rule`` is ``L1``..``L19``, ``yaml`` (the file can't be read), ``schema`` (a field has the wrong shape) or
    ``reference`` (a name that stands for nothing). ``where`` is the field's path, such as
    ``calendars.desk.weekly.mon``. ``source`` is ``<file>:<line>`` where the charter came from a file.
    """

    rule: str
    level: Level
    where: str
    message: str
    source: str = ""

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

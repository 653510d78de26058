"""What a partner wants to be told and where: ``<partners>/<partner>/notices.yaml``. Without the file: mail to leads."""

import os
from pathlib import Path
from typing import Annotated, Literal

import structlog
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from firstline.core.errors import BadInput
from firstline.outbox.attempts import NotNow

Told = Literal["opened", "replied", "resolved", "warned", "breached", "nobody"]
Kind = Told | Literal["from_above"]
_Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s@]+$", max_length=500)]
_Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=100)]
_SHORTEST_SECRET = 8
_log = structlog.get_logger(__name__)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hook(_Part):
    """A receiver of webhooks; ``secret_env`` names the environment variable that holds its secret."""

    url: _Url
    secret_env: _Variable
    events: list[Told] = Field(["opened", "resolved", "warned", "breached", "nobody"])


class PartnerNotices(_Part):
    """The file. ``mail_leads`` lists what leads get by e-mail, ``mail_customers`` what customers do.

    ``mail_agents`` is what goes to the agent who has the case, or to leads where nobody has it.
    """

    mail_leads: list[Told] = Field(["opened", "warned", "breached", "nobody"])
    mail_agents: list[Literal["from_above"]] = Field(["from_above"])
    mail_customers: list[Literal["opened", "replied", "resolved"]] = Field(["opened", "replied", "resolved"])
    webhooks: list[Hook] = Field(default_factory=list, max_length=10)


class Partners:
    """Serves the partners' files and reads one again when it changes; a bad change leaves the last good one."""

    def __init__(self, folder: Path) -> None:
        """Read below ``folder``; reads nothing yet."""
        self._folder = folder
        self._kept: dict[str, tuple[tuple[int, int] | None, PartnerNotices]] = {}

    def get(self, partner: str) -> PartnerNotices:
        """Return what a partner wants; raises ``BadInput`` when its file is wrong and never was right."""
        path = self._folder / partner / "notices.yaml"
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
        except OSError:
            return PartnerNotices()
        known = self._kept.get(partner)
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            found = read_notices(path)
        except BadInput as error:
            if known is None:
                raise
            _log.error("notices_invalid", file=str(path), error=error.message, serving="the last one that was right")
            found = known[1]
        self._kept[partner] = (stamp, found)
        return found


def read_notices(path: Path) -> PartnerNotices:
    """Read a file; raises ``BadInput`` that names the file, the place and what to do."""
    try:
        return PartnerNotices.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(f"{path}: this is no YAML in UTF-8: {error}", code="bad_notices") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise BadInput(f"{path}: {where}: {first['msg']}", code="bad_notices") from error


def secret_of(variable: str) -> str:
    """Return the secret in an environment variable; raises ``NotNow`` when it isn't set or too short."""
    value = os.environ.get(variable, "")
    if len(value) < _SHORTEST_SECRET:
        raise NotNow(f"set the environment variable {variable} to a secret of {_SHORTEST_SECRET} characters or more")
    return value

"""Where a partner's cases are answered: ``<partners>/<partner>/helpdesk.yaml``. Without the file: at our desk."""

from pathlib import Path
from typing import Annotated, Literal, Self

import structlog
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from firstline.core.errors import BadInput

_Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s@?#]+$", max_length=500)]
_Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=100)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
DeskName = Literal["zammad", "chatwoot"]
_log = structlog.get_logger(__name__)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ZammadFile(_Part):
    """A Zammad; ``*_env`` name environment variables. ``solved_states`` are the states that count as solved there."""

    url: _Url
    token_env: _Variable
    webhook_secret_env: _Variable
    group: _Name
    solved_states: list[_Name] = Field(["closed"], min_length=1, max_length=20)
    open_state: _Name = "open"


class AgentBotFile(_Part):
    """Firstline as an agent bot of that Chatwoot: the bot's own token, and the secret that signs its events."""

    token_env: _Variable
    secret_env: _Variable


class ChatwootFile(_Part):
    """A Chatwoot; ``inbox`` is an inbox of the kind API, needed where cases are opened there."""

    url: _Url
    account: int = Field(ge=1)
    token_env: _Variable
    inbox: int | None = Field(None, ge=1)
    webhook_secret_env: _Variable | None = None
    agent_bot: AgentBotFile | None = None


class HelpdeskFile(_Part):
    """The file. ``desk`` says where new cases are answered: ``ours``, or ``theirs``, in the one help desk it names."""

    desk: Literal["ours", "theirs"] = "ours"
    zammad: ZammadFile | None = None
    chatwoot: ChatwootFile | None = None

    @property
    def chosen(self) -> DeskName | None:
        """The help desk in which new cases are opened, ``None`` for our own."""
        if self.desk == "ours":
            return None
        return "zammad" if self.zammad else "chatwoot"

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.desk == "theirs" and (self.zammad is None) == (self.chatwoot is None):
            raise ValueError("desk is theirs: describe one help desk, either zammad or chatwoot")
        chatwoot = self.chatwoot
        if self.chosen == "chatwoot" and chatwoot and not (chatwoot.inbox and chatwoot.webhook_secret_env):
            raise ValueError("desk is theirs: chatwoot needs inbox and webhook_secret_env")
        return self


class HelpdeskFiles:
    """Serves the partners' files and reads one again when it changes; a bad change leaves the last good one."""

    def __init__(self, folder: Path) -> None:
        """Read below ``folder``; reads nothing yet."""
        self._folder = folder
        self._kept: dict[str, tuple[tuple[int, int], HelpdeskFile]] = {}

    def get(self, partner: str) -> HelpdeskFile:
        """Return what a partner chose; raises ``BadInput`` when its file is wrong and never was right."""
        path = self._folder / partner / "helpdesk.yaml"
        try:
            status = path.stat()
        except OSError:
            return HelpdeskFile()
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._kept.get(partner)
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            found = read_helpdesk(path)
        except BadInput as error:
            if known is None:
                raise
            _log.error("helpdesk_invalid", file=str(path), error=error.message, serving="the last one that was right")
            found = known[1]
        self._kept[partner] = (stamp, found)
        return found


def read_helpdesk(path: Path) -> HelpdeskFile:
    """Read a file; raises ``BadInput`` that names the file, the place and what to do."""
    try:
        return HelpdeskFile.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(f"{path}: this is no YAML in UTF-8: {error}", code="bad_helpdesk") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        said = first["msg"].removeprefix("Value error, ")
        raise BadInput(f"{path}: {where}: {said}. docs/helpdesks.md shows the file.", code="bad_helpdesk") from error

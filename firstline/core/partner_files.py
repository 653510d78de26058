"""What partners choose in ``<partners>/<partner>/*.yaml``: checked, and read again when a file changes."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, TypeVar

import structlog
import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from firstline.core.errors import BadInput

Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=100)]
"""The name of an environment variable: secrets stand there, never in a partner's file."""
_log = structlog.get_logger(__name__)


class Part(BaseModel):
    """Something in a partner's file; a name that isn't known is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Content = TypeVar("Content", bound=BaseModel)


class PartnerFiles(Generic[Content]):
    """Serves one kind of file for all partners; a bad change leaves the last good one. A subclass says which kind."""

    name: ClassVar[str]
    hint: ClassVar[str] = ""
    model: type[Content]

    def __init__(self, folder: Path) -> None:
        """Read below ``folder``; reads nothing yet."""
        self._folder = folder
        self._kept: dict[str, tuple[tuple[int, int], Content]] = {}

    def partners(self) -> list[str]:
        """Return the partners that have a file."""
        return sorted(path.parent.name for path in self._folder.glob(f"*/{self.name}"))

    def get(self, partner: str) -> Content:
        """Return what a partner chose, all defaults without a file.

        Raises ``BadInput`` when the file is wrong and never was right.
        """
        path = self._folder / partner / self.name
        try:
            status = path.stat()
        except OSError:
            return self.model()
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._kept.get(partner)
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            found = validated(path, self.model, read_yaml(path), self.hint)
        except BadInput as error:
            if known is None:
                raise
            event = f"{path.stem}_invalid"
            _log.error(event, file=str(path), error=error.message, serving="the last one that was right")
            found = known[1]
        self._kept[partner] = (stamp, found)
        return found


def read_yaml(path: Path) -> Any:
    """Return what a partner's file holds, ``{}`` for an empty one; raises ``BadInput`` that names the file."""
    try:
        return yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(f"{path}: this is no YAML in UTF-8: {error}", code=f"bad_{path.stem}") from error


def validated(path: Path, model: type[Content], content: Any, hint: str = "") -> Content:
    """Return the checked content of a partner's file; raises ``BadInput`` that names the file and the place.

    ``hint`` says where to read more.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        said = f"{first['msg'].removeprefix('Value error, ')}. {hint}" if hint else first["msg"]
        raise BadInput(f"{path}: {where}: {said}", code=f"bad_{path.stem}") from error

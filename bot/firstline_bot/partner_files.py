"""What each partner brings along: texts and intents of its own, one JSON file a partner, read again when it changes."""

import json
import logging
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

FOLDER_VARIABLE = "FIRSTLINE_BOT_PARTNERS"
_NAME = re.compile(r"[\w-]+")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PartnerFile:
    """One partner's file as the app wrote it.

    `responses`: by name and language a list of {"text", "buttons"}; `intents`: a list of {"name", "intent", "slug",
    "examples", "vectors"}, the vectors as base64 of little-endian float32. `stamp` differs whenever the file does.
    """

    stamp: Tuple[int, int] = (0, 0)
    responses: Dict[str, Dict[str, List[Dict[str, Any]]]] = field(default_factory=dict)
    intents: List[Dict[str, Any]] = field(default_factory=list)


NOTHING = PartnerFile()


class PartnerFiles:
    """The files of one folder. A partner without one brings nothing along."""

    def __init__(self, folder: Optional[Path] = None) -> None:
        """Read from `folder`, by default from where FIRSTLINE_BOT_PARTNERS says."""
        named = os.environ.get(FOLDER_VARIABLE)
        self._folder = folder or (Path(named) if named else None)
        self._known: Dict[str, PartnerFile] = {}

    def of(self, partner: Any) -> PartnerFile:
        """Return what `partner` brings along now. A file that can't be read is logged and the one before it counts."""
        if self._folder is None or not isinstance(partner, str) or not _NAME.fullmatch(partner):
            return NOTHING
        path = self._folder / f"{partner}.json"
        try:
            status = path.stat()
        except OSError:
            self._known.pop(partner, None)
            return NOTHING
        stamp = (status.st_ino, status.st_mtime_ns)
        known = self._known.get(partner, NOTHING)
        if known.stamp == stamp:
            return known
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            read = PartnerFile(stamp, content["responses"], content["intents"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.error("The partner file %s can't be read: %s", path, type(error).__name__)
            read = PartnerFile(stamp, known.responses, known.intents)
        self._known[partner] = read
        return read

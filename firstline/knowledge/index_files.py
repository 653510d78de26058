"""Generations of an index on disk: written aside, switched at once, the old one removed later."""

import json
import shutil
import uuid
from pathlib import Path
from typing import Any

from firstline.knowledge.index import SearchIndex, load_index, save_index

CURRENT = "CURRENT"
_PART = ".part-"


class IndexFiles:
    """The folder of one partner: generations, and a file ``CURRENT`` that names the live one.

    A reader sees the old generation or the new one, never a part: a generation gets its name when it is complete, and
    ``CURRENT`` is replaced in one step.
    """

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, made when first written."""
        self.folder = folder

    def current(self) -> str | None:
        """Return the name of the live generation; None when there is none."""
        try:
            name = (self.folder / CURRENT).read_text("utf-8").strip()
        except OSError:
            return None
        return name if name and (self.folder / name / "meta.json").is_file() else None

    def meta(self) -> dict[str, Any] | None:
        """Return what the live generation says of itself; None when there is none or it can't be read."""
        name = self.current()
        if name is None:
            return None
        try:
            meta: dict[str, Any] = json.loads((self.folder / name / "meta.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return meta

    def load(self) -> SearchIndex | None:
        """Load the live generation; None when there is none or it is damaged."""
        name = self.current()
        if name is None:
            return None
        try:
            return load_index(self.folder / name)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError):
            return None

    def write(self, index: SearchIndex) -> str:
        """Write a generation, make it the live one and return its name; one generation before it is kept."""
        name = uuid.uuid4().hex[:16]
        part = self.folder / f"{_PART}{name}"
        part.mkdir(parents=True)
        save_index(index, part)
        part.replace(self.folder / name)
        before = self.current()
        self._point_to(name)
        self._sweep({name, before})
        return name

    def _point_to(self, name: str) -> None:
        pointer = self.folder / f"{_PART}{name}.current"
        pointer.write_text(name, "utf-8")
        pointer.replace(self.folder / CURRENT)

    def _sweep(self, keep: set[str | None]) -> None:
        """Remove generations that nobody reads any more; what was left unfinished goes with them."""
        for entry in self.folder.iterdir():
            if entry.is_dir() and entry.name not in keep:
                shutil.rmtree(entry, ignore_errors=True)

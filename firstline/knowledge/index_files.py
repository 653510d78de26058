"""An index on disk: segments and frames that never change, and a manifest that names the live ones."""

import json
import os
import shutil
import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from firstline.knowledge.frame import Frame
from firstline.knowledge.index import FORMAT, SearchIndex
from firstline.knowledge.layout import Layout, Table
from firstline.knowledge.limits import Limits
from firstline.knowledge.segment import Segment

MANIFEST = "manifest.json"
LOCK = "index.lock"
_PART, _SEGMENT, _FRAME = ".part-", "segment-", "frame-"
_ABANDONED_SECONDS = 3600
_DAMAGE = (OSError, ValueError, KeyError, TypeError, RuntimeError)


class IndexFiles:
    """The folder of one partner. Who reads or writes holds ``LOCK`` meanwhile; what is loaded stays readable after.

    The manifest is replaced in one step when all that it names is on the disk: a crash leaves the index before or the
    new one, never a part.
    """

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, made when first written."""
        self.folder = folder

    def manifest(self) -> dict[str, Any] | None:
        """Return what the live index says of itself; None when there is none of this format."""
        try:
            manifest: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text("utf-8"))
            return manifest if manifest["format"] == FORMAT else None
        except _DAMAGE:
            return None

    def load(self, limits: Limits, known: SearchIndex | None = None) -> SearchIndex | None:
        """Load the live index; None when there is none or it is damaged. Segments that ``known`` has are its."""
        manifest = self.manifest()
        if manifest is None:
            return None
        there = {segment.folder: segment for segment in (known.segments if known else ())}
        try:
            segments = [there.get(name) or self._load(name) for name in manifest["segments"]]
            frame = Frame.load(self.folder / manifest["frame"])
            alive = np.ones(sum(map(len, segments)), dtype=np.bool_)
            alive[frame.dead] = False
            layout = Layout(Table.merge([segment.table for segment in segments]), alive)
            return SearchIndex(segments, layout, frame, manifest, limits)
        except (*_DAMAGE, IndexError):
            return None

    def write(self, index: SearchIndex) -> SearchIndex:
        """Make ``index`` the live one and return it as it was written, its segments memory-mapped.

        The files of the index before stay for one more change.
        """
        segments = [self._placed(segment) for segment in index.segments]
        name = uuid.uuid4().hex[:16]
        frame = f"{_FRAME}{name}.bin"
        index.frame.save(self.folder / frame)
        meta = index.meta | {
            "format": FORMAT,
            "id": name,
            "segments": [segment.folder for segment in segments],
            "frame": frame,
        }
        before = self.manifest() or {"segments": [], "frame": ""}
        part = self.folder / f"{_PART}{name}.json"
        with part.open("w", encoding="utf-8") as file:
            json.dump(meta, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / MANIFEST)
        _sync(self.folder)
        self._sweep({*meta["segments"], frame, *before["segments"], before["frame"]})
        return SearchIndex(segments, index.layout, index.frame, meta, index.limits)

    def prepare(self, index: SearchIndex) -> SearchIndex:
        """Write the segments of ``index`` where nobody looks yet and return it with them memory-mapped.

        What takes long is done without the lock; ``write`` does the rest.
        """
        segments = [self._prepared(segment) for segment in index.segments]
        return SearchIndex(segments, index.layout, index.frame, index.meta, index.limits)

    def _placed(self, segment: Segment) -> Segment:
        if segment.folder.startswith(_SEGMENT):
            return segment
        name = self._prepared(segment).folder
        final = name.replace(_PART, _SEGMENT)
        (self.folder / name).replace(self.folder / final)
        return self._load(final)

    def _prepared(self, segment: Segment) -> Segment:
        if segment.folder:
            return segment
        name = f"{_PART}{uuid.uuid4().hex[:16]}"
        (self.folder / name).mkdir(parents=True)
        segment.save(self.folder / name)
        _sync(self.folder / name)
        return self._load(name)

    def _load(self, name: str) -> Segment:
        return replace(Segment.load(self.folder / name), folder=name)

    def _sweep(self, keep: set[str]) -> None:
        """Remove what no manifest names any more, and what a writer that died left behind."""
        for entry in self.folder.iterdir():
            if entry.name.startswith(_PART):
                gone = entry.stat().st_mtime < time.time() - _ABANDONED_SECONDS
            else:
                gone = entry.name.startswith((_SEGMENT, _FRAME)) and entry.name not in keep
            if gone:
                shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() else entry.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Wait until the disk has the folder's names."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

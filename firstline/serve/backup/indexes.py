"""Search indexes in a backup: taken while they are searched and changed."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from firstline.core.locks import file_lock
from firstline.core.settings import Settings
from firstline.knowledge.index_files import LOCK, MANIFEST, IndexFiles

FOLDER = "index"


@asynccontextmanager
async def held_indexes(settings: Settings) -> AsyncIterator[list[tuple[str, Path]]]:
    """Give the files of every partner's live index, by their name in an archive, as they are at one moment each.

    They are linked elsewhere while the index is locked, for which milliseconds are enough: what an index consists of
    never changes, but a later one sweeps it away.
    """
    found: list[tuple[str, Path]] = []
    into = _beside(settings.index_dir)
    try:
        for folder in _folders(settings.index_dir):
            async with file_lock(folder / LOCK):
                names = _link(folder, into / folder.name)
            found += [(f"{FOLDER}/{folder.name}/{name}", into / folder.name / name) for name in names]
        yield found
    finally:
        shutil.rmtree(into, ignore_errors=True)


def put_indexes(source: Path, target: Path) -> None:
    """Move restored indexes to their place; one that is there already was made from the database, and makes room."""
    for folder in _folders(source):
        shutil.rmtree(target / folder.name, ignore_errors=True)
        target.mkdir(parents=True, exist_ok=True)
        shutil.move(folder, target / folder.name)


def _folders(index_dir: Path) -> Iterator[Path]:
    return (path.parent for path in sorted(index_dir.glob(f"[!.]*/{MANIFEST}")))


def _link(folder: Path, into: Path) -> list[str]:
    manifest = IndexFiles(folder).manifest()
    if manifest is None:
        return []
    named = [folder / MANIFEST, folder / manifest["frame"]]
    for segment in manifest["segments"]:
        named += sorted(path for path in (folder / segment).rglob("*") if path.is_file())
    names = [path.relative_to(folder).as_posix() for path in named]
    for name in names:
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        _link_or_copy(folder / name, into / name)
    return names


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)


def _beside(index_dir: Path) -> Path:
    index_dir.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=".backup-", dir=index_dir))

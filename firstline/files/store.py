"""Files on disk: received piece by piece, cut off at the limit, kept under random names below one folder."""

import asyncio
import hashlib
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from firstline.core.errors import BadInput, NotFound, TooLarge, Unavailable
from firstline.core.logs import get_logger
from firstline.core.settings import Settings
from firstline.files.kinds import KINDS, kind_of
from firstline.files.scan import Scanner, Verdict, make_scanner

_log = get_logger("files")
_ID = re.compile(r"[0-9a-f]{32}")
_PART_SECONDS = 24 * 3600
SPARE_BYTES = 500_000_000
"""What the disk keeps free when files come in."""


def place_of(folder: Path, file_id: str) -> Path:
    """Return where a file lies below the folder of all of them."""
    return folder / file_id[:2] / file_id


@dataclass(frozen=True)
class Received:
    """A file that came in whole and is of an allowed kind; ``id`` will be its name."""

    id: str
    path: Path
    kind: str
    bytes: int
    sha256: str
    verdict: Verdict


class FileStore:
    """The files of all partners, below one folder that no web server serves."""

    def __init__(self, folder: Path, *, max_bytes: int, kinds: frozenset[str], scanner: Scanner) -> None:
        """Keep files of ``kinds`` below ``folder``, each of at most ``max_bytes``; raises ``ValueError`` for an unknown
        kind.
        """
        if unknown := kinds - set(KINDS):
            raise ValueError(f"unknown kinds of files: {', '.join(sorted(unknown))}; known: {', '.join(KINDS)}")
        self._folder = folder
        self.max_bytes = max_bytes
        self.kinds = kinds
        self._scanner = scanner

    @asynccontextmanager
    async def receive(self, pieces: AsyncIterator[bytes], declared: int | None) -> AsyncIterator[Received]:
        """Take a file in; ``keep`` it inside the block, or it is gone at its end.

        ``declared`` is the length the sender gave. More than ``max_bytes`` is not read to its end. Raises ``TooLarge``,
        ``Unavailable`` without room on the disk, and ``BadInput`` for an empty file, a kind that isn't allowed, and one
        in which the scanner found something.
        """
        self._refuse_large(declared or 0)
        incoming = self._folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(incoming).free < self.max_bytes + SPARE_BYTES:
            raise Unavailable("There is no room for files on the server's disk; free some.", code="no_room")
        part = incoming / f"{secrets.token_hex(16)}.part"
        try:
            yield await self._take(pieces, part)
        finally:
            part.unlink(missing_ok=True)

    async def keep(self, received: Received) -> None:
        """Put a received file where it stays."""
        path = self.path(received.id)
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        await asyncio.to_thread(received.path.rename, path)

    def find(self, file_id: str) -> Path:
        """Return where a kept file lies; raises ``NotFound`` when it isn't there."""
        path = self.path(file_id) if _ID.fullmatch(file_id) else None
        if path is None or not path.is_file():
            raise NotFound("There is no such file.", code="no_file")
        return path

    def path(self, file_id: str) -> Path:
        """Return the place of a file."""
        return place_of(self._folder, file_id)

    def delete(self, file_id: str) -> None:
        """Remove a kept file, if it is there."""
        self.path(file_id).unlink(missing_ok=True)

    async def judge(self, file_id: str) -> Verdict:
        """Ask the scanner again about a kept file."""
        return await self._scanner.verdict(self.path(file_id))

    def sweep(self) -> int:
        """Remove what uploads that died a day ago left behind; return how many."""
        before = time.time() - _PART_SECONDS
        dead = [part for part in (self._folder / "incoming").glob("*.part") if part.stat().st_mtime < before]
        for part in dead:
            part.unlink(missing_ok=True)
        return len(dead)

    async def _take(self, pieces: AsyncIterator[bytes], part: Path) -> Received:
        digest, size = hashlib.sha256(), 0
        with part.open("wb") as file:
            async for piece in pieces:
                size += len(piece)
                self._refuse_large(size)
                digest.update(piece)
                await asyncio.to_thread(file.write, piece)
        if not size:
            raise BadInput("The file is empty; choose another one.", code="empty_file")
        kind = await asyncio.to_thread(kind_of, part)
        if kind not in self.kinds:
            known = ", ".join(sorted(self.kinds))
            raise BadInput(f"Files of this kind can't be sent; allowed by content are: {known}.", code="file_kind")
        verdict = await self._scanner.verdict(part)
        if verdict is Verdict.INFECTED:
            _log.warning("file_infected", sha256=digest.hexdigest())
            raise BadInput("The scanner found something harmful in the file; it was deleted.", code="file_infected")
        return Received(secrets.token_hex(16), part, kind, size, digest.hexdigest(), verdict)

    def _refuse_large(self, size: int) -> None:
        if size > self.max_bytes:
            raise TooLarge(
                f"A file may have {self.max_bytes} bytes; make it smaller or send it in parts.", code="file_too_large"
            )


def file_store(settings: Settings) -> FileStore:
    """Return the store as the settings have it."""
    return FileStore(
        settings.upload_dir,
        max_bytes=settings.upload_max_bytes,
        kinds=frozenset(filter(None, map(str.strip, settings.upload_kinds.split(",")))),
        scanner=make_scanner(settings.upload_scanner, settings.upload_scan_seconds),
    )

"""The archive: a ZIP file with a manifest that says what is in it, written in one step and checked when read."""

import hashlib
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from firstline.core.errors import BadInput, Conflict

MANIFEST = "manifest.json"
_PIECE = 1 << 20
_FOREIGN = "This is no backup of Firstline; name a file that `firstline backup` wrote."


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Member(_Part):
    """One file of the archive."""

    bytes: int
    sha256: str


class Table(_Part):
    """One table: how many rows, and the sum of their SHA-256."""

    rows: int
    digest: str


class Manifest(_Part):
    """What an archive holds. ``missing`` are files that the database knows and that were not on the disk."""

    firstline_backup: Literal[1] = 1
    version: str
    schema_revision: str
    taken_at: str
    database: Literal["sqlite", "postgresql"]
    tables: dict[str, Table]
    tracker: Table | None
    members: dict[str, Member]
    missing: list[str] = Field(default_factory=list)


class ArchiveWriter:
    """Writes beside the target and puts the whole archive in its place at the end; its owner alone may read it."""

    def __init__(self, target: Path) -> None:
        """Refuse a ``target`` that exists: raises ``Conflict``."""
        if target.exists():
            raise Conflict(f"{target} exists; a backup never replaces one. Name another file, or a folder.")
        self._target = target
        self._part = target.with_name(f".{target.name}.part")
        self.members: dict[str, Member] = {}

    def __enter__(self) -> "ArchiveWriter":
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._part.unlink(missing_ok=True)
        self._part.touch(mode=0o600)
        self._zip = zipfile.ZipFile(self._part, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()
        self._part.unlink(missing_ok=True)

    @contextmanager
    def member(self, name: str) -> Iterator["Measured"]:
        """Write one member piece by piece."""
        with self._zip.open(name, "w", force_zip64=True) as file:
            measured = Measured(file)
            yield measured
        self.members[name] = Member(bytes=measured.size, sha256=measured.digest.hexdigest())

    def add(self, name: str, path: Path) -> None:
        """Copy the file ``path``; raises ``FileNotFoundError``."""
        with path.open("rb") as source, self.member(name) as target:
            while piece := source.read(_PIECE):
                target.write(piece)

    def finish(self, manifest: Manifest) -> None:
        """Put the archive in its place."""
        self._zip.writestr(MANIFEST, manifest.model_dump_json(indent=1))
        self._zip.close()
        with self._part.open("rb") as file:
            os.fsync(file.fileno())
        self._part.replace(self._target)
        folder = os.open(self._target.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


class Measured:
    """A file that is written, with its size and checksum."""

    def __init__(self, file: IO[bytes]) -> None:
        """Measure what goes to ``file``."""
        self._file = file
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, piece: bytes) -> None:
        """Write on."""
        self._file.write(piece)
        self.size += len(piece)
        self.digest.update(piece)


class Archive:
    """An archive that was opened. Its members are checked by ``check``, or when they are taken out."""

    def __init__(self, path: Path) -> None:
        """Open ``path`` and read its manifest; raises ``BadInput`` for what is no whole backup of a known form."""
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise BadInput(
                f"{path} can't be read as a backup ({error}). It is cut off, damaged, or {_FOREIGN}"
            ) from None
        try:
            raw = self._zip.read(MANIFEST)
        except (KeyError, zipfile.BadZipFile):
            raise BadInput(f"{path}: {_FOREIGN}") from None
        try:
            self.manifest = Manifest.model_validate_json(raw)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or MANIFEST
            raise BadInput(
                f"{path}: its manifest says nothing this Firstline knows ({where}: {first['msg']}). Use the Firstline "
                "that wrote it, or another backup."
            ) from None
        for name in self.manifest.members:
            plain = PurePosixPath(name)
            if plain.is_absolute() or ".." in plain.parts or name != str(plain):
                raise BadInput(f"{path}: {_FOREIGN}")

    def check(self) -> list[str]:
        """Compare everything in the archive with its manifest; returns what is wrong, one line each."""
        listed = {MANIFEST, *self.manifest.members}
        found = self._zip.namelist()
        problems = [f"{name} is missing" for name in sorted(listed - set(found))]
        problems += [f"{name} stands in no manifest" for name in sorted(set(found) - listed)]
        for name in self.manifest.members:
            if name in found and (problem := self._wrong(name)):
                problems.append(problem)
        return problems

    def take(self, name: str, target: Path) -> None:
        """Copy a member to the new file ``target``."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._zip.open(name) as source, target.open("xb") as file:
            shutil.copyfileobj(source, file, _PIECE)

    def lines(self, name: str) -> Iterator[bytes]:
        """Read a member of lines, each without its end."""
        with self._zip.open(name) as file:
            for line in file:
                yield line.rstrip(b"\n")

    def below(self, folder: str) -> Iterator[tuple[str, str]]:
        """Return the members of a folder, each with its path below it."""
        for name in self.manifest.members:
            if name.startswith(f"{folder}/"):
                yield name, name.removeprefix(f"{folder}/")

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def _wrong(self, name: str) -> str | None:
        try:
            with self._zip.open(name) as file:
                found = measure(file)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, zlib.error) as error:
            return f"{name} is damaged ({error})"
        return None if found == self.manifest.members[name] else f"{name} was changed"


def measure(file: IO[bytes]) -> Member:
    """Read a file to its end and say how long it is and its checksum."""
    digest, size = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        digest.update(piece)
        size += len(piece)
    return Member(bytes=size, sha256=digest.hexdigest())

"""``firstline restore``: an archive into an empty place."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from firstline.chat.tracker import SCHEMA, Tracker
from firstline.core.database import Database
from firstline.core.errors import BadInput, Conflict
from firstline.core.settings import Settings
from firstline.serve.backup import places
from firstline.serve.backup.archive import Archive, Manifest, measure
from firstline.serve.backup.indexes import FOLDER, put_indexes
from firstline.serve.backup.rows import load, tables_of
from firstline.serve.backup.verify import differences, verify
from firstline.serve.migrate import known_revisions, upgrade
from firstline.serve.run_lock import take_run_lock

_STAGE = ".restoring"


async def restore(settings: Settings, path: Path) -> Manifest:
    """Put the backup ``path`` where the settings point, and return what it holds.

    Nothing is touched before the archive and the place were found fit, and nothing takes its final place before all
    was written and compared. The schema is that of the backup; the next start brings it up to date. Raises
    ``BadInput`` for an archive that is broken, foreign or of a newer Firstline, ``Conflict`` for a place in use.
    """
    manifest, problems = verify(path)
    if problems:
        raise BadInput(f"{path} is damaged: {_few(problems)}. Use another copy of it.")
    if manifest.schema_revision not in known_revisions():
        raise BadInput(
            f"{path} was written by Firstline {manifest.version} with schema {manifest.schema_revision}, which this "
            "one does not know. Install that version or a newer one, and restore there."
        )
    lock = take_run_lock(settings.data_dir)
    archive = Archive(path)
    try:
        await _restore(settings, archive)
    finally:
        archive.close()
        lock.close()
        shutil.rmtree(settings.data_dir / _STAGE, ignore_errors=True)
    return manifest


async def _restore(settings: Settings, archive: Archive) -> None:
    stage = settings.data_dir / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    taken = [*_taken(settings, archive), *await _taken_database(settings)]
    if taken:
        raise Conflict(
            f"A backup is restored into an empty place, and here is: {_few(taken)}. Move that away, or set "
            "FIRSTLINE_DATA_DIR, FIRSTLINE_PARTNERS_DIR and FIRSTLINE_DATABASE_URL to empty ones."
        )
    new = _new_partner_files(settings, archive)
    for folder in ("uploads", "images", FOLDER):
        for name, below in archive.below(folder):
            archive.take(name, stage / folder / below)
    if places.SECRETS in archive.manifest.members:
        archive.take(places.SECRETS, stage / places.SECRETS)
        (stage / places.SECRETS).chmod(0o600)
    await _fill_database(settings, archive, stage)
    for name, target in new.items():
        archive.take(name, target)
    _put_in_place(settings, stage)


async def _fill_database(settings: Settings, archive: Archive, stage: Path) -> None:
    """Fill the database and compare it; on SQLite beside its place, on PostgreSQL in one transaction."""
    address = settings.resolved_database_url
    staged = settings.model_copy(update={"data_dir": stage})
    if make_url(address).get_backend_name() == "sqlite":
        address = f"sqlite+aiosqlite:///{stage / 'firstline.db'}"
    database = Database(address)
    tracker = Tracker(staged, database)
    try:
        async with database.patient() as connection, connection.begin():
            await upgrade(connection, archive.manifest.schema_revision)
            for table in await tables_of(connection):
                if table.name not in archive.manifest.tables:
                    raise BadInput(f"The backup lacks table {table.name}; use another copy of it.")
                await load(connection, table, archive.lines(f"{places.DATABASE}/{table.name}.jsonl"))
            if tracker.file is None and archive.manifest.tracker:
                await tracker.make(connection)
                await load(connection, tracker.table, archive.lines(places.TRACKER))
        if tracker.file is not None and archive.manifest.tracker:
            async with tracker.database() as own, own.engine.begin() as connection:
                await tracker.make(connection)
                await load(connection, tracker.table, archive.lines(places.TRACKER))
        differing = await differences(archive.manifest, database, tracker)
        if differing:
            raise BadInput(f"What was restored is not what the backup holds: {_few(differing)}. Report this.")
    finally:
        await database.close()


def _put_in_place(settings: Settings, stage: Path) -> None:
    """Move what was written to its place, the database last: without it nothing starts."""
    targets = [
        (stage / "uploads", settings.upload_dir),
        (stage / "images", settings.image_dir),
        (stage / places.SECRETS, settings.data_dir / places.SECRETS),
        (stage / "bot" / "tracker.db", settings.bot_dir / "tracker.db"),
    ]
    database = make_url(settings.resolved_database_url)
    if database.get_backend_name() == "sqlite" and database.database:
        targets.append((stage / "firstline.db", Path(database.database)))
    put_indexes(stage / FOLDER, settings.index_dir)
    for source, target in targets:
        if source.exists():
            if target.is_dir():
                shutil.rmtree(target)  # empty, as was seen before
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(source, target)


def _taken(settings: Settings, archive: Archive) -> Iterator[str]:
    """Return which files stand in the way; partners' files that are the same do not."""
    for file in (settings.data_dir / places.SECRETS, settings.bot_dir / "tracker.db"):
        if file.exists():
            yield str(file)
    for folder in (settings.upload_dir, settings.image_dir):
        if any(True for _ in places.files_below(folder)):
            yield str(folder)
    for name, below in archive.below("partners"):
        file = settings.partners_dir / below
        if file.exists() and not _is_same(archive, name, file):
            yield f"{file}, with another content"


def _new_partner_files(settings: Settings, archive: Archive) -> dict[str, Path]:
    found = {name: settings.partners_dir / below for name, below in archive.below("partners")}
    return {name: target for name, target in found.items() if not target.exists()}


def _is_same(archive: Archive, name: str, path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return measure(file) == archive.manifest.members[name]


async def _taken_database(settings: Settings) -> list[str]:
    database = make_url(settings.resolved_database_url)
    if database.get_backend_name() == "sqlite":
        return _existing(database.database or "")
    open_database = Database(settings.resolved_database_url)
    try:
        async with open_database.engine.connect() as connection:
            return [f"tables in the database {database.database}"] if await _has_tables(connection) else []
    finally:
        await open_database.close()


async def _has_tables(connection: AsyncConnection) -> bool:
    def look(sync: Connection) -> bool:
        found = inspect(sync)
        return bool(found.get_table_names() or found.get_table_names(schema=SCHEMA))

    return await connection.run_sync(look)


def _existing(file: str) -> list[str]:
    return [file] if file and Path(file).exists() else []


def _few(lines: list[str]) -> str:
    shown = "; ".join(lines[:5])
    return shown if len(lines) <= 5 else f"{shown}; and {len(lines) - 5} more"

"""``firstline backup``: everything that can't be made again, into one file, while Firstline runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from firstline.chat.tracker import Tracker
from firstline.core.database import Database
from firstline.core.errors import SetupIncomplete, Unavailable
from firstline.core.settings import Settings
from firstline.core.times import iso, utcnow
from firstline.files.models import StoredFile
from firstline.serve.backup import places
from firstline.serve.backup.archive import ArchiveWriter, Manifest, Table
from firstline.serve.backup.indexes import held_indexes
from firstline.serve.backup.rows import Tally, lines_of, tables_of
from firstline.serve.migrate import schema_of


async def take_backup(settings: Settings, target: Path, *, with_indexes: bool = False) -> tuple[Path, Manifest]:
    """Write an archive to ``target``, or into it where it is a folder; returns where it is and what it holds.

    The database's rows are those of one instant; nobody who reads or writes waits. Files are taken afterwards, and
    only those that the database knew then; the bot's memory may be a turn ahead. With ``with_indexes`` the search
    indexes go along, so that none has to be built after restoring. Raises ``Conflict`` when the target
    exists, ``SetupIncomplete`` without a database, and ``Unavailable`` when the disk takes no more.
    """
    target = _file_in(target)
    try:
        with ArchiveWriter(target) as archive:
            if with_indexes:
                await _add_indexes(settings, archive)
            manifest = await _fill(settings, archive)
            archive.finish(manifest)
    except OSError as error:
        raise Unavailable(
            f"The backup could not be written to {target} ({error.strerror}); nothing is left of it. Make room there, "
            "or name another place."
        ) from error
    return target, manifest


async def _fill(settings: Settings, archive: ArchiveWriter) -> Manifest:
    database = Database(settings.resolved_database_url)
    tracker = Tracker(settings, database)
    tables: dict[str, Table] = {}
    of_tracker: Table | None = None
    uploads: list[str] = []
    try:
        async with snapshot(database) as connection:
            revision = await schema_of(connection)
            if revision is None:
                raise SetupIncomplete("There is no database yet, so nothing to back up; run `firstline prepare` first.")
            for table in await tables_of(connection):
                name = f"{places.DATABASE}/{table.name}.jsonl"
                tables[table.name] = await _write(archive, name, lines_of(connection, table))
            uploads = await _uploads(connection) if "stored_files" in tables else []
            if tracker.file is None and await tracker.is_in(connection):
                of_tracker = await _write(archive, places.TRACKER, lines_of(connection, tracker.table))
        if tracker.file is not None and tracker.is_there():
            async with tracker.database() as own, snapshot(own) as connection:
                if await tracker.is_in(connection):
                    of_tracker = await _write(archive, places.TRACKER, lines_of(connection, tracker.table))
        missing = _add_files(settings, archive, uploads)
        return Manifest(
            version=version("firstline"),
            schema_revision=revision,
            taken_at=iso(utcnow()),
            database="sqlite" if database.is_sqlite else "postgresql",
            tables=tables,
            tracker=of_tracker,
            members=archive.members,
            missing=missing,
        )
    finally:
        await database.close()


async def _add_indexes(settings: Settings, archive: ArchiveWriter) -> None:
    # Before the database: an index that is behind is brought up to date by what changed, one that is ahead is compared
    # article by article.
    async with held_indexes(settings) as files:
        for name, path in files:
            archive.add(name, path)


@asynccontextmanager
async def snapshot(database: Database) -> AsyncIterator[AsyncConnection]:
    """Give a connection that sees the database as it is at one instant, however long it is read."""
    async with database.engine.connect() as connection:
        if database.is_sqlite:
            yield await connection.execution_options(firstline_reads=True)
        else:
            yield await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


async def tally_of(lines: AsyncIterator[bytes]) -> Table:
    """Count lines without keeping them."""
    tally = Tally()
    async for line in lines:
        tally.add(line)
    return Table(rows=tally.rows, digest=tally.digest)


def _file_in(target: Path) -> Path:
    return target / f"firstline-{utcnow():%Y%m%dT%H%M%SZ}.zip" if target.is_dir() else target


async def _write(archive: ArchiveWriter, name: str, lines: AsyncIterator[bytes]) -> Table:
    tally = Tally()
    with archive.member(name) as member:
        async for line in lines:
            tally.add(line)
            member.write(line + b"\n")
    return Table(rows=tally.rows, digest=tally.digest)


async def _uploads(connection: AsyncConnection) -> list[str]:
    query = select(StoredFile.id).where(StoredFile.state != "refused").order_by(StoredFile.id)
    return list((await connection.scalars(query)).all())


def _add_files(settings: Settings, archive: ArchiveWriter, uploads: list[str]) -> list[str]:
    """Add uploads that the database knows, pictures, the partners' folder and the secrets; returns what is missing."""
    missing = []
    for file_id in uploads:
        name = places.upload_name(file_id)
        try:
            archive.add(name, settings.data_dir / name)
        except FileNotFoundError:
            missing.append(name)
    for folder, path in places.folders(settings).items():
        if folder != "uploads":
            for below, file in places.files_below(path):
                archive.add(f"{folder}/{below}", file)
    secrets = settings.data_dir / places.SECRETS
    if secrets.is_file():
        archive.add(places.SECRETS, secrets)
    return missing

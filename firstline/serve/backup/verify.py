"""``firstline verify``: a backup against itself, and against an installation."""

from collections.abc import Iterator
from pathlib import Path

from firstline.chat.tracker import Tracker
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.serve.backup import places
from firstline.serve.backup.archive import Archive, Manifest, Member, Table, measure
from firstline.serve.backup.indexes import FOLDER
from firstline.serve.backup.rows import Tally, lines_of, tables_of
from firstline.serve.backup.take import snapshot, tally_of
from firstline.serve.migrate import schema_of


def verify(path: Path) -> tuple[Manifest, list[str]]:
    """Return an archive's manifest and what in the archive differs from it; raises ``BadInput`` for no backup."""
    archive = Archive(path)
    try:
        problems = archive.check()
        if not problems:
            problems = _rows(archive)
        return archive.manifest, problems
    finally:
        archive.close()


async def verify_installation(manifest: Manifest, settings: Settings) -> list[str]:
    """Return what in the installation that ``settings`` name differs from the backup.

    It has to be at rest since it was restored: a start alone changes rows.
    """
    database = Database(settings.resolved_database_url)
    try:
        problems = await differences(manifest, database, Tracker(settings, database))
    finally:
        await database.close()
    return problems + list(_files(manifest, settings))


async def differences(manifest: Manifest, database: Database, tracker: Tracker) -> list[str]:
    """Return in which tables a database and the bot's memory differ from a backup."""
    found: dict[str, Table] = {}
    of_tracker: Table | None = None
    async with snapshot(database) as connection:
        revision = await schema_of(connection)
        if revision != manifest.schema_revision:
            return [
                f"the database has schema {revision or 'none'}, the backup {manifest.schema_revision}; they can be "
                "compared before the restored installation is started, not after it was brought to a newer schema"
            ]
        for table in await tables_of(connection):
            found[table.name] = await tally_of(lines_of(connection, table))
        if tracker.file is None and await tracker.is_in(connection):
            of_tracker = await tally_of(lines_of(connection, tracker.table))
    if tracker.file is not None and tracker.is_there():
        async with tracker.database() as own, snapshot(own) as connection:
            if await tracker.is_in(connection):
                of_tracker = await tally_of(lines_of(connection, tracker.table))
    nothing = Table(rows=0, digest=Tally().digest)
    wanted = manifest.tables | {"the bot's memory": manifest.tracker or nothing}
    found["the bot's memory"] = of_tracker or nothing
    return [
        f"table {name}: {_said(wanted.get(name))} in the backup, {_said(found.get(name))} here"
        for name in sorted(wanted.keys() | found.keys())
        if wanted.get(name) != found.get(name)
    ]


def _rows(archive: Archive) -> list[str]:
    manifest = archive.manifest
    wanted = {f"{places.DATABASE}/{name}.jsonl": table for name, table in manifest.tables.items()}
    if manifest.tracker:
        wanted[places.TRACKER] = manifest.tracker
    problems = []
    for name, table in wanted.items():
        tally = Tally()
        for line in archive.lines(name):
            tally.add(line)
        if Table(rows=tally.rows, digest=tally.digest) != table:
            problems.append(f"{name} has other rows than the manifest says")
    return problems


def _files(manifest: Manifest, settings: Settings) -> Iterator[str]:
    here = {places.SECRETS: settings.data_dir / places.SECRETS}
    for folder, path in places.folders(settings).items():
        here |= {f"{folder}/{below}": file for below, file in places.files_below(path)}
    for name, member in manifest.members.items():
        if name.startswith((f"{places.DATABASE}/", places.TRACKER)):
            continue
        if name.startswith(f"{FOLDER}/"):
            path = settings.index_dir / name.removeprefix(f"{FOLDER}/")
        else:
            path = here.pop(name, Path())
        if not path.is_file():
            yield f"{name} is missing here"
        elif _measured(path) != member:
            yield f"{name} has another content here"
    for name in sorted(here):
        if here[name].is_file() and name not in manifest.members:
            yield f"{name} stands in no backup"


def _measured(path: Path) -> Member:
    with path.open("rb") as file:
        return measure(file)


def _said(table: Table | None) -> str:
    return "not there" if table is None else f"{table.rows} rows ({table.digest[:8]})"

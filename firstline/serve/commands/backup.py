"""``firstline backup``, ``restore`` and ``verify``: the installation's data in one file."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from firstline.core.settings import get_settings
from firstline.serve.backup import restore as put_back
from firstline.serve.backup import take_backup, verify_installation
from firstline.serve.backup import verify as check
from firstline.serve.backup.archive import Manifest

_File = Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")]
_Json = Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")]


def backup(
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="A new file, or a folder for one.")],
    with_indexes: Annotated[
        bool, typer.Option("--with-indexes", help="Carry the search indexes too, so that none has to be built.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Write everything that can't be made again into one file, while Firstline runs."""
    path, manifest = asyncio.run(take_backup(get_settings(), target, with_indexes=with_indexes))
    _tell(_summary(path, manifest), manifest, as_json)
    if manifest.missing and not as_json:
        Console().print(f"Files that the database knows and that are not on the disk: {', '.join(manifest.missing)}")


def restore(file: _File, as_json: _Json = False) -> None:
    """Put a backup into an empty place, and compare the two."""
    manifest = asyncio.run(put_back(get_settings(), file))
    _tell(_summary(file, manifest), manifest, as_json)
    if not as_json:
        Console().print("Restored, and equal to the backup. Start it with `make run`; missing indexes are built then.")


def verify(
    file: _File,
    installation: Annotated[
        bool, typer.Option("--installation", help="Compare with what the settings point at, too.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Check a backup; exit code 1 when anything differs."""
    manifest, problems = check(file)
    if installation and not problems:
        problems = asyncio.run(verify_installation(manifest, get_settings()))
    _tell(_summary(file, manifest) | {"ok": not problems, "problems": problems}, manifest, as_json)
    if not as_json:
        console = Console(highlight=False, soft_wrap=True, markup=False)
        for problem in problems:
            console.print(problem)
        against = "itself and this installation" if installation else "itself"
        console.print(f"{len(problems)} difference(s)." if problems else f"Equal to {against}.")
    if problems:
        raise typer.Exit(1)


def _summary(path: Path, manifest: Manifest) -> dict[str, Any]:
    files = [member for name, member in manifest.members.items() if not name.endswith(".jsonl")]
    return {
        "file": str(path),
        "bytes": path.stat().st_size,
        "version": manifest.version,
        "schema": manifest.schema_revision,
        "taken_at": manifest.taken_at,
        "rows": {name: table.rows for name, table in sorted(manifest.tables.items())},
        "bot_events": manifest.tracker.rows if manifest.tracker else 0,
        "files": len(files),
        "missing": manifest.missing,
    }


def _tell(summary: dict[str, Any], manifest: Manifest, as_json: bool) -> None:
    if as_json:
        Console().print_json(data=summary)
        return
    rows, tables = sum(table.rows for table in manifest.tables.values()), len(manifest.tables)
    held = f"{rows} rows in {tables} tables, {summary['bot_events']} of the bot's events, {summary['files']} files"
    Console(highlight=False, soft_wrap=True, markup=False).print(
        f"{summary['file']}: {held}, {summary['bytes']} bytes; schema {summary['schema']}, taken {summary['taken_at']}"
    )

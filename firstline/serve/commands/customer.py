"""``firstline customer``: what is kept of one customer, to hand it out or to erase it."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from firstline.charter import Charters
from firstline.chat.tracker import Tracker
from firstline.core.database import Database
from firstline.core.errors import BadInput
from firstline.core.settings import Settings, get_settings
from firstline.customer_data import Erased, Found, find
from firstline.customer_data import erase as erase_customer
from firstline.customer_data import export as export_customer
from firstline.serve.commands.staff import COMMAND, Json, Partner
from firstline.serve.migrate import migrate

app = typer.Typer(no_args_is_help=True, help="What is kept of one customer.")

Result = TypeVar("Result")
_Conversation = Annotated[str, typer.Option(help="Whose: the id of a conversation.")]
_Case = Annotated[str, typer.Option(help="Whose: the number of a case.")]
_Email = Annotated[str, typer.Option(help="Whose: an address given in any conversation.")]


@app.callback()
def group() -> None:
    """What is kept of one customer."""


@app.command()
def export(
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="A new ZIP file.")],
    partner: Partner,
    conversation: _Conversation = "",
    case: _Case = "",
    email: _Email = "",
    as_json: Json = False,
) -> None:
    """Write all that is kept of a customer into one file."""

    async def work(settings: Settings, database: Database) -> tuple[Found, int]:
        async with database.session() as session:
            found = await find(session, partner, conversation=conversation, case=case, email=email)
            tracker = Tracker(settings, database)
            return found, await export_customer(session, tracker, settings.upload_dir, found, target, COMMAND)

    found, rows = _run(partner, work)
    if as_json:
        Console().print_json(data={"file": str(target), "rows": rows, **_said(found)})
        return
    _print(f"{target}: {rows} rows of {_summary(found)}.")


@app.command()
def erase(
    partner: Partner,
    conversation: _Conversation = "",
    case: _Case = "",
    email: _Email = "",
    even_open: Annotated[bool, typer.Option("--even-open", help="Close what is still open, and erase it too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Erase a customer's words, files and addresses; figures stay without a name. This can't be undone."""

    async def look(_settings: Settings, database: Database) -> Found:
        async with database.reading() as session:
            return await find(session, partner, conversation=conversation, case=case, email=email)

    async def work(settings: Settings, database: Database) -> tuple[Erased, bool]:
        tracker = Tracker(settings, database)
        done = await erase_customer(
            database, tracker, settings.upload_dir, found, who=COMMAND, how="command", even_open=even_open
        )
        gone = [await part.compact(rewrite=True) for part in (database, tracker)]
        return done, all(gone)

    found = _run(partner, look)
    if not yes:
        _confirm(found)
    done, gone = _run(partner, work)
    if as_json:
        Console().print_json(data={**asdict(done), **_said(found), "rewritten": gone})
        return
    _print(f"Erased {_summary(found)}: {sum(done.rows.values())} rows, {done.files} files, {done.bot_events} of the "
           "bot's events. Backups from before still hold them.")  # fmt: skip
    if not gone:
        _print("A reader kept SQLite's log from being emptied; run `firstline customer erase` again later, or restart.")


def _confirm(found: Found) -> None:
    if not sys.stdin.isatty():
        raise BadInput(f"This would erase {_summary(found)}; say --yes to do it.")
    typer.confirm(f"Erase {_summary(found)} for good?", abort=True)


def _run(partner: str, work: Callable[[Settings, Database], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        settings = get_settings()
        Charters(settings.partners_dir).get(partner)
        database = Database(settings.resolved_database_url)
        try:
            await migrate(database)
            return await work(settings, database)
        finally:
            await database.close()

    return asyncio.run(run())


def _said(found: Found) -> dict[str, list[str]]:
    return {"conversations": found.conversations, "cases": found.cases, "addresses": found.addresses}


def _summary(found: Found) -> str:
    cases = f" with case {', '.join(found.cases)}" if found.cases else ""
    return f"{len(found.conversations)} conversation(s){cases}"


def _print(line: str) -> None:
    Console(highlight=False, soft_wrap=True, markup=False).print(line)

"""``firstline training``: figures in, and who would gain from training."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from firstline.charter import Charters, Providers
from firstline.core.database import Database
from firstline.core.errors import BadInput, NotFound
from firstline.core.settings import get_settings
from firstline.core.times import utcnow
from firstline.desk.audit import audit
from firstline.serve.commands.staff import COMMAND, Json, Partner
from firstline.serve.migrate import migrate
from firstline.training.importing import Percent
from firstline.training.service import Training
from firstline.training.views import radar_json
from firstline.training.words import number, reason_text

app = typer.Typer(no_args_is_help=True, help="Who would gain from training.")
Result = TypeVar("Result")


@app.callback()
def group() -> None:
    """Who would gain from training."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV with customers, days, seats, deployment and usage.")],
    partner: Partner,
    percent: Annotated[
        str, typer.Option(help="What a number without a percent sign is: share (0.45), points (45), or auto.")
    ] = "auto",
    ignore_others: Annotated[
        bool, typer.Option("--ignore-others", help="Leave out columns that are not known.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Keep the figures of a file, all or none."""
    if percent not in ("auto", "share", "points"):
        raise typer.BadParameter("choose one of auto, share, points", param_hint="--percent")
    if not file.is_file():
        raise BadInput(f"There is no file {file}.")
    with file.open("rb") as opened:
        found = _run(partner, lambda training: _import(training, partner, opened, percent, ignore_others))  # type: ignore[arg-type]
    if as_json:
        typer.echo(json.dumps(found))
        return
    Console().print(
        f"{found['rows']} rows ({found['encoding']}): {found['added']} figures added, {found['updated']} were there, "
        f"{found['customers_added']} customers added, {found['merged']} rows put together with another."
    )


@app.command()
def radar(
    partner: Partner,
    everybody: Annotated[bool, typer.Option("--everybody", help="Customers without a reason too.")] = False,
    as_json: Json = False,
) -> None:
    """Show the customers who would gain from training, with the reasons."""

    async def work(training: Training) -> Any:
        seen = await training.radar(partner)
        return seen, radar_json(seen, utcnow(), seen.customers if everybody else seen.named)

    seen, found = _run(partner, work)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table("Customer", "Seats", "Questions", "Per 100 seats, month", "Reasons", "Courses")
    for one in seen.customers if everybody else seen.named:
        rate = one.scopes[0].per_100_seats
        seats = one.history.seats("", seen.window.today)
        table.add_row(
            one.customer.name,
            str(seats.number) if seats else "no seats known",
            str(one.tally.total),
            number(rate) if rate is not None else "",
            "\n".join(reason_text(reason, seen.offer.thresholds)["en"] for reason in one.reasons),
            "\n".join(gain.course.name("en") for gain in one.gains),
        )
    Console().print(table)
    counts = found["counts"]
    Console().print(
        f"{counts['named']} of {counts['customers']} customers; {counts['unknown_questions']} questions of nobody "
        f"known, {counts['unclear_questions']} of two customers; {found['since']} to {found['until']}."
    )


async def _import(
    training: Training, partner: str, file: BinaryIO, percent: Percent, ignore_others: bool
) -> dict[str, Any]:
    def note(session: Any, kept: Any) -> None:
        counts = {"rows": kept.rows, "added": kept.added, "changed": kept.updated}
        audit(session, None, "training.imported", partner=partner, who=COMMAND, **counts)

    columns = (SpinnerColumn(), TextColumn("{task.completed} rows"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)
        kept, reading = await training.take_in(
            partner, file, note, percent=percent, ignore_others=ignore_others,
            progress=lambda rows: shown.update(task, completed=rows),
        )  # fmt: skip
    return kept.counts() | {"encoding": reading.encoding, "separator": reading.separator, "ignored": reading.ignored}


def _run(partner: str, work: Callable[[Training], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        settings = get_settings()
        charters = Charters(settings.partners_dir)
        if partner not in charters.partners():
            raise NotFound(f"There is no partner '{partner}'; known: {', '.join(charters.partners())}.")
        database = Database(settings.resolved_database_url)
        try:
            await migrate(database)
            return await work(Training(database, charters, settings.partners_dir, Providers(charters)))
        finally:
            await database.close()

    return asyncio.run(run())

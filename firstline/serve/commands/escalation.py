"""``firstline escalation``: what is on its way up, one case's dossier, and its packet."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.errors import BadInput
from firstline.core.settings import get_settings
from firstline.core.times import utcnow
from firstline.desk.audit import audit
from firstline.desk.history import record
from firstline.desk.queue import find_case, locked_case
from firstline.escalation.keeping import hold
from firstline.escalation.overview import on_the_way
from firstline.escalation.packet import KINDS, Kind, packet
from firstline.escalation.views import escalation_json
from firstline.files.store import file_store
from firstline.serve.commands.staff import COMMAND, Json, Partner, run_on_partner

app = typer.Typer(no_args_is_help=True, help="Cases on their way up.")

Number = Annotated[str, typer.Argument(help="The case's number, such as DEMO-1001.")]
Language = Annotated[str, typer.Option("--language", help="ko or en.")]


@app.callback()
def group() -> None:
    """Cases on their way up."""


@app.command("list")
def list_(partner: Partner, as_json: Json = False) -> None:
    """Show who owes an answer and until when, and the deadlines of service credits."""
    lead_days = get_settings().credit_lead_days
    found = run_on_partner(partner, lambda session: on_the_way(session, partner, utcnow(), lead_days))
    if as_json:
        Console().print_json(data=found)
        return
    hops = Table("Case", "With", "In", "Since", "Answers by", "Customer hears by", title="Answers owed")
    for row in found["hops"]:
        due = f"{row['due'] or 'no time'}{' (late)' if row['late'] else ''}"
        hops.add_row(row["case"], row["level"], row["language"], row["sent_at"], due, row["promised"] or "")
    claims = Table("Case", "Service", "Missing", "To the provider", "Safe until", title="Service credits")
    for row in found["credits"]:
        claims.add_row(row["case"], row["service"], str(len(row["missing"])), row["ask_by"] or "", row["safe"] or "")
    for table in (hops, claims):
        Console().print(table)


@app.command()
def show(number: Number, partner: Partner, language: Language = "en", as_json: Json = False) -> None:
    """Show a case's dossier in one language, what is missing of it, and the hops so far."""
    _check_language(language)

    async def work(session: AsyncSession) -> dict[str, Any]:
        held = await hold(session, *await find_case(session, partner, number))
        return await escalation_json(session, held, utcnow(), get_settings().credit_lead_days)

    found = run_on_partner(partner, work)
    if as_json:
        Console().print_json(data=found)
        return
    form = Table("Field", "Value", title=number)
    for row in found["form"][language]:
        form.add_row(row["label"], row["value"])
    Console().print(form)
    for hop in found["hops"]:
        answered = f"answered {hop['answered_at']}" if hop["answered_at"] else f"due {hop['due'] or 'at no time'}"
        Console().print(f"{hop['level']} ({hop['language']}), {hop['sent_at']}: {answered}", markup=False)
    _print_missing("Missing of the dossier", found["missing"][language], language)
    if found["credit"]:
        _print_missing("Missing of the service-credit file", found["credit"]["missing"], language)


@app.command()
def export(
    number: Number,
    file: Annotated[Path, typer.Argument(help="The ZIP file to write.")],
    partner: Partner,
    kind: Annotated[str, typer.Option(help="dossier or credit.")] = "dossier",
    language: Language = "en",
) -> None:
    """Write the packet of a complete dossier or service-credit file; it stands in the case's trail."""
    _check_language(language)
    wanted: Kind | None = next((known for known in KINDS if known == kind), None)
    if wanted is None:
        raise typer.BadParameter(f"choose one of {', '.join(KINDS)}", param_hint="--kind")
    settings = get_settings()

    async def work(session: AsyncSession) -> bytes:
        held = await hold(session, *await locked_case(session, partner, number))
        made = await packet(session, held, file_store(settings), wanted, utcnow(), settings.credit_lead_days, language)
        record(session, held.case, "packet_exported", COMMAND)
        audit(session, None, "case.packet_exported", number, partner=partner, who=COMMAND)
        try:
            file.write_bytes(made)
        except OSError as error:
            raise BadInput(f"{file} can't be written: {error.strerror}.", code="bad_file") from error
        return made

    size = len(run_on_partner(partner, work))
    Console().print(f"Wrote {file} ({size:,} bytes).", highlight=False)


def _check_language(language: str) -> None:
    if language not in ("ko", "en"):
        raise typer.BadParameter("choose ko or en", param_hint="--language")


def _print_missing(title: str, rows: list[dict[str, Any]], language: str) -> None:
    if rows:
        Console().print(f"\n{title}:", *(f"- {row[language]}" for row in rows), sep="\n", markup=False)

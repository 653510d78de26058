"""``firstline charter``: check a charter, and ask what it promises."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from firstline.charter import Charter, CharterError, Charters, check_charter, format_datetime, promises
from firstline.core.errors import BadInput
from firstline.core.settings import get_settings
from firstline.core.times import utcnow

app = typer.Typer(no_args_is_help=True, help="Support terms: check a file, ask what is due.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def group() -> None:
    """Support terms: check a file, ask what is due."""


def _partners_of(file: Path) -> Path:
    """Return the folder of all partners that a charter's file lies in."""
    folder = file.resolve().parent
    return (folder.parent if folder.name == "charters" else folder).parent


@app.command()
def check(file: Annotated[Path, typer.Argument(help="A charter's YAML file.")], as_json: AsJson = False) -> None:
    """Check a charter; every finding names file, line and field. Exit code 1 when there is an error."""
    charter, findings = check_charter(file, provider_text=Charters(_partners_of(file)).provider_text)
    errors = [item for item in findings if item.level == "error"]
    if as_json:
        found = [
            {
                "rule": item.rule,
                "level": item.level,
                "where": item.where,
                "message": item.message,
                "source": item.source,
            }
            for item in findings
        ]
        version = charter.version if charter else None
        typer.echo(json.dumps({"usable": not errors, "version": version, "findings": found}, ensure_ascii=False))
    else:
        for item in findings:
            typer.echo(str(item))
        typer.echo(f"{len(errors)} errors, {len(findings) - len(errors)} warnings" if findings else "nothing to mend")
    if errors:
        raise typer.Exit(1)


@app.command()
def due(
    partner: Annotated[str, typer.Option(help="The partner's short name, such as demo.")],
    severity: Annotated[str, typer.Option(help="The severity's id in the charter; all of them by default.")] = "",
    tier: Annotated[str, typer.Option(help="The tier's id; the charter's first one by default.")] = "",
    at: Annotated[str, typer.Option(help="When the case begins, such as 2026-11-27T17:30; now by default.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print until when answer, update and solution are promised for a case that begins at a moment."""
    charter = _charter(partner, at)
    start = _moment(at, charter)
    tier = tier or charter.default_tier
    if tier not in charter.tiers:
        raise BadInput(f"The charter has no tier '{tier}'; it has {', '.join(charter.tiers)}.")
    if severity and severity not in charter.severities:
        raise BadInput(f"The charter has no severity '{severity}'; it has {', '.join(charter.severities_by_rank)}.")
    asked = [severity] if severity else charter.tier_severities(tier)
    rows = [row for name in asked for row in _rows(charter, tier, name, start)]
    if as_json:
        body = {"charter_version": charter.version, "tier": tier, "at": start.isoformat(), "promises": rows}
        typer.echo(json.dumps(body, ensure_ascii=False))
        return
    console, zone = Console(highlight=False), charter.main_calendar.tz
    console.print(f"{charter.id} {charter.version}, tier {tier}, from {format_datetime(start, 'en', zone)}")
    for row in rows:
        told = format_datetime(datetime.fromisoformat(row["due"]), "en", zone) if row["due"] else "best effort"
        console.print(f"  {row['severity']:<22}{row['kind']:<16}{told}")


def _rows(charter: Charter, tier: str, severity: str, start: datetime) -> list[dict[str, Any]]:
    found = promises(charter, tier, severity, start)
    zone = ZoneInfo(charter.main_calendar.tz)
    return [
        {"severity": severity, "kind": kind, "due": item.due.astimezone(zone).isoformat() if item.due else None}
        for kind, item in found.items()
    ]


def _charter(partner: str, at: str) -> Charter:
    charters = Charters(get_settings().partners_dir)
    try:
        today = charters.get(partner)
        return charters.get(partner, at=_moment(at, today))
    except CharterError as error:
        raise BadInput(error.message) from None


def _moment(at: str, charter: Charter) -> datetime:
    if not at:
        return utcnow()
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise BadInput(f"'{at}' is no moment; write it as 2026-11-27T17:30.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(charter.main_calendar.tz))

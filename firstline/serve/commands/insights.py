"""``firstline insights``: what happened at a partner in a period."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from firstline.charter import Charters, Providers
from firstline.core.database import Database
from firstline.core.errors import BadInput
from firstline.core.settings import get_settings
from firstline.core.spreadsheets import csv_lines, csv_text
from firstline.core.times import utcnow
from firstline.insights.report import report, scope_of
from firstline.insights.rows import OF, columns_of, pieces
from firstline.insights.scope import Scope
from firstline.knowledge.stored import layers_for
from firstline.serve.migrate import migrate


def insights(
    partner: Annotated[str, typer.Option(help="The partner's short name, such as demo.")],
    since: Annotated[str, typer.Option(help="First day, such as 2026-11-01; 30 days before the last by default.")] = "",
    until: Annotated[str, typer.Option(help="Last day; today by default.")] = "",
    lang: Annotated[str, typer.Option(help="Only one language, ko or en.")] = "",
    csv: Annotated[Path | None, typer.Option(help="Folder to write the rows to, a file each.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Print a period's figures, in the partner's time zone; with --csv also write the rows that they count."""
    if lang not in ("", "ko", "en"):
        raise BadInput(f"'{lang}' is no language here; it is ko or en.")
    if csv is not None:
        csv.mkdir(parents=True, exist_ok=True)
    found = asyncio.run(_insights(partner, since, until, lang or None, csv))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _print(found)


async def _insights(partner: str, since: str, until: str, lang: str | None, folder: Path | None) -> dict[str, Any]:
    settings = get_settings()
    charters = Charters(settings.partners_dir)
    charter = charters.get(partner)
    layers = layers_for(partner, Providers(charters))
    scope = scope_of(partner, charter, layers, utcnow(), since=since, until=until, lang=lang)
    database = Database(settings.resolved_database_url)
    try:
        await migrate(database)
        found = await report(database, scope, charter)
        if folder is not None:
            await _write(database, scope, folder)
        return found
    finally:
        await database.close()


async def _write(database: Database, scope: Scope, folder: Path) -> None:
    for of in OF:
        with (folder / f"{of}.csv").open("w", encoding="utf-8", newline="") as file:
            file.write(csv_text(columns_of(scope, of), []))
            async with database.reading() as session:
                async for rows in pieces(session, scope, of, {}):
                    file.write(csv_lines([list(row.values()) for row in rows]))


def _print(found: dict[str, Any]) -> None:
    table = Table(
        "", "count", "share", title=f"{found['partner']}, {found['since']} to {found['until']}, {found['zone']}"
    )
    total = found["volume"]["total"]["count"]

    def add(name: str, count: int, share: float | None = None) -> None:
        table.add_row(name, f"{count:,}", "" if share is None else f"{share:.1%}")

    add("conversations", total)
    for part in ("by_language", "by_category"):
        for item in found["volume"][part]:
            add(f"  {item['key']}", item["count"], item["count"] / total)
    for item in found["resolution"]["results"]:
        add(item["key"], item["count"], item["count"] / total if total else None)
    add("handed over to people", found["handovers"]["total"]["count"])
    promises = found["promises"]["total"]
    add("promises kept", promises["kept"]["count"], promises["share_kept"])
    add("promises late", promises["late"]["count"])
    add("searches of the bot", found["bot"]["searches"]["count"])
    add("fallbacks", found["bot"]["fallbacks"]["count"], found["bot"]["share_fallback"])
    console = Console()
    console.print(table)
    for name in ("wait", "handle"):
        times = [found[name][key] for key in ("median_seconds", "p90_seconds")]
        said = " · ".join("none" if value is None else f"{value / 60:,.1f} min" for value in times)
        console.print(f"{name} (median · 90th percentile of {found[name]['measured']['count']:,} cases): {said}")

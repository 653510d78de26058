"""``firstline bench insights``: how fast do the figures of a quarter come, and how fast does their page open?"""

import asyncio
import json
import os
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import httpx
import typer
from rich.console import Console
from rich.table import Table

from firstline.charter import Charters, Providers
from firstline.core.database import Database
from firstline.core.settings import Settings, get_settings
from firstline.core.times import utcnow
from firstline.desk.staff import add_staff
from firstline.knowledge.stored import layers_for
from firstline.serve.bench.in_chromium import chromium
from firstline.serve.bench.insights_fill import QUARTER_DAYS, fill
from firstline.serve.bench.insights_page import open_insights
from firstline.serve.bench.measured import came, percentiles
from firstline.serve.bench.server import Server, copy_prepared, memory_mb
from firstline.serve.bench.talks import messages
from firstline.serve.migrate import migrate

_PARTNER = "demo"
_EMAIL, _PASSWORD = "lead@example.com", "measured-and-thrown-away"
_PAGE_LIMIT_MS = 2000
_PARTS = {
    "figures": "all figures, over HTTP",
    "rows": "a page of 100 rows, over HTTP",
    "csv": "all conversations as CSV, over HTTP",
    "page": "page: navigation to figures and plots",
    "page_gaps": "page: navigation to the gaps under them",
}


def insights(
    conversations: Annotated[int, typer.Option(min=1, max=1_000_000, help="Conversations in the quarter.")] = 20_000,
    times: Annotated[int, typer.Option(min=1, max=1000, help="How often each is opened.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure insights on a made-up quarter: figures, rows and files over HTTP, and the page in Chromium."""
    settings = get_settings()
    tell = Console(stderr=True).print
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as name:
        folder = Path(name) / "data"
        copy_prepared(settings, folder)
        tell("filling the quarter")
        began = time.perf_counter()
        asyncio.run(_fill(settings, folder, conversations))
        filled = time.perf_counter() - began
        server = Server(folder, with_bot=False)
        try:
            server.start()
            tell("opening insights")
            report = asyncio.run(_measure(server, settings, times))
            report["memory_mb"] = round(memory_mb(server.pid), 1)
        finally:
            server.stop()
    report = {"conversations": conversations, "times": times, "fill_seconds": round(filled, 1)} | report
    report["load_average"] = round(os.getloadavg()[0], 1)
    if as_json:
        typer.echo(json.dumps(report))
    else:
        _print(report)


async def _fill(settings: Settings, folder: Path, conversations: int) -> None:
    charters = Charters(settings.partners_dir)
    layers = layers_for(_PARTNER, Providers(charters))
    database = Database(f"sqlite+aiosqlite:///{folder / 'firstline.db'}")
    try:
        await migrate(database)
        async with database.session() as session:
            await add_staff(session, _PARTNER, _EMAIL, "lead", _PASSWORD, "Lead")
        await fill(database, charters.get(_PARTNER), _PARTNER, conversations, messages(), utcnow(), layers=layers)
    finally:
        await database.close()


async def _measure(server: Server, settings: Settings, times: int) -> dict[str, Any]:
    zone = ZoneInfo(Charters(settings.partners_dir).get(_PARTNER).main_calendar.tz)
    today = utcnow().astimezone(zone).date()
    period = {"since": str(today - timedelta(days=QUARTER_DAYS)), "until": str(today)}
    async with httpx.AsyncClient(base_url=server.url, timeout=300) as http:
        body = {"partner": _PARTNER, "email": _EMAIL, "password": _PASSWORD}
        token = came(await http.post("/api/staff/login", json=body)).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        taken: dict[str, list[float]] = {}
        for name, path, query in (
            ("figures", "", {}),
            ("rows", "/rows", {"of": "conversations", "result": "no_answer"}),
            ("csv", "/rows.csv", {"of": "conversations"}),
        ):
            for _ in range(times):
                began = time.perf_counter()
                answer = came(await http.get(f"/api/staff/insights{path}", params=period | query))
                taken.setdefault(name, []).append(time.perf_counter() - began)
            if name == "figures":
                counted = answer.json()["volume"]["total"]["count"]
    report: dict[str, Any] = {"counted": counted}
    if program := chromium():
        address = f"/staff#/insights?{httpx.QueryParams(period)}"
        taken["page"], taken["page_gaps"] = await open_insights(f"{server.url}{address}", token, program, times)
    for name, seconds in taken.items():
        report |= percentiles(name, seconds)
    return report


def _print(report: dict[str, Any]) -> None:
    table = Table("", "p50 ms", "p95 ms", "aim for p95, ms")
    for name, words in _PARTS.items():
        if f"{name}_p50_ms" in report:
            limit = f"{_PAGE_LIMIT_MS:,}" if name == "page" else ""
            table.add_row(words, *(f"{report[f'{name}_p{p}_ms']:,.0f}" for p in (50, 95)), limit)
    console = Console()
    console.print(table)
    console.print(
        f"{report['conversations']:,} conversations ({report['counted']:,} in which something was said), "
        f"{report['times']} times each; filled in {report['fill_seconds']:,.0f} s; {report['memory_mb']:,.0f} MB; "
        f"load average {report['load_average']}"
    )

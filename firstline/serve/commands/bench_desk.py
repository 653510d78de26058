"""``firstline bench desk``: how fast does the desk open over a long queue, and a message reach its agent?"""

import asyncio
import json
import os
import tempfile
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.settings import Settings, get_settings
from firstline.serve.bench.desk_fill import PARTNER, fill
from firstline.serve.bench.desk_load import Agent, Customer, write_to_agents
from firstline.serve.bench.desk_page import open_desk
from firstline.serve.bench.in_chromium import chromium
from firstline.serve.bench.measured import percentiles
from firstline.serve.bench.server import Server, copy_prepared, memory_mb
from firstline.serve.bench.talks import messages as questions

_OPENED = 20
_PAGES = 20
_AT_ONCE = 10
_TIMEOUT = 300.0
_LIMITS = {"first_data_p95_ms": 1000, "first_row_p95_ms": 1000, "whole_page_p95_ms": 1000, "message_p95_ms": 300}


def desk(
    agents: Annotated[int, typer.Option(min=1, max=1000, help="Agents with a live line.")] = 200,
    cases: Annotated[int, typer.Option(min=50, max=100_000, help="Cases that wait.")] = 5000,
    messages: Annotated[int, typer.Option(min=1, max=10_000, help="Messages that customers send.")] = 200,
    rate: Annotated[float, typer.Option(min=0.1, max=100, help="Messages a second.")] = 5.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure the desk under load: opening it, opening its page in Chromium, and messages on their way to agents."""
    settings = get_settings()
    tell = Console(stderr=True).print
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as name:
        folder = Path(name) / "data"
        copy_prepared(settings, folder)
        tell("filling the queue")
        asyncio.run(_fill(settings, folder, agents, cases))
        server = Server(folder, with_bot=False)
        try:
            server.start()
            report = asyncio.run(_measure(server, agents, messages, rate, tell))
            report["memory_mb"] = round(memory_mb(server.pid), 1)
        finally:
            server.stop()
    report = {"agents": agents, "cases": cases, "load_average": round(os.getloadavg()[0], 1)} | report
    if as_json:
        typer.echo(json.dumps(report))
    else:
        _print(report)


async def _fill(settings: Settings, folder: Path, agents: int, cases: int) -> None:
    database = Database(f"sqlite+aiosqlite:///{folder / 'firstline.db'}")
    try:
        await fill(database, Charters(settings.partners_dir).get(PARTNER), agents + 1, cases, questions())
    finally:
        await database.close()


async def _measure(server: Server, count: int, messages: int, rate: float, tell: Any) -> dict[str, Any]:
    limits = httpx.Limits(max_connections=count)
    async with httpx.AsyncClient(base_url=server.url, timeout=_TIMEOUT, limits=limits) as http:
        agents = [Agent(http, server.url, at, count) for at in range(count + 1)]
        visitor = agents.pop()
        customers = [Customer(http) for _ in agents]
        tell("logging in, claiming a case each")
        await visitor.log_in()
        for at in range(0, count, _AT_ONCE):
            pairs = list(zip(agents, customers, strict=True))[at : at + _AT_ONCE]
            await asyncio.gather(*(_take_case(agent, customer) for agent, customer in pairs))
        ready = [asyncio.Event() for _ in agents]
        lines = [asyncio.create_task(agent.sit(event)) for agent, event in zip(agents, ready, strict=True)]
        try:
            async with asyncio.timeout(_TIMEOUT):
                await asyncio.gather(*(event.wait() for event in ready))
            tell("opening the desk")
            opened = [await visitor.open_desk() for _ in range(_OPENED)]
            report: dict[str, Any] = percentiles("first_data", opened)
            if program := chromium():
                tell("opening its page")
                token = visitor.headers["Authorization"].partition(" ")[2]
                first, whole = await open_desk(server.url, token, program, _PAGES)
                report |= percentiles("first_row", first) | percentiles("whole_page", whole)
            tell("writing to the agents")
            waits, lost = await write_to_agents(customers, agents, messages, rate)
            cut = [reason for agent in agents for reason in agent.cut]
            failed = [reason for agent in agents for reason in agent.failed]
            told = {"messages": messages, "a_second": rate, "lost": lost, "lines_cut": cut, "requests_failed": failed}
            return report | percentiles("message", waits) | told
        finally:
            for line in lines:
                line.cancel()
            await asyncio.gather(*lines, return_exceptions=True)


async def _take_case(agent: Agent, customer: Customer) -> None:
    await agent.log_in()
    await customer.ask_for_person()
    await agent.claim(customer.number)


def _print(report: dict[str, Any]) -> None:
    table = Table("", "p50 ms", "p95 ms", "aim for p95, ms")
    for name, words in (
        ("first_data", "the desk's first data"),
        ("first_row", "page: navigation to the first row"),
        ("whole_page", "page: navigation to 50 rows and counts"),
        ("message", "a customer's message to its agent"),
    ):
        if f"{name}_p50_ms" in report:
            columns = [f"{report[f'{name}_p{p}_ms']:,.0f}" for p in (50, 95)]
            table.add_row(words, *columns, f"{_LIMITS[f'{name}_p95_ms']:,}")
    console = Console()
    console.print(table)
    console.print(
        f"{report['agents']} agents, {report['cases']:,} waiting cases, {report['messages']} messages at "
        f"{report['a_second']:g} a second, {report['lost']} lost; {len(report['lines_cut'])} lines cut, "
        f"{len(report['requests_failed'])} requests of desks failed; "
        f"{report['memory_mb']:,.0f} MB; load average {report['load_average']}"
    )

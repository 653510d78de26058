"""``firstline chaos``: conversations while parts of the stack are killed, then an audit of what is left."""

import asyncio
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from firstline.core.errors import BadInput
from firstline.core.settings import get_settings
from firstline.serve.chaos.run import run_chaos
from firstline.serve.chaos.servers import missing
from firstline.serve.chaos.stack import Plan
from firstline.serve.prepare import prepare_apart

_SHOWN = 20


def chaos(
    conversations: Annotated[int, typer.Option(min=1, help="Conversations to hold.")] = 5000,
    at_once: Annotated[int, typer.Option(min=1, max=500, help="Conversations at the same time.")] = 16,
    every: Annotated[float, typer.Option(min=0.1, help="Average seconds from a recovery to the next kill.")] = 20.0,
    apps: Annotated[int, typer.Option(min=1, max=8, help="Apps; more than one needs PostgreSQL and Redis.")] = 1,
    bots: Annotated[int, typer.Option(min=1, max=8, help="Bots; more than one needs PostgreSQL and Redis.")] = 1,
    servers: Annotated[
        bool, typer.Option("--servers", help="Start a PostgreSQL and a Redis, and kill them as well.")
    ] = False,
    database_url: Annotated[str, typer.Option(help="Empty PostgreSQL to use; it is not killed.")] = "",
    redis_url: Annotated[str, typer.Option(help="Redis to use with it; it is not killed.")] = "",
    seed: Annotated[int, typer.Option(help="What is drawn at random follows from it, but for what time decides.")] = 1,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the folder with data and logs.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
) -> None:
    """Hold conversations while app, bot, database and Redis are killed; exit code 1 when a promise was broken."""
    plan = _plan(apps, bots, servers, database_url, redis_url)
    settings = get_settings()
    console = Console(stderr=True)

    def progress(step: str) -> None:
        console.print(step, highlight=False)

    prepare_apart(settings, progress)
    folder = Path(tempfile.mkdtemp(prefix="firstline-chaos-"))
    folder.chmod(0o755)  # PostgreSQL's own user has to get to its data.
    try:
        load = os.getloadavg()[0]
        report = asyncio.run(
            run_chaos(
                settings, folder, plan, conversations=conversations, at_once=at_once, pause=every, seed=seed,
                progress=progress,
            )
        )  # fmt: skip
    finally:
        if keep:
            console.print(f"Data and logs: {folder}", highlight=False)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    report["load_average"] = [round(load, 1), round(os.getloadavg()[0], 1)]
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
    else:
        _print(report)
    if report["violations"]:
        raise typer.Exit(1)


def _plan(apps: int, bots: int, servers: bool, database_url: str, redis_url: str) -> Plan:
    if bool(database_url) != bool(redis_url):
        raise BadInput("Give --database-url and --redis-url together.")
    if servers and database_url:
        raise BadInput("Give either --servers or addresses of servers that are there.")
    if servers and (why := missing()):
        raise BadInput(f"No servers can be started: {why}. Without --servers the run kills app and bot on SQLite.")
    plan = Plan(apps, bots, servers, database_url, redis_url)
    if not plan.on_servers and (apps > 1 or bots > 1):
        raise BadInput("Several apps or bots share a PostgreSQL and a Redis; add --servers.")
    return plan


def _print(report: dict[str, Any]) -> None:
    console = Console()

    def line(name: str, value: Any) -> None:
        console.print(f"{name:<26} {value}", highlight=False)

    line(
        "Conversations", f"{report['conversations']} in {report['seconds']} s, killed: {', '.join(report['killable'])}"
    )
    line("Messages acknowledged", f"{report['acknowledged']}, {report['repeated']} requests only when sent again")
    line("Handovers, claims", f"{report['handovers']}, {report['claims']}")
    line("Apologies of the bot", report["apologies"])
    line("Failed attempts", ", ".join(f"{what} {times}" for what, times in report["failed_attempts"].items()) or "none")
    silence = report["silence_seconds"]
    line("Silence, s", f"median {silence['median']}, p99 {silence['p99']}, longest {silence['longest']}")
    for kind, times in report["kills"].items():
        took = report["recovery_seconds"][kind]
        line(f"Killed: {kind}", f"{times} times, back after {took['median']} s (median), {took['longest']} s at most")
    line("Notices", ", ".join(f"{state} {count}" for state, count in report["outbox"].items()))
    line("Load average", f"{report['load_average'][0]} before, {report['load_average'][1]} after")
    if not report["violations"]:
        console.print("[bold green]Every promise was kept.[/]")
        return
    console.print(f"[bold red]{len(report['violations'])} promises were broken:[/]")
    for one in report["violations"][:_SHOWN]:
        console.print(f"  {one['kind']}: {one['what']} (conversation {one['conversation']})", highlight=False)

"""``firstline bench load``: more and more customers at once, until more of them bring no more turns a second."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from firstline.core.errors import BadInput
from firstline.core.settings import get_settings
from firstline.serve.bench.default_bot import DefaultBot
from firstline.serve.bench.locust_run import Target, check_locust, knee, step
from firstline.serve.bench.plot import Series, plot
from firstline.serve.bench.server import wait_for
from firstline.serve.bench.several import on_postgresql, on_sqlite
from firstline.serve.bot_process import free_port
from firstline.serve.commands.bench_chat import BesideDefault, DefaultEpochs
from firstline.serve.prepare import prepare

_COLUMNS = ("users", "turns_per_second", "p50_ms", "p95_ms", "p99_ms", "errors", "cpu_ms", "memory_mb", "load_average")
_WARM_USERS, _WARM_SECONDS = 2, 3.0


def load(
    users: Annotated[str, typer.Option(help="Customers at once in each step.")] = "1,2,4,8,16,32",
    seconds: Annotated[float, typer.Option(min=1, help="Seconds a step takes.")] = 20,
    database_url: Annotated[
        str,
        typer.Option(help="PostgreSQL to measure on too, with 1 and 2 apps, in databases of their own."),
    ] = "",
    redis_url: Annotated[str, typer.Option(help="Redis for that; its events and locks are used.")] = "",
    beside_default: BesideDefault = False,
    default_epochs: DefaultEpochs = 100,
    plot_file: Annotated[Path | None, typer.Option("--plot", help="SVG file for the plot.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Measure turns a second, waiting, errors and memory, step by step, up to the knee."""
    wanted = _steps(users)
    if bool(database_url) != bool(redis_url):
        raise BadInput("PostgreSQL is measured with Redis: give both --database-url and --redis-url, or none.")
    check_locust()
    settings = get_settings()
    tell = Console(stderr=True).print
    default = DefaultBot(settings, default_epochs) if beside_default else None
    if default is not None:
        default.train()
    prepare(settings, tell)
    systems: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as name:
        folder = Path(name)
        runs = {"1 app, 1 bot, SQLite": on_sqlite(settings, folder / "sqlite")}
        if database_url:
            for apps in (1, 2):
                label = f"{apps} app{'s' * (apps > 1)}, {apps} bot{'s' * (apps > 1)}, PostgreSQL"
                runs[label] = on_postgresql(settings, folder / f"postgresql{apps}", database_url, redis_url, apps)
        if default is not None:
            runs["Rasa's default, rest channel"] = _default(default)
        for label, run in runs.items():
            tell(f"starting {label}")
            with run as target:
                step(target, _WARM_USERS, _WARM_SECONDS)
                measured = []
                for number in wanted:
                    tell(f"{label}: {number} at once")
                    measured.append(step(target, number, seconds))
            systems[label] = {"steps": measured, "knee": knee(measured)["users"]}
    report = {"seconds": seconds, "systems": systems}
    if plot_file is not None:
        lines = [Series(label, _points(system["steps"])) for label, system in systems.items()]
        title = "Turns a second against the time that 95 of 100 wait"
        plot_file.write_text(plot(title, "turns a second", "p95, milliseconds", lines), "utf-8")
    if as_json:
        typer.echo(json.dumps(report))
    else:
        _print(systems)


def _steps(users: str) -> list[int]:
    try:
        wanted = [int(part) for part in users.split(",")]
    except ValueError:
        wanted = []
    if not wanted or min(wanted) < 1:
        raise BadInput(f"--users is {users!r}; write numbers separated by commas, such as 1,4,16")
    return wanted


@contextmanager
def _default(default: DefaultBot) -> Iterator[Target]:
    port = free_port()
    process = default.serve(port)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, process, default.log)
        yield Target([url], "rest", {"bot": process.pid})
    finally:
        process.terminate()
        process.wait(30)


def _points(steps: list[dict[str, Any]]) -> list[tuple[float, float]]:
    return [(found["turns_per_second"], found["p95_ms"]) for found in steps]


def _print(systems: dict[str, Any]) -> None:
    heads = ("System", "At once", "Turns/s", "p50 ms", "p95 ms", "p99 ms", "Errors", "CPU ms a turn", "MB", "Load")
    table = Table(*heads)
    for label, system in systems.items():
        for found in system["steps"]:
            name = f"{label} (knee)" if found["users"] == system["knee"] else label
            shown = {**found, "cpu_ms": sum(found["cpu_ms_of"].values())}
            table.add_row(name, *(f"{shown[column]:,.10g}" for column in _COLUMNS))
    Console().print(table)

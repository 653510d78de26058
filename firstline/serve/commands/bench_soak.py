"""``firstline bench soak``: does the memory of app and bot stay flat while customers talk for long?"""

import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from firstline.core.settings import get_settings
from firstline.serve.bench.locust_run import Customers, Target, check_locust
from firstline.serve.bench.plot import Series, plot
from firstline.serve.bench.server import resident_mb
from firstline.serve.bench.several import on_sqlite
from firstline.serve.prepare import prepare

Sample = tuple[float, dict[str, float]]


def soak(
    minutes: Annotated[float, typer.Option(min=0.05, help="Minutes of talk.")] = 30,
    users: Annotated[int, typer.Option(min=1, max=200, help="Customers at once.")] = 4,
    pause: Annotated[float, typer.Option(min=0, help="Seconds a customer waits after an answer.")] = 1,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks at the memory.")] = 10,
    plot_file: Annotated[Path | None, typer.Option("--plot", help="SVG file for the plot.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, with every sample.")] = False,
) -> None:
    """Let customers talk, watch the memory, and say how it grows in the second half."""
    check_locust()
    settings = get_settings()
    tell = Console(stderr=True).print
    prepare(settings, tell)
    loads = [os.getloadavg()[0]]
    with (
        tempfile.TemporaryDirectory(prefix="firstline-bench-") as name,
        on_sqlite(settings, Path(name) / "data") as target,
    ):
        tell(f"{users} customers talk for {minutes:g} minutes")
        samples, seen = _watch(target, users, minutes * 60, pause, every)
    loads.append(os.getloadavg()[0])
    report: dict[str, Any] = {
        "minutes": minutes,
        "users": users,
        **seen,
        "processes": {process: slope(samples, process) for process in target.processes},
        "samples": [{"seconds": round(at, 1), **memory} for at, memory in samples],
        "load_average": [round(load, 1) for load in loads],
    }
    if plot_file is not None:
        lines = [
            Series(process, [(at / 60, memory[process]) for at, memory in samples]) for process in target.processes
        ]
        plot_file.write_text(plot("Memory while customers talk", "minutes", "MB", lines, dots=False), "utf-8")
    if as_json:
        typer.echo(json.dumps(report))
    else:
        _print(report)


def slope(samples: Sequence[Sample], process: str) -> dict[str, float]:
    """Return a process's resident memory in MB: at first, in the middle, at last, the most; and what an hour adds.

    ``mb_an_hour`` is that of a straight line through the second half.
    """
    late = samples[len(samples) // 2 :]
    times, memory = [at / 3600 for at, _memory in late], [found[process] for _at, found in late]
    grows = float(np.polyfit(times, memory, 1)[0]) if len(late) > 1 else 0.0
    return {
        "first_mb": samples[0][1][process],
        "middle_mb": memory[0],
        "last_mb": memory[-1],
        "most_mb": max(found[process] for _at, found in samples),
        "mb_an_hour": round(grows, 1),
    }


def _watch(
    target: Target, users: int, seconds: float, pause: float, every: float
) -> tuple[list[Sample], dict[str, Any]]:
    customers = Customers(target, users, seconds, pause)
    began = time.monotonic()
    samples: list[Sample] = []
    try:
        while customers.running():
            memory = {name: round(resident_mb(pid), 1) for name, pid in target.processes.items()}
            samples.append((time.monotonic() - began, memory))
            time.sleep(every)
        return samples, customers.seen()
    finally:
        customers.stop()


def _print(report: dict[str, Any]) -> None:
    table = Table("", "first MB", "middle MB", "last MB", "most MB", "MB an hour, second half")
    for process, found in report["processes"].items():
        table.add_row(process, *(f"{value:,.1f}" for value in found.values()))
    console = Console()
    console.print(table)
    before, after = report["load_average"]
    console.print(
        f"{report['turns']:,} turns in {report['minutes']:g} minutes by {report['users']} customers, "
        f"{report['turns_per_second']} a second, {report['errors']} errors; p50 {report['p50_ms']:,.0f} ms, "
        f"p95 {report['p95_ms']:,.0f} ms; load average before {before}, after {after}"
    )

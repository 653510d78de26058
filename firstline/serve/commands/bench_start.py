"""``firstline bench start``: how long until the first answer, and how much memory it takes."""

import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from firstline.core.settings import get_settings
from firstline.serve.bench.load import talk_at_once
from firstline.serve.bench.server import Server, copy_prepared, memory_mb
from firstline.serve.bench.talks import AppTalk, messages, never_again
from firstline.serve.prepare import prepare

Started = dict[str, float]


def start(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Time two starts on a copy of the data folder: until everything answers, and until the first answer."""
    settings = get_settings()
    report: dict[str, Started] = {}
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as name:
        folder = Path(name) / "data"
        prepare(settings, lambda step: Console(stderr=True).print(step))
        copy_prepared(settings, folder)
        for label in ("first", "second"):
            report[label] = measure_start(Server(folder))
    if as_json:
        typer.echo(json.dumps(report))
        return
    table = Table("Start", "Healthy s", "First answer s", "App MB", "Bot MB")
    for label, row in report.items():
        table.add_row(label, *(f"{value:.1f}" for value in row.values()))
    Console().print(table)


def measure_start(server: Server) -> Started:
    """Start a server, let it answer once, and end it; seconds from the start, memory after the answer."""
    began = time.monotonic()
    try:
        healthy = server.start()
        asyncio.run(talk_at_once(lambda http: AppTalk(http, server.url), never_again(messages()), 1, 1, {}))
        answered = time.monotonic() - began
        return {
            "healthy_seconds": round(healthy, 2),
            "first_answer_seconds": round(answered, 2),
            "app_mb": round(memory_mb(server.pid), 1),
            "bot_mb": round(memory_mb(server.bot_pid), 1),
        }
    finally:
        server.stop()

"""``firstline bench chat``: turns per second through the real app, alone and beside Rasa's default configuration."""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from firstline.core.secrets import bot_secret
from firstline.core.settings import Settings, get_settings
from firstline.knowledge.encoder import load_encoder
from firstline.serve.bench.default_bot import DefaultBot, Stopwatch
from firstline.serve.bench.load import talk_at_once
from firstline.serve.bench.parts import part_times
from firstline.serve.bench.server import Server, copy_prepared, memory_mb, wait_for
from firstline.serve.bench.talks import AppTalk, OwnBotTalk, RestTalk, Talk, messages, never_again
from firstline.serve.bot_process import free_port
from firstline.serve.prepare import prepare, train_model

BesideDefault = Annotated[
    bool, typer.Option("--beside-default", help="Measure Rasa's default configuration in the same run.")
]
DefaultEpochs = Annotated[
    int, typer.Option(min=1, help="Epochs its model is trained for; a turn takes as long with one as with 100.")
]
_PART_TURNS = 40
_COLUMNS = ("turns_per_second", "p50_ms", "p95_ms", "cpu_ms", "unanswered", "first_answer_seconds", "memory_mb")


def chat(
    conversations: Annotated[int, typer.Option(min=1, max=200, help="Conversations at once.")] = 16,
    turns: Annotated[int, typer.Option(min=1, max=1000, help="Messages in each.")] = 10,
    beside_default: BesideDefault = False,
    default_epochs: DefaultEpochs = 100,
    train: Annotated[bool, typer.Option("--train", help="Time a training of our bot as well.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Measure turns through the HTTP API, our bot alone, and where a turn's time goes."""
    settings = get_settings()
    training: dict[str, Any] = {}
    default = DefaultBot(settings, default_epochs) if beside_default else None
    if default is not None:
        training[f"Rasa's default, {default_epochs} epochs"] = default.train()
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as name:
        folder = Path(name) / "data"
        prepare(settings, lambda step: Console(stderr=True).print(step))
        if train:
            watch = Stopwatch()
            train_model(settings, Path(name) / "model.tar.gz", aside=True)
            training["our bot"] = watch.read()
        copy_prepared(settings, folder)
        load_before = os.getloadavg()[0]
        report = _measure_own(settings, Server(folder), conversations, turns)
    if default is not None:
        report["systems"]["rasa_default"] = _measure_default(default, conversations, turns)
    report["training"] = training
    report["load_average"] = [round(load_before, 1), round(os.getloadavg()[0], 1)]
    if as_json:
        typer.echo(json.dumps(report))
    else:
        _print(report)


def _measure_own(settings: Settings, server: Server, conversations: int, turns: int) -> dict[str, Any]:
    said = never_again(messages())
    began = time.monotonic()
    try:
        server.start()
        processes = {"app": server.pid, "bot": server.bot_pid}
        app = _loads(lambda http: AppTalk(http, server.url), said, conversations, turns, processes, began)
        copied = settings.model_copy(update={"data_dir": server.folder})
        secret, bot_url = bot_secret(copied), server.bot_url
        bot = _loads(lambda http: OwnBotTalk(http, bot_url, secret), said, conversations, turns, processes, None)
        app["memory_mb"] = round(memory_mb(server.pid) + memory_mb(server.bot_pid), 1)
        bot["memory_mb"] = round(memory_mb(server.bot_pid), 1)
        encoder = load_encoder(settings)
        asked = list(islice(said, _PART_TURNS))
        parts = asyncio.run(part_times(encoder, asked, server.url, bot_url, secret))
        return {"systems": {"app": app, "bot": bot}, "parts_ms": parts}
    finally:
        server.stop()


def _measure_default(default: DefaultBot, conversations: int, turns: int) -> dict[str, Any]:
    port = free_port()
    began = time.monotonic()
    process = default.serve(port)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, process, default.log)
        said, processes = never_again(messages()), {"bot": process.pid}
        measured = _loads(lambda http: RestTalk(http, url), said, conversations, turns, processes, began)
        measured["memory_mb"] = round(memory_mb(process.pid), 1)
        return measured
    finally:
        process.terminate()
        process.wait(30)


def _loads(
    make: Callable[[httpx.AsyncClient], Talk],
    said: Iterator[tuple[str, str]],
    conversations: int,
    turns: int,
    processes: dict[str, int],
    began: float | None,
) -> dict[str, Any]:
    """Talk alone, then in many conversations at once; ``began`` is when the system was started."""
    asyncio.run(talk_at_once(make, said, 1, 1, processes))
    first = {} if began is None else {"first_answer_seconds": round(time.monotonic() - began, 2)}
    alone = asyncio.run(talk_at_once(make, said, 1, turns * 3, processes))
    at_once = asyncio.run(talk_at_once(make, said, conversations, turns, processes))
    return {"alone": alone.as_json(), "at_once": at_once.as_json(), **first}


def _print(report: dict[str, Any]) -> None:
    console = Console()
    heads = ("System", "At once", "Turns/s", "p50 ms", "p95 ms", "CPU ms a turn", "No answer", "First answer s", "MB")
    table = Table(*heads)
    for name, system in report["systems"].items():
        for load in (system["alone"], system["at_once"]):
            row = {**system, **load}
            table.add_row(name, str(load["conversations"]), *(str(row.get(column, "")) for column in _COLUMNS))
    console.print(table)
    shares = Table("CPU ms a turn, at once", "App", "Bot")
    for name, system in report["systems"].items():
        of = system["at_once"]["cpu_ms_of"]
        shares.add_row(name, str(of.get("app", "")), str(of["bot"]))
    console.print(shares)
    parts = Table("Part of a turn", "Median ms")
    for name, value in report["parts_ms"].items():
        parts.add_row(name, str(value))
    console.print(parts)
    for name, took in report["training"].items():
        console.print(f"Training {name}: {took['seconds']:.0f} s, {took['cpu_seconds']:.0f} s of processor time")
    before, after = report["load_average"]
    console.print(f"Load average before {before}, after {after}")

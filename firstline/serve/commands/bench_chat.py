"""``firstline bench chat``: turns per second through the real app, alone and beside Rasa's default configuration."""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
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
from firstline.serve.bench.load import Load, talk_at_once
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


@dataclass
class System:
    """One that answers, with what is said to it; ``figures`` is what was measured of it so far."""

    make: Callable[[httpx.AsyncClient], Talk]
    said: Iterator[tuple[str, str]]
    processes: dict[str, int]
    figures: dict[str, Any] = field(default_factory=dict)

    def hold(self, conversations: int, turns: int) -> Load:
        """Hold conversations with it."""
        return asyncio.run(talk_at_once(self.make, self.said, conversations, turns, self.processes))


def chat(
    conversations: Annotated[int, typer.Option(min=1, max=200, help="Conversations at once.")] = 16,
    turns: Annotated[int, typer.Option(min=1, max=1000, help="Messages in each.")] = 10,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Rounds of them, the systems taking turns.")] = 3,
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
        report = _measure(settings, Server(folder), default, (conversations, turns, rounds))
    report["training"] = training
    report["load_average"] = [round(load_before, 1), round(os.getloadavg()[0], 1)]
    if as_json:
        typer.echo(json.dumps(report))
    else:
        _print(report)


def _measure(
    settings: Settings, server: Server, default: DefaultBot | None, loads: tuple[int, int, int]
) -> dict[str, Any]:
    """Measure our systems and the default; ``loads`` are conversations, messages in each and rounds.

    The systems take turns, so that a machine that others use as well is as slow for each of them.
    """
    conversations, turns, rounds = loads
    said = never_again(messages())
    began = time.monotonic()
    try:
        server.start()
        copied = settings.model_copy(update={"data_dir": server.folder})
        secret, bot_url = bot_secret(copied), server.bot_url
        processes = {"app": server.pid, "bot": server.bot_pid}

        def own_channel(http: httpx.AsyncClient) -> Talk:
            return OwnBotTalk(http, bot_url, secret)

        app = System(lambda http: AppTalk(http, server.url), said, processes)
        _first_answer(app, began)
        bot = System(own_channel, said, processes)
        bot.hold(1, 1)
        heard = list(islice(said, conversations * turns))
        again = System(own_channel, cycle(heard), processes)
        again.hold(conversations, turns)
        systems = {"app": app, "bot": bot, "bot_texts_heard_before": again}
        with _serving(default, systems):
            for system in systems.values():
                system.figures["alone"] = system.hold(1, turns * 3).as_json()
            held: dict[str, list[Load]] = {name: [] for name in systems}
            for _ in range(rounds):
                for name, system in systems.items():
                    held[name].append(system.hold(conversations, turns))
            for name, system in systems.items():
                system.figures["at_once"] = Load.together(held[name]).as_json()
        app.figures["memory_mb"] = round(memory_mb(server.pid) + memory_mb(server.bot_pid), 1)
        bot.figures["memory_mb"] = round(memory_mb(server.bot_pid), 1)
        asked = list(islice(said, _PART_TURNS))
        parts = asyncio.run(part_times(load_encoder(settings), asked, server.url, bot_url, secret))
        return {"systems": {name: system.figures for name, system in systems.items()}, "parts_ms": parts}
    finally:
        server.stop()


@contextmanager
def _serving(default: DefaultBot | None, systems: dict[str, System]) -> Iterator[None]:
    """Serve the default during the block, if it is given, as one of ``systems``."""
    if default is None:
        yield
        return
    port = free_port()
    began = time.monotonic()
    process = default.serve(port)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, process, default.log)
        system = System(lambda http: RestTalk(http, url), never_again(messages()), {"bot": process.pid})
        _first_answer(system, began)
        systems["rasa_default"] = system
        yield
        system.figures["memory_mb"] = round(memory_mb(process.pid), 1)
    finally:
        process.terminate()
        process.wait(30)


def _first_answer(system: System, began: float) -> None:
    """Note the seconds to a first answer of what was started at ``began``."""
    system.hold(1, 1)
    system.figures["first_answer_seconds"] = round(time.monotonic() - began, 2)


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

"""``firstline bench sockets``: what thousands of open chats cost that say nothing."""

import asyncio
import json
import os
import tempfile
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console

from firstline.core.settings import get_settings
from firstline.serve.bench.idle_sockets import IdleSockets, allow_files, make_conversations
from firstline.serve.bench.measured import percentiles
from firstline.serve.bench.server import Server, copy_prepared, cpu_seconds, memory_mb


def sockets(
    number: Annotated[int, typer.Option("--sockets", min=1, max=50_000, help="Customers' live lines.")] = 10_000,
    messages: Annotated[int, typer.Option(min=1, max=10_000, help="Messages meanwhile.")] = 200,
    hold: Annotated[float, typer.Option(min=0, help="Seconds in which nothing happens.")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of words.")] = False,
) -> None:
    """Measure one app with many idle live lines: memory of each, and a message to one of them."""
    files = allow_files(number)
    settings = get_settings()
    tell = Console(stderr=True).print
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as name:
        folder = Path(name) / "data"
        copy_prepared(settings, folder)
        copied = settings.model_copy(update={"data_dir": folder, "database_url": ""})
        tell("making the conversations")
        tokens = asyncio.run(make_conversations(copied, number))
        server = Server(folder, with_bot=False)
        try:
            server.start()
            report = asyncio.run(_measure(server, tokens, messages, hold, tell))
        finally:
            server.stop()
    report |= {"open_files": files, "load_average": round(os.getloadavg()[0], 1)}
    if as_json:
        typer.echo(json.dumps(report))
    else:
        _print(report)


async def _measure(server: Server, tokens: list[str], messages: int, hold: float, tell: Any) -> dict[str, Any]:
    few = IdleSockets(server.url, tokens[:1])
    await few.connect()
    # The first ones load what all need; they are no part of what one costs.
    alone, _lost = await few.message(1)
    await few.close()
    before = memory_mb(server.pid)
    lines = IdleSockets(server.url, tokens)
    tell(f"opening {len(tokens):,} lines")
    ready = await lines.connect()
    opened = memory_mb(server.pid)
    used = cpu_seconds(server.pid)
    tell(f"{lines.open:,} are open; waiting {hold:g} s")
    await asyncio.sleep(hold)
    idle = cpu_seconds(server.pid) - used
    after = memory_mb(server.pid)
    tell(f"sending {messages} messages")
    took, lost = await lines.message(messages)
    report: dict[str, Any] = {
        "sockets": len(tokens),
        "open": lines.open,
        "refused": lines.refused[:5],
        "refused_count": len(lines.refused),
        "cut": lines.cut[:5],
        "cut_count": len(lines.cut),
        "before_mb": round(before, 1),
        "after_mb": round(after, 1),
        "kb_a_socket": round((after - before) * 1024 / max(1, lines.open), 1),
        "grown_while_idle_mb": round(after - opened, 1),
        "idle_cpu_percent": round(idle * 100 / hold, 1) if hold else None,
        "messages": messages,
        "lost": lost,
        "message_alone_ms": round(float(np.mean(alone)) * 1000, 1) if alone else None,
    }
    report |= percentiles("ready", ready) if ready else {}
    report |= percentiles("message", took) if took else {}
    await lines.close()
    return report


def _print(report: dict[str, Any]) -> None:
    console = Console()
    console.print(
        f"{report['open']:,} of {report['sockets']:,} lines open; {report['refused_count']} refused, "
        f"{report['cut_count']} cut; {report['kb_a_socket']:,.1f} KB each ({report['before_mb']:,.0f} MB before, "
        f"{report['after_mb']:,.0f} MB with all); {report['idle_cpu_percent']} % of a core while nothing happens"
    )
    for problem in report["refused"] + report["cut"]:
        console.print(f"  {problem}")
    for name, words in (("ready", "until a line was ready"), ("message", "a message, until it was on the line")):
        if f"{name}_p50_ms" in report:
            console.print(f"{words}: p50 {report[f'{name}_p50_ms']:,.0f} ms, p95 {report[f'{name}_p95_ms']:,.0f} ms")
    console.print(
        f"{report['lost']} of {report['messages']} messages lost; alone one took {report['message_alone_ms']} ms; "
        f"limit of open files {report['open_files']:,}; load average {report['load_average']}"
    )

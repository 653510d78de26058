"""What the measuring commands share that count by group: a partner's knowledge base opened, and the counts shown."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from firstline.knowledge.evaluation import Progress
from firstline.knowledge.service import Knowledge
from firstline.serve.commands.knowledge import opened


def show_tallies(
    partner: str,
    count: Callable[[Knowledge, Progress], Awaitable[Mapping[str, Any]]],
    columns: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Run ``count`` on the partner's knowledge base, made ready, and print a row for each group.

    ``count`` returns a dataclass of counts by group; ``columns`` name them in the order of its fields. JSON has the
    fields' own names.
    """

    async def work() -> Mapping[str, Any]:
        async with opened(partner, quiet=as_json) as (knowledge, tell):
            await knowledge.ensure_ready(partner, tell)
            return await count(knowledge, tell)

    tallies = {name: asdict(entry) for name, entry in asyncio.run(work()).items()}
    if as_json:
        typer.echo(json.dumps(tallies))
        return
    table = Table("", *columns)
    for name, entry in tallies.items():
        table.add_row(name, *map(str, entry.values()))
    Console().print(table)

"""``firstline eval requests``: are several requests in one message told apart, and is one request left whole?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from firstline.chat.requests import Library, Requests, Understanding
from firstline.core.errors import BadInput
from firstline.core.settings import get_settings
from firstline.knowledge.evaluation import Progress, read_rows
from firstline.knowledge.service import Knowledge
from firstline.serve.commands.tallies import show_tallies
from firstline.serve.route_evaluation import asked_bot

_NEEDED = '{"lang", "text", "requests"}, the number of requests in the message'


@dataclass(frozen=True)
class Tally:
    """Counts over one language: messages with one request and how many of them were left whole; messages with several
    and how many of them were told apart, into at least two.
    """

    one: int
    whole: int
    several: int
    apart: int


def requests(
    messages: Annotated[Path, typer.Option(help='JSON lines: {"lang","text","requests"}.')],
    partner: Annotated[str, typer.Option(help="The partner whose articles are asked.")] = "demo",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure on messages whose number of requests is known."""
    rows = read_requests(messages)

    async def count(knowledge: Knowledge, tell: Progress) -> dict[str, Tally]:
        async with asked_bot(get_settings(), Console(stderr=True, quiet=as_json)) as bot:
            return await tally(bot, knowledge, partner, rows, tell)

    show_tallies(partner, count, ("one request", "left whole", "several", "told apart"), as_json=as_json)


def read_requests(path: Path) -> list[dict[str, Any]]:
    """Read the messages; raises ``BadInput`` with file and line for a row that can't be used."""
    rows = []
    for number, row in read_rows(path):
        try:
            rows.append({"lang": str(row["lang"]), "text": str(row["text"]), "requests": int(row["requests"])})
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{path}:{number}: needs {_NEEDED} ({error!r}).") from error
    return rows


async def tally(
    bot: Understanding, library: Library, partner: str, rows: Sequence[dict[str, Any]], progress: Progress
) -> dict[str, Tally]:
    """Tell the requests of every message apart; by language."""
    asker = Requests(bot, library)
    found: Counter[tuple[str, bool, bool]] = Counter()
    for done, row in enumerate(rows, 1):
        asked = await asker.of(partner, row["text"], row["lang"])
        found[row["lang"], row["requests"] > 1, len(asked.requests) > 1] += 1
        progress("asking", done, len(rows))
    return {
        lang: Tally(
            found[lang, False, False] + found[lang, False, True],
            found[lang, False, False],
            found[lang, True, False] + found[lang, True, True],
            found[lang, True, True],
        )
        for lang in ("ko", "en")
    }

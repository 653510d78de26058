"""``firstline eval routes``: does the bot take each message the right way?"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
import yaml
from rich.console import Console
from rich.progress import track
from rich.table import Table

from firstline.chat.bot_client import BotClient
from firstline.core.errors import BadInput, Unavailable
from firstline.core.secrets import bot_secret
from firstline.core.settings import PROJECT_ROOT, Settings, get_settings
from firstline.serve.bot_process import BotProcess

ROUTES_FILE = PROJECT_ROOT / "training_data" / "routes.yml"
_FALLBACK = "nlu_fallback"
_START_SECONDS = 90
_AT_ONCE = 8

Row = dict[str, str]


def evaluate(
    messages: Annotated[Path, typer.Option(help='JSON lines: {"id","lang","text","route"}.')],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Measure route accuracy per language, precision and recall per route, and the confusions."""
    rows = read_rows(messages)
    guesses = asyncio.run(_guess(rows, get_settings(), quiet=as_json))
    report = score(rows, guesses)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
    else:
        _print(report)


def routes() -> dict[str, str]:
    """Return the route of each intent."""
    table: dict[str, list[str]] = yaml.safe_load(ROUTES_FILE.read_text("utf-8"))
    return {intent: route for route, intents in table.items() for intent in intents}


def read_rows(path: Path) -> list[Row]:
    """Read the messages; raises ``BadInput`` with file and line for a row that can't be used."""
    known = set(routes().values())
    if not path.is_file():
        raise BadInput(f"There is no file {path}.")
    rows: list[Row] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text, lang, route = row["text"], row["lang"], row["route"]
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f'{path}:{number}: needs {{"id","lang","text","route"}} ({error!r}).') from error
        if route not in known:
            raise BadInput(f"{path}:{number}: there is no route '{route}'; there are {', '.join(sorted(known))}.")
        rows.append({"id": str(row.get("id", number)), "lang": lang, "text": text, "route": route})
    if not rows:
        raise BadInput(f"{path} holds no messages.")
    return rows


def score(rows: list[Row], guesses: list[str]) -> dict[str, Any]:
    """Return accuracy per language and over all, per-route precision and recall, confusions and the wrong rows."""
    pairs = list(zip(rows, guesses, strict=True))
    report: dict[str, Any] = {"languages": {}, "routes": {}, "confusions": [], "wrong": []}
    for lang in sorted({row["lang"] for row in rows}):
        own = [(row, guess) for row, guess in pairs if row["lang"] == lang]
        right = sum(row["route"] == guess for row, guess in own)
        report["languages"][lang] = {"n": len(own), "accuracy": round(right / len(own), 4)}
    report["n"] = len(pairs)
    report["accuracy"] = round(sum(row["route"] == guess for row, guess in pairs) / len(pairs), 4)
    for route in sorted({row["route"] for row in rows}):
        asked = [(row, guess) for row, guess in pairs if row["route"] == route]
        taken = [row for row, guess in pairs if guess == route]
        hits = sum(guess == route for _, guess in asked)
        report["routes"][route] = {
            "n": len(asked),
            "recall": round(hits / len(asked), 4),
            "precision": round(hits / len(taken), 4) if taken else None,
            "by_language": {
                lang: round(sum(g == route for r, g in asked if r["lang"] == lang) / n, 4)
                for lang in report["languages"]
                if (n := sum(r["lang"] == lang for r, _ in asked))
            },
        }
    confusions = Counter((row["route"], guess) for row, guess in pairs if row["route"] != guess)
    report["confusions"] = [{"route": a, "taken_for": b, "n": n} for (a, b), n in confusions.most_common(20)]
    report["wrong"] = [{**row, "taken_for": guess} for row, guess in pairs if row["route"] != guess]
    return report


async def _guess(rows: list[Row], settings: Settings, *, quiet: bool) -> list[str]:
    table = routes()
    console = Console(stderr=True, quiet=quiet)
    async with _bot(settings, console) as bot:
        guesses: list[str] = []
        starts = range(0, len(rows), _AT_ONCE)
        for start in track(starts, "Messages", console=console):
            chunk = rows[start : start + _AT_ONCE]
            parsed = await asyncio.gather(*(bot.parse(row["text"].lstrip("/")) for row in chunk))
            guesses.extend(_route(answer, table) for answer in parsed)
        return guesses


def _route(parsed: dict[str, Any], table: dict[str, str]) -> str:
    ranking = [parsed["intent"], *parsed.get("intent_ranking", [])]
    names = [intent["name"] for intent in ranking if intent.get("name") and intent["name"] != _FALLBACK]
    return table.get(names[0], names[0]) if names else "none"


@asynccontextmanager
async def _bot(settings: Settings, console: Console) -> AsyncIterator[BotClient]:
    """Use the bot that ``bot_url`` names, or start one for as long as it is needed."""
    secret = bot_secret(settings)
    process = None if settings.bot_url else BotProcess(settings, secret, "http://127.0.0.1:9/unused")
    url = process.url if process else settings.bot_url
    async with httpx.AsyncClient() as http:
        bot = BotClient(http, url, secret, timeout=30, concurrency=_AT_ONCE, queue=1000)
        try:
            if process:
                console.print("Starting the bot")
                await process.start()
            for _ in range(_START_SECONDS * 4):
                if await bot.health():
                    break
                await asyncio.sleep(0.25)
            else:
                raise Unavailable(f"The bot did not answer within {_START_SECONDS} s; its log above says why.")
            yield bot
        finally:
            if process:
                await process.stop()


def _print(report: dict[str, Any]) -> None:
    console = Console()
    for lang, figures in report["languages"].items():
        console.print(f"{lang}: accuracy {figures['accuracy']:.3f} of {figures['n']} messages")
    table = Table("Route", "n", "Recall", "Precision", *report["languages"])
    for route, figures in report["routes"].items():
        shares = [f"{figures['by_language'].get(lang, float('nan')):.2f}" for lang in report["languages"]]
        precision = "-" if figures["precision"] is None else f"{figures['precision']:.2f}"
        table.add_row(route, str(figures["n"]), f"{figures['recall']:.2f}", precision, *shares)
    console.print(table)
    confused = Table("Meant", "Taken for", "n", title="Confusions")
    for row in report["confusions"]:
        confused.add_row(row["route"], row["taken_for"], str(row["n"]))
    console.print(confused)

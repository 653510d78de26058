"""Which route the bot takes with each message of a file, and how sure it is."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from rich.console import Console
from rich.progress import track

from firstline.chat.bot_client import BotClient
from firstline.core.errors import BadInput, Unavailable
from firstline.core.secrets import bot_secret
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.serve.bot_process import BotProcess

ROUTES_FILE = PROJECT_ROOT / "training_data" / "routes.yml"
_FALLBACK = "nlu_fallback"
_START_SECONDS = 90
_AT_ONCE = 8

Row = dict[str, str]


@dataclass(frozen=True)
class Guess:
    """The route of the likeliest intent, and the probability of each route that the bot ranked."""

    route: str
    probabilities: dict[str, float]


async def guess_routes(
    rows: list[Row], settings: Settings, *, model: Path | None = None, quiet: bool = False
) -> list[Guess]:
    """Ask the bot about every row, in order.

    Uses the bot that ``bot_url`` names; without one, or when a ``model`` file is to be judged, starts one for as long
    as it takes. Raises ``Unavailable`` when it does not answer.
    """
    table = routes()
    console = Console(stderr=True, quiet=quiet)
    async with asked_bot(settings, console, model) as bot:
        guesses: list[Guess] = []
        starts = range(0, len(rows), _AT_ONCE)
        for start in track(starts, "Messages", console=console, transient=True):
            chunk = rows[start : start + _AT_ONCE]
            parsed = await asyncio.gather(*(bot.parse(row["text"].lstrip("/")) for row in chunk))
            guesses.extend(_guess(answer, table) for answer in parsed)
        return guesses


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


def _guess(parsed: dict[str, Any], table: dict[str, str]) -> Guess:
    ranking = [parsed["intent"], *parsed.get("intent_ranking", [])]
    known = {intent["name"]: float(intent["confidence"]) for intent in ranking if intent.get("name")}
    known.pop(_FALLBACK, None)
    probabilities: dict[str, float] = {}
    for name, confidence in known.items():
        route = table.get(name, name)
        probabilities[route] = probabilities.get(route, 0.0) + confidence
    first = next(iter(known), None)
    return Guess(table.get(first, first) if first else "none", probabilities)


@asynccontextmanager
async def asked_bot(settings: Settings, console: Console, model: Path | None = None) -> AsyncIterator[BotClient]:
    """Give the bot that ``bot_url`` names; without one, or with a ``model`` file, one started for the block.

    Raises ``Unavailable`` when it does not answer.
    """
    secret = bot_secret(settings)
    own = model is not None or not settings.bot_url
    process = BotProcess(settings, secret, "", model=model) if own else None
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

"""``firstline eval routes``: does the bot take each message the right way?"""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from firstline.core.settings import get_settings
from firstline.serve.card.write import write_route_card
from firstline.serve.route_card import Language, Point, measure_route_card
from firstline.serve.route_evaluation import guess_routes, read_rows, score


def evaluate(
    messages: Annotated[Path, typer.Option(help='JSON lines: {"id","lang","text","route"}.')],
    card: Annotated[
        Path | None, typer.Option(help="Folder for the model card: a page, a plot per language, the figures.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Measure route accuracy per language, precision and recall per route, confusions, and out-of-scope."""
    rows = read_rows(messages)
    guesses = asyncio.run(guess_routes(rows, get_settings(), quiet=as_json))
    report = score(rows, [guess.route for guess in guesses])
    measured = measure_route_card(messages.name, rows, guesses)
    page = write_route_card(measured, card) if card else None
    if as_json:
        typer.echo(json.dumps(report | {"card": measured.as_dict()}, ensure_ascii=False))
        return
    _print(report)
    for language in measured.languages:
        _print_scope(language)
    if page:
        typer.echo(f"card: {page}")


def _print_scope(language: Language) -> None:
    def words(point: Point) -> str:
        shares = ("-" if share is None else f"{share:.2f}" for share in (point.recall, point.precision))
        return "recall {}, precision {}".format(*shares)

    line = f"{language.lang}: out of scope as shipped: {words(language.shipped)}"
    if language.precise:
        line += f"; from probability {language.precise.threshold:.2f} on: {words(language.precise)}"
    Console().print(line, soft_wrap=True)


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

"""``firstline eval intents``: our classifier on public collections of intents, beside a baseline and Rasa's default."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from firstline.core.settings import Settings, get_settings
from firstline.knowledge.prepare_model import prepare_model
from firstline.serve.commands.knowledge import telling
from firstline.serve.intents.baseline import ask_baseline
from firstline.serve.intents.collection import read_collections
from firstline.serve.intents.measure import Plan
from firstline.serve.intents.rasa_default import RasaDefault
from firstline.serve.intents.trials import Tell, ask_ours

_NAMES = {"firstline": "Firstline", "tfidf": "TF-IDF, logistic regression", "rasa_default": "Rasa's default"}


def intents(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder with <name>_train.jsonl and <name>_test.jsonl.")
    ],
    shots: Annotated[int, typer.Option(min=1, help="Examples an intent in the draws of a few.")] = 10,
    rasa_default: Annotated[
        bool,
        typer.Option("--rasa-default", help="Train Rasa's default pipeline on the first draw as well: 16 minutes."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure which intent messages of public collections are given, and what is known to be out of scope."""
    settings = get_settings()
    plans = [Plan.of(collection, shots) for collection in read_collections(folder)]
    with telling(quiet=as_json) as tell:
        prepare_model(settings)
        report: dict[str, Any] = {"shots": shots, "collections": measure(plans, settings, tell)}
        if rasa_default:
            _add_rasa_default(report["collections"], plans, settings, tell)
    if as_json:
        typer.echo(json.dumps(report))
    else:
        _print(report)


def measure(plans: list[Plan], settings: Settings, tell: Tell) -> dict[str, Any]:
    """Ask our classifier and the baseline; returns by collection its sizes and each system's figures."""
    trials = [plan.trials() for plan in plans]
    together = [trial for own in trials for trial in own]
    answers = {"firstline": ask_ours(together, settings, tell), "tfidf": ask_baseline(together, tell)}
    found: dict[str, Any] = {}
    place = 0
    for plan, own in zip(plans, trials, strict=True):
        collection = plan.collection
        end = place + len(own)
        found[collection.name] = {
            "intents": len({row.intent for row in collection.train}),
            "train": len(collection.train),
            "test": len(collection.test),
            "out_of_scope": collection.has_out_of_scope,
            "systems": {name: plan.report(rows[place:end]) for name, rows in answers.items()},
        }
        place = end
    return found


def _add_rasa_default(collections: dict[str, Any], plans: list[Plan], settings: Settings, tell: Tell) -> None:
    """Measure Rasa's default on the first draw of each collection that has draws."""
    drawn = [plan for plan in plans if plan.draws]
    for done, plan in enumerate(drawn):
        tell("Rasa's default: trainings", done, len(drawn))
        measured = RasaDefault(settings, plan.draws[0], plan.collection.test).measure()
        accuracy = round(measured["accuracy"], 4)
        few = {"accuracy": accuracy, "draws": [accuracy], "seconds": measured["seconds"]}
        collections[plan.collection.name]["systems"]["rasa_default"] = {"few": few}
    tell("Rasa's default: trainings", len(drawn), len(drawn))


def _print(report: dict[str, Any]) -> None:
    table = Table(
        "Collection", "Learned from", "System", "Accuracy", "Out of scope: recall", "precision", "From", "Fit s"
    )
    for name, entry in report["collections"].items():
        for size in ("all", "few"):
            rows = [(system, figures[size]) for system, figures in entry["systems"].items() if size in figures]
            for place, (system, figures) in enumerate(rows):
                head = (name, _learned(entry, report["shots"], size)) if not place else ("", "")
                table.add_row(*head, _NAMES[system], *_cells(figures), end_section=place == len(rows) - 1)
    Console().print(table)


def _learned(entry: dict[str, Any], shots: int, size: str) -> str:
    return f"all {entry['train']:,}" if size == "all" else f"{shots} an intent"


def _cells(figures: dict[str, Any]) -> tuple[str, ...]:
    seconds = f"{figures['seconds']:,.1f}"
    if "threshold" in figures:
        shares = (figures["in_scope_accuracy"], figures["recall"], figures["precision"])
        return (*("-" if share is None else f"{share:.3f}" for share in shares), f"{figures['threshold']:.2f}", seconds)
    draws = figures.get("draws", [])
    spread = f" ({min(draws):.3f} to {max(draws):.3f})" if len(draws) > 1 else ""
    return f"{figures['accuracy']:.3f}{spread}", "", "", "", seconds

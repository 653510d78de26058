"""``firstline eval knowledge``: does search find the article, and does it know when there is none?"""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from firstline.core.errors import BadInput
from firstline.core.settings import get_settings
from firstline.knowledge.encoder import Encoder, load_encoder
from firstline.knowledge.evaluation import Question, Report, read_questions
from firstline.knowledge.evaluation import evaluate as measure
from firstline.knowledge.index import SearchIndex
from firstline.knowledge.prepare_model import prepare_model
from firstline.knowledge.ranking import Ranker
from firstline.knowledge.search import SearchResponse, search_index
from firstline.knowledge.throwaway import read_articles, throwaway_index
from firstline.serve.commands.knowledge import opened, telling

DEPTH = 20


def evaluate(
    questions: Annotated[Path, typer.Option(help='JSON lines: {"id","lang","query","slug","also"}.')],
    articles: Annotated[
        Path | None, typer.Option(help="Folder with articles.jsonl: a throw-away index over it is asked instead.")
    ] = None,
    partner: Annotated[str, typer.Option(help="The partner whose articles are asked.")] = "demo",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Measure hit@1, hit@3, MRR and what the threshold lets through, per language; a row without slug has no answer."""
    rows = read_questions(questions)
    encoder, index, ranker = _thrown_away(articles, as_json) if articles else _partners(partner, as_json)
    if unknown := {answer for row in rows for answer in row.answers} - {entry.slug for entry in index.documents}:
        raise BadInput(f"{questions} names articles that are not in the index: {', '.join(sorted(unknown)[:5])}")

    def find(question: Question) -> SearchResponse:
        return search_index(index, encoder, ranker, question.query, question.lang, DEPTH)

    with telling(quiet=as_json) as tell:
        reports = measure(rows, find, tell)
    if as_json:
        groups = {name: asdict(report) for name, report in reports.items()}
        typer.echo(json.dumps({"threshold": ranker.threshold, "model": encoder.name, "groups": groups}))
    else:
        _print(reports, ranker.threshold)


def _thrown_away(folder: Path, quiet: bool) -> tuple[Encoder, SearchIndex, Ranker]:
    settings = get_settings()
    sources = read_articles(folder)
    with telling(quiet=quiet) as tell:
        prepare_model(settings, tell)
        encoder = load_encoder(settings)
        return encoder, throwaway_index(sources, encoder, settings.data_dir / "cache", tell), Ranker.load()


def _partners(partner: str, quiet: bool) -> tuple[Encoder, SearchIndex, Ranker]:
    async def work() -> tuple[Encoder, SearchIndex, Ranker]:
        async with opened(partner, quiet=quiet) as (knowledge, tell):
            await knowledge.ensure_ready(partner, tell)
            return knowledge.encoder, await knowledge.index(partner), knowledge.ranker

    return asyncio.run(work())


def _print(reports: dict[str, Report], threshold: float) -> None:
    table = Table("", "n", "hit@1", "hit@3", "MRR", "answered", "correct", "no answer exists", "false answers")
    for name, report in reports.items():
        rates = ("-" if rate is None else f"{rate:.3f}" for rate in (report.hit1, report.hit3, report.mrr))
        counts = (report.answered, report.correct_of_answered, report.unanswerable, report.false_answers)
        table.add_row(name, str(report.n), *rates, *map(str, counts))
    console = Console()
    console.print(table)
    console.print(f"answered, correct and false answers are counted at threshold {threshold:.2f}")

"""``firstline eval knowledge``: does search find the article, and does it know when there is none?"""

import asyncio
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from firstline.core.errors import BadInput
from firstline.core.settings import get_settings
from firstline.knowledge.articles import Article
from firstline.knowledge.card import measure_card
from firstline.knowledge.encoder import Encoder, load_encoder
from firstline.knowledge.evaluation import Report, ask, read_questions, reports
from firstline.knowledge.index import SearchIndex
from firstline.knowledge.prepare_model import prepare_model
from firstline.knowledge.ranking import Ranker
from firstline.knowledge.search import SearchResponse, search_index
from firstline.knowledge.throwaway import read_articles, throwaway_index
from firstline.serve.card.write import write_card
from firstline.serve.commands.knowledge import opened, telling

DEPTH = 10


@dataclass(frozen=True)
class Asked:
    """What the questions are asked of."""

    name: str
    encoder: Encoder
    index: SearchIndex
    ranker: Ranker
    articles: list[Article]

    def find(self, encoder: Encoder, query: str, lang: str) -> SearchResponse:
        """Search with ``encoder``, which is the index's own or one around it."""
        return search_index(self.index, encoder, self.ranker, query, lang, DEPTH)


def evaluate(
    questions: Annotated[Path, typer.Option(help='JSON lines: {"id","lang","query","slug","also"}.')],
    articles: Annotated[
        Path | None, typer.Option(help="Folder with articles.jsonl: a throw-away index over it is asked instead.")
    ] = None,
    partner: Annotated[str, typer.Option(help="The partner whose articles are asked.")] = "demo",
    card: Annotated[
        Path | None, typer.Option(help="Folder for the retrieval card: a page, a plot per language, the figures.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Measure hit@1, hit@3, MRR and what the threshold lets through, per language; a row without slug has no answer."""
    rows = read_questions(questions)
    asked = _thrown_away(articles, as_json) if articles else _partners(partner, as_json)
    if unknown := {answer for row in rows for answer in row.answers} - {entry.slug for entry in asked.articles}:
        raise BadInput(f"{questions} names articles that are not in the index: {', '.join(sorted(unknown)[:5])}")
    page = None
    with telling(quiet=as_json) as tell:
        if card:
            made, outcomes = measure_card(
                questions.name,
                asked.name,
                rows,
                asked.articles,
                asked.encoder,
                asked.ranker.threshold,
                asked.find,
                tell,
            )
            page = write_card(made, card)
        else:
            outcomes = ask(rows, lambda question: asked.find(asked.encoder, question.query, question.lang), tell)
    by_group = reports(outcomes)
    if as_json:
        groups = {name: asdict(report) for name, report in by_group.items()}
        typer.echo(json.dumps({"threshold": asked.ranker.threshold, "model": asked.encoder.name, "groups": groups}))
        return
    _print(by_group, asked.ranker.threshold)
    if page:
        typer.echo(f"card: {page}")


def _thrown_away(folder: Path, quiet: bool) -> Asked:
    settings = get_settings()
    sources = read_articles(folder)
    with telling(quiet=quiet) as tell:
        prepare_model(settings, tell)
        encoder = load_encoder(settings)
        index = throwaway_index(sources, encoder, settings.data_dir / "cache", tell)
    return Asked(folder.name, encoder, index, Ranker.load(), [source.article for source in sources])


def _partners(partner: str, quiet: bool) -> Asked:
    async def work() -> Asked:
        async with opened(partner, quiet=quiet) as (knowledge, tell):
            await knowledge.ensure_ready(partner, tell)
            articles = [stored.article for stored in await knowledge.articles(partner)]
            name = f"what customers of {partner} read"
            return Asked(name, knowledge.encoder, await knowledge.index(partner), knowledge.ranker, articles)

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

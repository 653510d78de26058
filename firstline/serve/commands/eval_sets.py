"""``firstline eval sets``: search beside BM25 alone and vectors alone, on collections that are not Firstline's."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from firstline.core.settings import get_settings
from firstline.knowledge.baselines import UNITS, bm25, dense
from firstline.knowledge.embedding_cache import Progress
from firstline.knowledge.encoder import Encoder, load_encoder
from firstline.knowledge.evaluation import Question, Report, ask, read_questions, report
from firstline.knowledge.index import Source
from firstline.knowledge.prepare_model import prepare_model
from firstline.knowledge.ranking import Ranker
from firstline.knowledge.search import SearchResponse, search_index
from firstline.knowledge.throwaway import read_articles, throwaway_index
from firstline.serve.commands.knowledge import telling

DEPTH = 200
"""Deep enough that MRR misses nothing that counts."""


@dataclass(frozen=True)
class Compared:
    """A collection's figures: Firstline's, and each baseline's in every form that was tried."""

    name: str
    articles: int
    firstline: Report
    bm25: dict[str, Report]
    dense: dict[str, Report]

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain data; ``best`` names the form of a baseline with the highest hit@1, then MRR."""
        baselines = {
            name: {"best": best(forms), "forms": {form: _figures(figures) for form, figures in forms.items()}}
            for name, forms in (("bm25", self.bm25), ("dense", self.dense))
        }
        counts = {"articles": self.articles, "n": self.firstline.answerable}
        return counts | {"firstline": _figures(self.firstline)} | baselines


def sets(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDERS", help="Folders with articles.jsonl and questions.jsonl each.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure search on public collections beside BM25 alone and plain vectors alone, each in its best form."""
    settings = get_settings()
    read = [(read_articles(folder), read_questions(folder / "questions.jsonl")) for folder in folders]
    with telling(quiet=as_json) as tell:
        prepare_model(settings, tell)
        encoder = load_encoder(settings)
        cache = settings.data_dir / "cache"
        results = [
            compare(folder.name, sources, questions, encoder, cache, tell)
            for folder, (sources, questions) in zip(folders, read, strict=True)
        ]
    if as_json:
        typer.echo(json.dumps({"model": encoder.name, "sets": {entry.name: entry.as_json() for entry in results}}))
    else:
        _print(results)


def compare(
    name: str, sources: list[Source], questions: list[Question], encoder: Encoder, cache: Path, progress: Progress
) -> Compared:
    """Ask all questions of Firstline and of every form of the baselines."""

    def tell(step: str, done: int, total: int) -> None:
        progress(f"{name}: {step}", done, total)

    index = throwaway_index(sources, encoder, cache, tell)
    ranker = Ranker.load()

    def find(question: Question) -> SearchResponse:
        return search_index(index, encoder, ranker, question.query, question.lang, DEPTH)

    firstline = report(ask(questions, find, tell))
    words = {str(unit): report(bm25(sources, questions, unit)) for unit in UNITS}
    vectors = {str(unit): report(dense(sources, questions, unit, encoder, cache, tell)) for unit in UNITS}
    return Compared(name, len(sources), firstline, words, vectors)


def best(forms: dict[str, Report]) -> str:
    """Name the form with the highest hit@1, then MRR."""
    return max(forms, key=lambda form: (forms[form].hit1 or 0, forms[form].mrr or 0))


def _figures(figures: Report) -> dict[str, float | None]:
    return {"hit1": figures.hit1, "hit3": figures.hit3, "mrr": figures.mrr}


def _print(results: list[Compared]) -> None:
    table = Table("set", "articles", "n", "", "hit@1", "hit@3", "MRR")
    for entry in results:
        rows = [("Firstline", entry.firstline)]
        for name, forms in (("BM25", entry.bm25), ("dense", entry.dense)):
            form = best(forms)
            rows.append((f"{name} ({form})", forms[form]))
        for place, (name, figures) in enumerate(rows):
            head = (entry.name, str(entry.articles), str(entry.firstline.answerable)) if not place else ("", "", "")
            rates = (f"{rate or 0:.3f}" for rate in (figures.hit1, figures.hit3, figures.mrr))
            table.add_row(*head, name, *rates, end_section=place == len(rows) - 1)
    Console().print(table)

"""``firstline eval own-articles``: are articles found that were written without customers' words, and are they left
alone by what is about something else?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from firstline.knowledge.evaluation import Progress, Question
from firstline.knowledge.own_articles import OwnArticles, read_own_articles
from firstline.knowledge.search import search_index
from firstline.knowledge.service import Knowledge
from firstline.serve.commands.tallies import show_tallies


@dataclass(frozen=True)
class Tally:
    """Counts over one language: questions whose article came first, was given, or had another given in its place;
    strays that were given one of these articles, or one that was there before."""

    questions: int
    first: int
    given: int
    another: int
    strays: int
    by_these: int
    by_others: int


def own_articles(
    articles: Annotated[Path, typer.Option(help='JSON lines: {"kind": "article", "question" or "stray", ...}.')],
    partner: Annotated[str, typer.Option(help="The partner beside whose articles they are asked.")] = "demo",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure articles without customers' words, as if a partner had published them: found, and not in the way?"""
    own = read_own_articles(articles)
    columns = ("questions", "first", "given", "another given", "strays", "one of these given", "another given")
    show_tallies(partner, lambda knowledge, tell: tally(knowledge, partner, own, tell), columns, as_json=as_json)


async def tally(knowledge: Knowledge, partner: str, own: OwnArticles, progress: Progress) -> dict[str, Tally]:
    """Ask everything of the partner's index with the articles in it, which nobody else sees; by language."""
    index = await knowledge.edited_index(partner, own.articles)
    asked = [*own.questions, *own.strays]
    found: dict[str, tuple[str, bool]] = {}
    for done, question in enumerate(asked, 1):
        response = search_index(index, knowledge.encoder, knowledge.ranker, question.query, question.lang, 1)
        found[question.id] = (response.results[0].slug if response.results else "", response.answered)
        progress("asking", done, len(asked))
    slugs = {article.slug for article in own.articles}
    return {
        lang: _tally([question for question in asked if question.lang == lang], found, slugs) for lang in ("ko", "en")
    }


def _tally(asked: Sequence[Question], found: dict[str, tuple[str, bool]], slugs: set[str]) -> Tally:
    questions = [(*found[each.id], each.answers) for each in asked if each.answers]
    strays = [slug in slugs for each in asked if not each.answers for slug, given in [found[each.id]] if given]
    return Tally(
        len(questions),
        sum(slug in answers for slug, _given, answers in questions),
        sum(given and slug in answers for slug, given, answers in questions),
        sum(given and slug not in answers for slug, given, answers in questions),
        sum(not each.answers for each in asked),
        sum(strays),
        len(strays) - sum(strays),
    )

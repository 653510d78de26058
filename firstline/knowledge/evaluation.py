"""Measures search: hit@1, hit@3, MRR, and what the threshold lets through."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from firstline.core.errors import BadInput
from firstline.knowledge.normalise import language_of
from firstline.knowledge.search import SearchResponse

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Question:
    """A question with the articles that answer it; none when nothing does."""

    id: str
    lang: str
    query: str
    answers: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a question: ``rank`` of the right article, from 1, None where it was not among the results.

    ``probability`` is that of the first result, 0 where there is none; ``seconds`` is how long the search took.
    """

    question: Question
    rank: int | None
    answered: bool
    probability: float
    seconds: float


@dataclass(frozen=True)
class Report:
    """Results over one group. Rates are over answerable questions; None where there are none."""

    n: int
    answerable: int
    hit1: float | None
    hit3: float | None
    mrr: float | None
    answered: int
    correct_of_answered: int
    unanswerable: int
    false_answers: int


def read_rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Read a JSONL file as (line, row); blank lines are skipped. Raises ``BadInput`` naming file and line."""
    if not path.is_file():
        raise BadInput(f"there is no file {path}")
    rows: list[tuple[int, dict[str, Any]]] = []
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}:1: the file is not UTF-8; save it in UTF-8") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadInput(f"{path}:{number}: the line is not JSON ({error})") from error
        if not isinstance(row, dict):
            raise BadInput(f'{path}:{number}: the row must be an object such as {{"id": ..., "query": ...}}')
        rows.append((number, row))
    if not rows:
        raise BadInput(f"{path} holds no rows")
    return rows


def read_questions(path: Path) -> list[Question]:
    """Read ``{"id","lang","query","slug","also"}`` or ``{"id","lang","query","relevant_article_ids"}`` rows.

    Raises ``BadInput`` naming file and line.
    """
    return [question_of(path, number, row) for number, row in read_rows(path)]


def evaluate(
    questions: Sequence[Question], find: Callable[[Question], SearchResponse], progress: Progress | None = None
) -> dict[str, Report]:
    """Ask every question (``find`` returns at least ten results) and report by language, by kind and over all."""
    return reports(ask(questions, find, progress))


def ask(
    questions: Sequence[Question], find: Callable[[Question], SearchResponse], progress: Progress | None = None
) -> list[Outcome]:
    """Ask every question, one after the other."""
    outcomes: list[Outcome] = []
    for done, question in enumerate(questions, 1):
        started = perf_counter()
        response = find(question)
        seconds = perf_counter() - started
        probability = response.results[0].probability if response.results else 0.0
        rank = rank_of(question, [hit.slug for hit in response.results])
        outcomes.append(Outcome(question, rank, response.answered, probability, seconds))
        if progress:
            progress("asking", done, len(questions))
    return outcomes


def rank_of(question: Question, slugs: Sequence[str]) -> int | None:
    """Return the rank, from 1, of the first right article of ``slugs``, best first; repeated ones count once."""
    unique = dict.fromkeys(slugs)
    return next((place for place, slug in enumerate(unique, 1) if slug in question.answers), None)


def reports(outcomes: Sequence[Outcome]) -> dict[str, Report]:
    """Report by language, by language and kind (``ko/short``), and over all (``all``, the last)."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        question = outcome.question
        for name in (question.lang, *([f"{question.lang}/{question.kind}"] if question.kind else []), "all"):
            groups.setdefault(name, []).append(outcome)
    return {name: report(groups[name]) for name in sorted(groups, key=lambda name: (name == "all", name))}


def report(outcomes: Sequence[Outcome]) -> Report:
    """Report over one group."""
    asked = [outcome for outcome in outcomes if outcome.question.answers]
    others = [outcome for outcome in outcomes if not outcome.question.answers]
    ranks = [outcome.rank for outcome in asked if outcome.rank is not None]

    def share(count: float) -> float | None:
        return round(count / len(asked), 4) if asked else None

    return Report(
        n=len(outcomes),
        answerable=len(asked),
        hit1=share(sum(rank == 1 for rank in ranks)),
        hit3=share(sum(rank <= 3 for rank in ranks)),
        mrr=share(sum(1 / rank for rank in ranks)),
        answered=sum(outcome.answered for outcome in outcomes),
        correct_of_answered=sum(outcome.answered and outcome.rank == 1 for outcome in asked),
        unanswerable=len(others),
        false_answers=sum(outcome.answered for outcome in others),
    )


def question_of(path: Path, number: int, row: dict[str, Any]) -> Question:
    """Read one row of ``read_questions``; raises ``BadInput`` naming file and line."""
    where = f"{path}:{number}"
    query = row.get("query")
    if not isinstance(query, str) or not query.strip():
        raise BadInput(f"{where}: `query` is missing; write the customer's words as text")
    lang = row.get("lang") or language_of(query)
    if lang not in ("ko", "en"):
        raise BadInput(f"{where}: `lang` is {lang!r}; write ko or en")
    slug, also, relevant = row.get("slug"), row.get("also") or [], row.get("relevant_article_ids") or []
    if slug is not None and not isinstance(slug, str):
        raise BadInput(f"{where}: `slug` must be text; leave it out when nothing answers the question")
    for key, value in (("also", also), ("relevant_article_ids", relevant)):
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise BadInput(f"{where}: `{key}` must be a list of texts")
    answers = tuple(dict.fromkeys([*([slug] if slug else []), *(also if slug else []), *relevant]))
    return Question(str(row.get("id", number)), lang, query, answers, str(row.get("kind") or ""))

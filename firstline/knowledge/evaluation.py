"""Measures search: hit@1, hit@3, MRR, and what the threshold lets through."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
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
    return [_question(path, number, row) for number, row in read_rows(path)]


def evaluate(
    questions: Sequence[Question], find: Callable[[Question], SearchResponse], progress: Progress | None = None
) -> dict[str, Report]:
    """Ask every question (``find`` returns at least ten results) and report by language, by kind and over all."""
    results: list[tuple[Question, int | None, bool]] = []
    for done, question in enumerate(questions):
        response = find(question)
        slugs = list(dict.fromkeys(hit.slug for hit in response.results))
        rank = next((place for place, slug in enumerate(slugs, 1) if slug in question.answers), None)
        results.append((question, rank, response.answered))
        if progress:
            progress("asking", done + 1, len(questions))
    groups: dict[str, list[tuple[Question, int | None, bool]]] = {}
    for entry in results:
        names = [entry[0].lang, *([f"{entry[0].lang}/{entry[0].kind}"] if entry[0].kind else []), "all"]
        for name in names:
            groups.setdefault(name, []).append(entry)
    return {name: _report(groups[name]) for name in sorted(groups, key=lambda name: (name == "all", name))}


def _report(entries: Sequence[tuple[Question, int | None, bool]]) -> Report:
    asked = [(rank, answered) for question, rank, answered in entries if question.answers]
    others = [answered for question, _rank, answered in entries if not question.answers]

    def share(count: float) -> float | None:
        return round(count / len(asked), 4) if asked else None

    return Report(
        n=len(entries),
        answerable=len(asked),
        hit1=share(sum(rank == 1 for rank, _ in asked)),
        hit3=share(sum(rank is not None and rank <= 3 for rank, _ in asked)),
        mrr=share(sum(1 / rank for rank, _ in asked if rank)),
        answered=sum(answered for _, answered in asked) + sum(others),
        correct_of_answered=sum(answered and rank == 1 for rank, answered in asked),
        unanswerable=len(others),
        false_answers=sum(others),
    )


def _question(path: Path, number: int, row: dict[str, Any]) -> Question:
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

"""``firstline eval follow-ups``: does a question that goes on find its article, and is a new one left alone?"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from firstline.core.errors import BadInput
from firstline.core.texts import Language
from firstline.knowledge.evaluation import Progress, Question, read_questions, read_rows
from firstline.knowledge.follow_up import goes_on, search_on
from firstline.knowledge.service import Knowledge
from firstline.serve.commands.tallies import show_tallies

KINDS = ("follow_up", "new")


@dataclass(frozen=True)
class Dialogue:
    """A question that was answered, and what the customer asks next."""

    before: str
    next: Question


@dataclass(frozen=True)
class Tally:
    """Counts over one group: what found its article with the question before, and what would without it."""

    n: int
    recognised: int
    right: int
    right_and_answered: int
    right_alone: int


def follow_ups(
    dialogues: Annotated[Path, typer.Option(help='JSON lines: {"id","lang","question","query","slug","also","kind"}.')],
    partner: Annotated[str, typer.Option(help="The partner whose articles are asked.")] = "demo",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure follow-up questions: those that go on with the question before, and new ones that must not be dragged."""
    rows = read_dialogues(dialogues)
    columns = ("n", "taken as going on", "right first", "right and answered", "right without context")
    show_tallies(partner, lambda knowledge, tell: tally(knowledge, partner, rows, tell), columns, as_json=as_json)


def read_dialogues(path: Path) -> list[Dialogue]:
    """Read the rows; raises ``BadInput`` naming file and line."""
    found: list[Dialogue] = []
    for question, (number, row) in zip(read_questions(path), read_rows(path), strict=True):
        if not isinstance(row.get("question"), str) or not row["question"].strip():
            raise BadInput(f"{path}:{number}: `question` is missing; write what was asked before as text")
        if question.kind not in KINDS:
            raise BadInput(f"{path}:{number}: `kind` is {question.kind!r}; write {' or '.join(KINDS)}")
        found.append(Dialogue(row["question"], question))
    return found


async def tally(knowledge: Knowledge, partner: str, dialogues: list[Dialogue], progress: Progress) -> dict[str, Tally]:
    """Ask every dialogue's next question with and without the one before; by language and kind."""
    counts: dict[str, list[tuple[bool, bool, bool, bool]]] = {}
    for done, dialogue in enumerate(dialogues, 1):
        asked = dialogue.next
        lang: Language = "ko" if asked.lang == "ko" else "en"
        found = (await search_on(knowledge, partner, asked.query, lang, dialogue.before)).response
        alone = await knowledge.search(partner, asked.query, lang)
        right = bool(found.results) and found.results[0].slug in asked.answers
        right_alone = bool(alone.results) and alone.results[0].slug in asked.answers
        marks = (goes_on(asked.query), right, right and found.answered, right_alone)
        counts.setdefault(f"{lang}/{asked.kind}", []).append(marks)
        progress("asking", done, len(dialogues))
    return {
        name: Tally(len(rows), *(sum(column) for column in zip(*rows, strict=True)))
        for name, rows in sorted(counts.items())
    }

"""What customers asked in vain in the period, in groups of one meaning; each counts its questions."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from firstline.authoring.gaps import Gap, Gaps
from firstline.authoring.past_questions import past_questions
from firstline.core.database import Database
from firstline.core.times import iso
from firstline.insights.scope import Scope
from firstline.knowledge.service import Knowledge

MOST_QUESTIONS = 1_000
COLUMNS = ("gap", "language", "question", "times")


@dataclass(frozen=True)
class GapReport:
    """The gaps, largest first, among the period's newest ``questions``; ``complete`` says that these were all."""

    gaps: list[dict[str, Any]]
    questions: int
    since: str | None
    complete: bool

    def as_json(self) -> dict[str, Any]:
        """Return the report in the API's shape; each gap has ``count`` and ``rows`` as other figures do."""
        counted = [
            gap | {"count": gap["size"], "rows": urlencode({"of": "gaps", "gap": gap["id"]})} for gap in self.gaps
        ]
        total = {"count": sum(gap["size"] for gap in self.gaps), "rows": urlencode({"of": "gaps"})}
        return {
            "total": total,
            "gaps": counted,
            "questions": self.questions,
            "since": self.since,
            "complete": self.complete,
        }

    def rows(self, gap: str = "") -> list[dict[str, Any]]:
        """Return one row for each question, with the customers' words, of one gap or of all: see ``COLUMNS``."""
        return [
            dict(zip(COLUMNS, (found["id"], found["lang"], question["text"], question["count"]), strict=True))
            for found in self.gaps
            if gap in ("", found["id"])
            for question in found["questions"]
        ]


async def gap_report(database: Database, knowledge: Knowledge, finder: Gaps, scope: Scope) -> GapReport:
    """Find the gaps of the scope as the authors' console does; the first time it takes seconds."""
    period = scope.period
    async with database.reading() as session:
        asked = await past_questions(
            session,
            scope.partner,
            since=period.begin,
            until=period.end,
            lang=scope.language,
            most=MOST_QUESTIONS,
        )
    index = await knowledge.index(scope.partner)
    found: list[Gap] = await asyncio.to_thread(finder.find, scope.partner, asked, index)
    since = iso(min(question.at for question in asked)) if asked else None
    return GapReport([gap.as_json() for gap in found], len(asked), since, len(asked) < MOST_QUESTIONS)

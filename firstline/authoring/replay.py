"""Asks the live index and an edited one the same questions, and tells where the answers differ."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from firstline.knowledge.encoder import Encoder, Vectors
from firstline.knowledge.index import SearchIndex
from firstline.knowledge.ranking import Ranker
from firstline.knowledge.remembering_encoder import PreparedEncoder
from firstline.knowledge.search import SearchResponse, search_index

Asked = Literal["past", "own", "must"]
Verdict = Literal["same", "better", "worse", "gained", "lost", "changed"]
VERDICTS: tuple[Verdict, ...] = ("same", "better", "worse", "gained", "lost", "changed")


@dataclass(frozen=True)
class Question:
    """Something to ask: ``expected`` is the slug that answers it, where known; ``count`` how often it was asked."""

    text: str
    lang: str
    kind: Asked
    expected: str | None = None
    count: int = 1


@dataclass(frozen=True)
class Outcome:
    """The first result of a search, whether it was likely enough to be given or not."""

    slug: str
    lang: str
    title: str
    heading: str
    excerpt: str
    probability: float
    answered: bool

    @classmethod
    def of(cls, found: SearchResponse) -> "Outcome | None":
        """Take a search's first result; None where there is none."""
        if not found.results:
            return None
        hit = found.results[0]
        return cls(hit.slug, hit.lang, hit.title, hit.heading, hit.excerpt, hit.probability, found.answered)

    def as_json(self) -> dict[str, Any]:
        """Return the outcome in the API's shape."""
        return {name: getattr(self, name) for name in ("slug", "lang", "title", "excerpt", "probability", "answered")}


@dataclass(frozen=True)
class Change:
    """A question whose answer is another one now."""

    question: Question
    before: Outcome | None
    after: Outcome | None
    verdict: Verdict

    def as_json(self) -> dict[str, Any]:
        """Return the change in the API's shape."""
        return {
            "query": self.question.text,
            "lang": self.question.lang,
            "kind": self.question.kind,
            "count": self.question.count,
            "before": self.before.as_json() if self.before else None,
            "after": self.after.as_json() if self.after else None,
            "verdict": self.verdict,
            "must": self.question.kind == "must",
        }


@dataclass(frozen=True)
class Effect:
    """What an edit does to the answers."""

    asked: int
    counts: dict[str, int]
    changes: list[Change] = field(default_factory=list)

    @classmethod
    def nothing(cls) -> "Effect":
        """Return the effect when nothing was asked."""
        return cls(0, dict.fromkeys(VERDICTS, 0))

    @property
    def lost_musts(self) -> list[str]:
        """Return the must-answer questions that would no longer find their article."""
        return [
            change.question.text
            for change in self.changes
            if change.question.kind == "must" and change.verdict in ("lost", "worse")
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the effect in the API's shape."""
        return {"asked": self.asked, "counts": self.counts, "changes": [change.as_json() for change in self.changes]}


class Replayer:
    """Searches many questions; their vectors are computed in batches and once for both indexes."""

    def __init__(self, encoder: Encoder, ranker: Ranker, known: dict[str, Vectors] | None = None) -> None:
        """Search as customers' searches do; ``known`` vectors of texts are used, and new ones added to it."""
        self._encoder = PreparedEncoder(encoder, known)
        self._ranker = ranker

    def compare(self, live: SearchIndex, edited: SearchIndex, questions: Sequence[Question]) -> Effect:
        """Ask both indexes; changes come with what is lost first, what was asked often before what was not."""
        before, after = self.outcomes(live, questions), self.outcomes(edited, questions)
        verdicts = [judge(*entry) for entry in zip(questions, before, after, strict=True)]
        counts = Counter(verdicts)
        changes = [
            Change(*entry) for entry in zip(questions, before, after, verdicts, strict=True) if entry[3] != "same"
        ]
        order = ("lost", "worse", "changed", "gained", "better")
        changes.sort(
            key=lambda change: (
                change.question.kind != "must",
                order.index(change.verdict),
                -change.question.count,
            )
        )
        return Effect(len(questions), {verdict: counts[verdict] for verdict in VERDICTS}, changes)

    def outcomes(self, index: SearchIndex, questions: Sequence[Question]) -> list[Outcome | None]:
        """Search every question in ``index``; slow for hundreds, so call it in a thread."""
        self._encoder.prepare([question.text for question in questions])
        return [
            Outcome.of(search_index(index, self._encoder, self._ranker, question.text, question.lang, 1))
            for question in questions
        ]


def judge(question: Question, before: Outcome | None, after: Outcome | None) -> Verdict:
    """Compare two outcomes of a question.

    Where the right article is known, finding it decides. Else only that an answer comes or goes is judged: another
    article or passage is ``changed``, for the author to look at. Guesses that no customer gets count for nothing.
    """
    old = before if before and before.answered else None
    new = after if after and after.answered else None
    if question.expected is not None:
        found_before = old is not None and old.slug == question.expected
        found_now = new is not None and new.slug == question.expected
        if found_before and not found_now:
            return "lost" if new is None or question.kind == "must" else "worse"
        if found_now and not found_before:
            return "gained" if old is None else "better"
    if old is None or new is None:
        return "same" if old is new else "lost" if new is None else "gained"
    same = (old.slug, old.lang, old.excerpt) == (new.slug, new.lang, new.excerpt)
    return "same" if same else "changed"

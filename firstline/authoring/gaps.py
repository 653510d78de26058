"""What customers asked in vain, in groups of one meaning."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from firstline.authoring.likeness import groups, likeness
from firstline.authoring.past_questions import PastQuestion
from firstline.authoring.replay import Outcome, Question, Replayer
from firstline.core.times import iso
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.index import SearchIndex
from firstline.knowledge.service import Knowledge
from firstline.knowledge.vectors import centre

REMEMBERED = 5_000
"""Questions of a partner whose vectors and answers are kept in memory, the newest."""

_Key = tuple[str, str]


@dataclass(frozen=True)
class Gap:
    """Questions of one meaning and language that found nothing or did not help.

    The most asked comes first; of those asked as often, the one most like the others.
    """

    lang: str
    questions: list[tuple[str, int]]
    no_answer: int
    not_helped: int
    last_at: datetime
    nearest: Outcome | None

    @property
    def size(self) -> int:
        """How often they were asked."""
        return self.no_answer + self.not_helped

    def as_json(self) -> dict[str, Any]:
        """Return the gap in the API's shape."""
        near = self.nearest
        return {
            "id": hashlib.sha256(f"{self.lang}\0{self.questions[0][0]}".encode()).hexdigest()[:12],
            "lang": self.lang,
            "size": self.size,
            "last_at": iso(self.last_at),
            "questions": [{"text": text, "count": count} for text, count in self.questions],
            "why": {"no_answer": self.no_answer, "not_helped": self.not_helped},
            "nearest": {"slug": near.slug, "title": near.title, "probability": near.probability} if near else None,
        }


class Gaps:
    """Finds what is missing; remembers what it computed of each question, so that asking again is quick."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Search as customers' searches do."""
        self._knowledge = knowledge
        self._known: dict[str, _Known] = {}

    def find(self, partner: str, asked: Sequence[PastQuestion], index: SearchIndex) -> list[Gap]:
        """Group what found no answer or did not help, largest first; slow for new questions, so call it in a thread.

        Left out is what an offered article answered after all, and what the live ``index`` would answer by now.
        """
        failed = [
            question
            for question in asked
            if (question.outcome == "no_answer" and question.liked is None) or question.disliked is not None
        ]
        known = self._look_up(partner, failed, index)
        open_still = [
            question
            for question in failed
            if question.disliked is not None or not ((found := known.outcomes[_key(question)]) and found.answered)
        ]
        gaps: list[Gap] = []
        for lang in ("ko", "en"):
            texts = list(dict.fromkeys(question.text for question in open_still if question.lang == lang))
            if not texts:
                continue
            vectors = centre(np.stack([known.vectors[text] for text in texts]), index.lines_mean)
            for members in groups(likeness(lang, vectors, texts, index.frame.topics, index.line_words)):
                gaps.append(_gap(lang, [texts[row] for row in members], open_still, known.outcomes))
        return sorted(gaps, key=lambda gap: (gap.size, gap.last_at), reverse=True)

    def _look_up(self, partner: str, asked: Sequence[PastQuestion], index: SearchIndex) -> "_Known":
        wanted = list(dict.fromkeys(_key(question) for question in asked))
        before = self._known.get(partner, _Known(index))
        vectors = dict(before.vectors)
        outcomes = dict(before.outcomes) if before.index is index else {}
        if len(vectors) > REMEMBERED:
            vectors = {text: vectors[text] for _lang, text in wanted if text in vectors}
            outcomes = {key: outcomes[key] for key in wanted if key in outcomes}
        replayer = Replayer(self._knowledge.encoder, self._knowledge.ranker, vectors)
        missing = [key for key in wanted if key not in outcomes]
        found = replayer.outcomes(index, [Question(text, lang, "past") for lang, text in missing])
        outcomes.update(zip(missing, found, strict=True))
        self._known[partner] = _Known(index, vectors, outcomes)
        return self._known[partner]


@dataclass(frozen=True)
class _Known:
    """What was computed of questions: their vectors by text, and their answers from one index."""

    index: SearchIndex
    vectors: dict[str, Vectors] = field(default_factory=dict)
    outcomes: dict[_Key, Outcome | None] = field(default_factory=dict)


def _key(question: PastQuestion) -> _Key:
    return question.lang, question.text


def _gap(lang: str, texts: list[str], asked: Sequence[PastQuestion], now: Mapping[_Key, Outcome | None]) -> Gap:
    members = [question for question in asked if question.lang == lang and question.text in set(texts)]
    counts = Counter(question.text for question in members)
    return Gap(
        lang=lang,
        questions=[(text, counts[text]) for text in sorted(texts, key=lambda text: -counts[text])],
        no_answer=sum(question.disliked is None for question in members),
        not_helped=sum(question.disliked is not None for question in members),
        last_at=max(question.at for question in members),
        nearest=now[lang, texts[0]],
    )

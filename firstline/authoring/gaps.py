"""What customers asked in vain, in groups of one meaning."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering

from firstline.authoring.past_questions import PastQuestion
from firstline.authoring.replay import Outcome, Question, Replayer
from firstline.core.times import iso
from firstline.knowledge.index import SearchIndex, centre

FURTHEST = 0.7
"""Mean cosine distance at which groups stay apart; on the starter library's own questions 9 of 10 groups of that size
hold one topic."""


@dataclass(frozen=True)
class Gap:
    """Questions of one meaning and language that found nothing or did not help; the most typical first."""

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


def find_gaps(asked: Sequence[PastQuestion], index: SearchIndex, replayer: Replayer) -> list[Gap]:
    """Group what found no answer or did not help, largest first; slow for hundreds, so call it in a thread.

    Left out is what an offered article answered after all, and what the live index would answer by now.
    """
    failed = [
        question
        for question in asked
        if (question.outcome == "no_answer" and question.liked is None) or question.disliked is not None
    ]
    unique = list(dict.fromkeys((question.lang, question.text) for question in failed))
    outcomes = replayer.outcomes(index, [Question(text, lang, "past") for lang, text in unique])
    now = dict(zip(unique, outcomes, strict=True))
    open_still = [
        question
        for question in failed
        if question.disliked is not None or not ((found := now[question.lang, question.text]) and found.answered)
    ]
    gaps: list[Gap] = []
    for lang in ("ko", "en"):
        texts = list(dict.fromkeys(question.text for question in open_still if question.lang == lang))
        if not texts:
            continue
        vectors = centre(replayer.vectors(texts), index.lines_mean)
        for members in _groups(vectors):
            gaps.append(_gap(lang, [texts[row] for row in members], vectors[members], open_still, now))
    return sorted(gaps, key=lambda gap: (gap.size, gap.last_at), reverse=True)


def _groups(vectors: NDArray[np.float32]) -> list[list[int]]:
    if len(vectors) == 1:
        return [[0]]
    clustering = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=FURTHEST
    )
    labels = clustering.fit_predict(vectors.astype(np.float64))
    return [np.flatnonzero(labels == label).tolist() for label in np.unique(labels)]


def _gap(
    lang: str,
    texts: list[str],
    vectors: NDArray[np.float32],
    asked: Sequence[PastQuestion],
    now: dict[tuple[str, str], Outcome | None],
) -> Gap:
    members = [question for question in asked if question.lang == lang and question.text in set(texts)]
    counts = Counter(question.text for question in members)
    closeness = vectors @ vectors.mean(axis=0)
    typical = [texts[row] for row in np.argsort(-closeness, kind="stable")]
    typical.sort(key=lambda text: -counts[text])
    return Gap(
        lang=lang,
        questions=[(text, counts[text]) for text in typical],
        no_answer=sum(question.disliked is None for question in members),
        not_helped=sum(question.disliked is not None for question in members),
        last_at=max(question.at for question in members),
        nearest=now[lang, texts[int(np.argmax(closeness))]],
    )

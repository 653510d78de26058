"""What search is measured against: word search alone and plain vectors alone, each at its best."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import bm25s
import numpy as np

from firstline.knowledge.chunking import chunk
from firstline.knowledge.embedding_cache import PASSAGE, Progress, key_of
from firstline.knowledge.encoder import Encoder
from firstline.knowledge.evaluation import Outcome, Question, rank_of
from firstline.knowledge.lexical import tokens
from firstline.knowledge.sources import Source, passage_text
from firstline.knowledge.throwaway import cached_vectors

Unit = Literal["articles", "passages", "titles"]
"""What is compared with the question: title and text as one, each passage under its title, or the title alone. An
article scores as its best unit."""

UNITS: tuple[Unit, ...] = ("articles", "passages", "titles")
Scorer = Callable[[str], np.ndarray]
_NOTHING = -1e9


def bm25(sources: Sequence[Source], questions: Sequence[Question], unit: Unit) -> list[Outcome]:
    """Rank articles by BM25 (Lucene's variant, the library's k1 1.5 and b 0.75) over Firstline's own search terms."""
    texts, owners = _units(sources, unit)
    index = bm25s.BM25(method="lucene")
    index.index([tokens(text) for text in texts], show_progress=False)

    def score(query: str) -> np.ndarray:
        terms = [term for term in dict.fromkeys(tokens(query)) if term in index.vocab_dict]
        scores = index.get_scores(terms) if terms else np.zeros(len(texts))
        # An article without a word of the question is not found.
        return np.where(scores > 0, scores, _NOTHING)

    return _outcomes(sources, questions, owners, score)


def dense(
    sources: Sequence[Source],
    questions: Sequence[Question],
    unit: Unit,
    encoder: Encoder,
    cache: Path,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Rank articles by the cosine of the embedding model's vectors as they are; text beyond its length is cut."""
    texts, owners = _units(sources, unit)
    keys = [key_of(PASSAGE, text) for text in texts]
    vectors = cached_vectors(
        {key: (PASSAGE, text) for key, text in zip(keys, texts, strict=True)}, encoder, cache, progress
    )
    table = np.stack([vectors[key] for key in keys])
    return _outcomes(sources, questions, owners, lambda query: table @ encoder.encode_queries([query])[0])


def _units(sources: Sequence[Source], unit: Unit) -> tuple[list[str], np.ndarray]:
    texts: list[str] = []
    owners: list[int] = []
    for place, source in enumerate(sources):
        article = source.article
        if unit == "passages":
            own = [passage_text(article.title, piece) for piece in chunk(article.body)]
        else:
            own = [article.title if unit == "titles" else f"{article.title}\n{article.body}"]
        texts += own
        owners += [place] * len(own)
    return texts, np.array(owners, dtype=np.intp)


def _outcomes(
    sources: Sequence[Source], questions: Sequence[Question], owners: np.ndarray, score: Scorer
) -> list[Outcome]:
    slugs = np.array([source.article.slug for source in sources], dtype=object)
    found: list[Outcome] = []
    for question in questions:
        best = np.full(len(sources), _NOTHING)
        np.maximum.at(best, owners, score(question.query))
        order = np.argsort(-best, kind="stable")
        rank = rank_of(question, slugs[order[best[order] > _NOTHING]].tolist())
        found.append(Outcome(question, rank, answered=True, probability=0.0, seconds=0.0))
    return found

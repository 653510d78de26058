"""A question finds articles of the other language by what it says, not by the language it is in."""

from collections.abc import Sequence

import numpy as np
import pytest

from firstline.knowledge.articles import Article
from firstline.knowledge.embedding_cache import encode_missing
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.index import build_index
from firstline.knowledge.languages import moved
from firstline.knowledge.limits import Limits
from firstline.knowledge.normalise import language_of
from firstline.knowledge.ranking import Ranker
from firstline.knowledge.search import search_index
from firstline.knowledge.sources import Source, wanted_vectors

MEANINGS = {"quota": 0, "용량": 0, "printer": 1, "인쇄": 1}


class SlantedEncoder:
    """Tells two meanings apart, and adds to every text with Hangul one direction that says nothing."""

    name = "slanted"
    dim = 4

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row, 2] = 1.0
            vectors[row, [meaning for word, meaning in MEANINGS.items() if word in text]] = 1.0
            vectors[row, 3] = 2.5 if language_of(text) == "ko" else 0.0
        lengths: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
        result: Vectors = vectors / lengths
        return result

    encode_passages = encode_queries


ENCODER = SlantedEncoder()


def source(slug: str, title: str) -> Source:
    return Source(Article(slug=slug, lang="en", title=title, category="problem", body=title), 1, "acme")


# English articles with a Korean word in them lie where Korean questions do, whatever they say.
SOURCES = [*(source(f"p-{n}", f"Mend the printer 프린터 {n}") for n in range(150)), source("quota", "Raise the quota")]


@pytest.mark.parametrize("limits", [Limits(), Limits(merge_rows=0, exact_rows=200)], ids=["all scored", "candidates"])
def test_meaning_counts_more_than_a_shared_language(limits: Limits):
    index = build_index(SOURCES, encode_missing(ENCODER, wanted_vectors(SOURCES)), {}, ENCODER.dim, limits)
    found = search_index(index, ENCODER, Ranker.load(), "용량", "ko", 1)
    assert [(hit.slug, hit.cross_language) for hit in found.results] == [("quota", True)]


@pytest.mark.parametrize(("lang", "asked", "same"), [("ko", "용량 늘리기", "quota"), ("en", "quota", "용량 늘리기")])
def test_a_moved_question_lies_near_the_same_question_of_the_other_language(lang: str, asked: str, same: str):
    index = build_index(SOURCES, encode_missing(ENCODER, wanted_vectors(SOURCES)), {}, ENCODER.dim)
    question, wanted = ENCODER.encode_queries([asked, same])
    turned = moved(index, ENCODER, question, lang)
    assert turned @ wanted > 0.9 > question @ wanted
    assert np.linalg.norm(turned) == pytest.approx(1.0, abs=1e-5)

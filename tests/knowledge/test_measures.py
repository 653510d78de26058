"""What a search tells of documents from their rows, against the plainest way to tell it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.knowledge.arrays import starts_of
from firstline.knowledge.examples import grams_of, hashed_grams
from firstline.knowledge.rows import Rows
from firstline.knowledge.word_search import hashed

scores = st.integers(-100, 100).map(lambda number: number / 100)


def rows_of(documents: list[list[float]]) -> tuple[Rows, np.ndarray]:
    flat = np.array([score for own in documents for score in own], dtype=np.float32)
    starts = starts_of(np.array([len(own) for own in documents], dtype=np.int64))
    return Rows(np.arange(len(flat)), starts), flat


def best(own: list[float], count: int) -> float:
    return sum(sorted(own, reverse=True)[:count]) / min(count, len(own))


@given(st.lists(st.lists(scores, min_size=1, max_size=9), min_size=1, max_size=9), st.integers(1, 5))
def test_the_best_scores_are_averaged(documents, count):
    rows, flat = rows_of(documents)
    np.testing.assert_allclose(rows.best(flat, count), [best(own, count) for own in documents], atol=1e-5)


@given(st.lists(st.lists(scores.map(lambda score: max(score, 0)), min_size=1, max_size=9), min_size=1, max_size=9))
def test_shares_of_which_most_are_0_are_averaged_alike(documents):
    rows, flat = rows_of(documents)
    np.testing.assert_allclose(rows.best_shares(flat, 3), [best(own, 3) for own in documents], atol=1e-5)


def test_there_may_be_no_documents():
    rows = Rows.of(np.array([0, 2]), np.zeros(0, dtype=np.int64))
    assert len(rows.best(np.zeros(0, dtype=np.float32), 5)) == 0


@pytest.mark.parametrize(
    "text", ["", "a", "Outlook OUTLOOK ﬁle", "아웃룩이 안 열려요 아웃룩", "ẞtraße  x\u3000y", "aaaaaa a a"]
)
def test_one_texts_grams_are_those_of_many(text):
    columns, values = hashed_grams(text)
    row = np.zeros(grams_of([text]).shape[1], dtype=np.float32)
    row[columns] = values
    np.testing.assert_allclose(row, grams_of([text]).toarray()[0], atol=1e-6)


def test_terms_are_sought_once_in_each_language():
    found = hashed(["teams", "call", "teams"], (False, True))
    assert {language: len(keys) for language, keys in found.items()} == {False: 2, True: 2}
    assert not set(found[False].tolist()) & set(found[True].tolist())

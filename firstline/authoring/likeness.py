"""How likely two questions mean the same, and the groups that follow from it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction import DictVectorizer
from sklearn.preprocessing import normalize

from firstline.knowledge.encoder import Vectors
from firstline.knowledge.examples import NOTHING
from firstline.knowledge.lexical import tokens
from firstline.knowledge.topics import TopicModel
from firstline.knowledge.word_search import WordIndex

Floats = NDArray[np.float64]

# Weights of a logistic regression over pairs of questions about topics that the library lacked; learned on
# evaluation/knowledge_dev.jsonl. `PROFILE_MEAN` stands in where there are too few articles to have a profile.
MEANING, WORDS, PROFILE, BIAS = 5.37, 9.81, 3.98, -6.51
PROFILE_MEAN = 0.2
# Among few topics even unlike questions point the same way: cosines of chance spread by 1 / sqrt(topics).
FEWEST_TOPICS = 20
LEAST = -3.75
"""Mean log odds at which two groups become one: where the adjusted Rand index is highest on the same questions."""
_FAR = 20.0


def likeness(lang: str, vectors: Vectors, texts: Sequence[str], topics: TopicModel, words: WordIndex) -> Floats:
    """Return the log odds ``[n, n]`` that two questions mean the same.

    ``vectors`` are centred, ``[n, dim]``; the texts are in ``lang``.

    Three cosines are weighed: of the sentence vectors; of the words, by how much they tell in the library
    (``words``); and of the profiles, that is, how much a question sounds like each topic of the library: what is like
    the same neighbours is alike.
    """
    meaning = vectors.astype(np.float64) @ vectors.T
    named = [place for place, topic in enumerate(topics.topics) if topic != NOTHING]
    profile = _profile(topics.scores(vectors, texts)[:, named])
    return MEANING * meaning + WORDS * _shared_words(lang, texts, words) + PROFILE * profile + BIAS


def groups(alike: Floats, least: float = LEAST) -> list[list[int]]:
    """Group rows whose mean ``alike`` is ``least`` or more (average linkage), each from the most typical row on."""
    if len(alike) < 2:
        return [[row] for row in range(len(alike))]
    clustering = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=_FAR - least
    )
    labels = clustering.fit_predict(_FAR - alike)
    found = (np.flatnonzero(labels == label) for label in np.unique(labels))
    return [rows[np.argsort(-alike[np.ix_(rows, rows)].mean(axis=0), kind="stable")].tolist() for rows in found]


def _shared_words(lang: str, texts: Sequence[str], words: WordIndex) -> Floats:
    cut = [list(dict.fromkeys(tokens(text))) for text in texts]
    rows = [dict(zip(terms, words.weights(lang, terms).tolist(), strict=True)) for terms in cut]
    if not any(rows):
        return np.zeros((len(texts), len(texts)))
    weighed = normalize(DictVectorizer().fit_transform(rows))
    result: Floats = (weighed @ weighed.T).toarray()
    return result


def _profile(scores: Vectors) -> Floats:
    if scores.shape[1] < FEWEST_TOPICS:
        return np.full((len(scores), len(scores)), PROFILE_MEAN)
    centred: Floats = normalize(scores - scores.mean(axis=1, keepdims=True)).astype(np.float64)
    return centred @ centred.T

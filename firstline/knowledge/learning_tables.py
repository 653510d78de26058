"""What the ranker's weights are learned from: the starter library with and without customers' words, and a partner's
own articles beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import hash_of
from firstline.knowledge.articles import Article, read_folder
from firstline.knowledge.chunking import chunk
from firstline.knowledge.embedding_cache import encode_missing
from firstline.knowledge.encoder import Encoder
from firstline.knowledge.fitting import Floats
from firstline.knowledge.index import SearchIndex, build_index, centre
from firstline.knowledge.languages import moved
from firstline.knowledge.normalise import mend_keyboard, normalise
from firstline.knowledge.ranking import FEATURES, PROFILES, measure
from firstline.knowledge.sources import Source, wanted_vectors
from firstline.knowledge.topics import TopicModel

Line = tuple[str, str, str]
"""A text of the library, its slug and its language."""
TOPIC = FEATURES.index("topic")
OF_THE_INDEX = [FEATURES.index("title"), FEATURES.index("nothing")]
SENTENCES = 8
"""So many of an article's questions, the first ones, are whole sentences."""
QUOTED = 200
"""How many characters of a passage are asked word for word."""
SHARES = (0.55, 0.2, 0.15, 0.1)
"""How often a topic of a mixture has each of ``PROFILES``."""


@dataclass(frozen=True)
class Mixture:
    """A profile for each topic, and the model of the topics that keep their customers' words under it."""

    profiles: NDArray[np.intp]
    model: TopicModel


@dataclass(frozen=True)
class Table:
    """A query's features ``[profile, topic, feature]``, and by mixture what its model tells of each topic."""

    features: Floats
    told: Floats

    def under(self, profiles: NDArray[np.intp], mixture: int | None = None) -> Floats:
        """Return ``[topic, feature]`` under one profile each.

        ``mixture`` names the model that tells the topics. Beside articles with examples a plain one is
        measured by its title, and nearness to nothing told, as the index does that holds them.
        """
        topics = np.arange(len(profiles))
        rows: Floats = self.features[profiles, topics].copy()
        if mixture is not None:
            rows[:, OF_THE_INDEX] = self.features[profiles - profiles % 2, topics][:, OF_THE_INDEX]
            rows[:, TOPIC] = self.told[mixture]
        return rows


class Library:
    """The starter library as two indexes, with and without examples, over the same topics.

    ``own`` are articles of a partner's own without examples, the last of ``topics`` in both.
    """

    def __init__(self, encoder: Encoder, folder: Path, own: Sequence[Article], mixtures: int, seed: int) -> None:
        """Read and embed ``folder``; draw ``mixtures``."""
        articles = [article for _path, article in read_folder(folder)[0]]
        self.encoder = encoder
        self.starter = sorted({article.slug for article in articles})
        self.own = sorted({article.slug for article in own})
        self.topics = self.starter + self.own
        self.sentences = [(line, a.slug, a.lang) for a in articles for line in a.questions[:SENTENCES]]
        self.titles = [(article.title, article.slug, article.lang) for article in articles]
        self.quotes = [
            (piece.text[:QUOTED], a.slug, a.lang) for a in articles for piece in chunk(a.body) if len(piece.text) >= 80
        ]
        bare = [article.model_copy(update={"questions": (), "symptoms": ()}) for article in articles]
        self.full = self._index([*articles, *own])
        self.bare = self._index([*bare, *own])
        # Nothing is dead in an index just built, so that both have the same places.
        self.place = {(d.slug, d.lang): place for place, d in enumerate(self.full.documents)}
        self.keys = np.array([hash_of(slug) for slug in self.topics], dtype=np.uint64)
        rng = np.random.default_rng(seed)
        self.mixtures = [self._mixture(rng) for _ in range(mixtures)]

    def all_of(self, profile: int, own: int = 1) -> NDArray[np.intp]:
        """Return ``profile`` for each topic of the starter library and ``own`` for the partner's own."""
        return np.repeat(np.array([profile, own], dtype=np.intp), [len(self.starter), len(self.own)])

    @property
    def starter_only(self) -> NDArray[np.intp]:
        """The places of the starter library's topics."""
        return np.arange(len(self.starter), dtype=np.intp)

    def with_own(self, place: int) -> NDArray[np.intp]:
        """Return the places of the starter library's topics and one of the partner's own."""
        return np.append(self.starter_only, place)

    def places(self, slugs: Sequence[str]) -> list[int]:
        """Return the topics' places, without those that aren't there."""
        return [self.topics.index(slug) for slug in slugs if slug in self.topics]

    def tables(self, asked: Sequence[tuple[str, str]]) -> Iterator[Table]:
        """Yield the table of each (query, language)."""
        everything = self.full.layout.places
        for query, lang in asked:
            text = mend_keyboard(normalise(query), self.full.knows)
            # One by one, as customers' questions are: an 8-bit model's vectors depend a little on their neighbours.
            vector = self.encoder.encode_queries([text])[0]
            turned = moved(self.full, self.encoder, vector, lang)
            found = [
                measure(index, text, vector, lang, everything, turned).features for index in (self.full, self.bare)
            ]
            spoken = ("ko", "en") if lang == "ko" else ("en", "ko")
            places = [[self.place[topic, language] for topic in self.topics] for language in spoken]
            centred = centre(vector, self.full.lines_mean)
            told = [each.model.told(each.model.log_probabilities(centred, text), self.keys) for each in self.mixtures]
            features = np.array([features[rows] for rows in places for features in found], dtype=np.float64)
            # The partner's own articles are plain in both indexes; they stand beside articles with examples.
            features[1::2, len(self.starter) :] = features[::2, len(self.starter) :]
            yield Table(features, np.array(told, dtype=np.float64))

    def _mixture(self, rng: np.random.Generator) -> Mixture:
        drawn = rng.choice(len(PROFILES), len(self.starter), p=SHARES).astype(np.intp)
        profiles = np.concatenate([drawn, rng.choice([1, 3], len(self.own), p=[0.7, 0.3]).astype(np.intp)])
        examples = self.full.frame.examples
        if examples is None:
            raise ValueError("The starter library holds more lines than topics are told from.")
        plain = self.keys[profiles % 2 == 1]
        kept = examples.only(~np.isin(examples.topics, plain))
        return Mixture(profiles, TopicModel.fit(kept, self.full.lines_mean))

    def _index(self, articles: Sequence[Article]) -> SearchIndex:
        sources = [Source(article, 1, "starter") for article in articles]
        wanted = wanted_vectors(sources)
        return build_index(sources, encode_missing(self.encoder, wanted), {}, self.encoder.dim)

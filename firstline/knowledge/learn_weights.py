"""Learns the ranker's weights: ``python -m firstline.knowledge.learn_weights QUESTIONS.jsonl``.

``QUESTIONS`` are development questions over the starter library (``{"id","lang","query","slug","also"}``, no slug for
one that nothing answers); never the ones that quality is reported on. Articles without examples are learned from the
library's own lines, asked of an index that does not hold them.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from firstline.core.settings import get_settings
from firstline.knowledge.articles import read_folder
from firstline.knowledge.chunking import chunk
from firstline.knowledge.embedding_cache import encode_missing
from firstline.knowledge.encoder import Encoder, load_encoder
from firstline.knowledge.evaluation import Question, read_questions
from firstline.knowledge.fitting import Example, Floats, closeness_of, fit_weights, with_confidence
from firstline.knowledge.index import SearchIndex, build_index
from firstline.knowledge.languages import moved
from firstline.knowledge.normalise import mend_keyboard, normalise
from firstline.knowledge.ranking import CONFIDENCE, EXAMPLES, PROFILES, RANKER_FILE, Ranker, measure
from firstline.knowledge.sources import Source, wanted_vectors
from firstline.knowledge.starter_library import STARTER_FOLDER

Line = tuple[str, str, str]
"""A text of the library, its slug and its language."""
MASKS = 4
LINES = 900
SENTENCES = 8
"""So many of an article's questions, the first ones, are whole sentences."""
QUOTES = 200
QUOTED = 200
"""How many passages are asked word for word, and how many characters of each."""
WHOLE = 4.0
"""The library as it ships counts this much; mixtures with articles without examples count one half each."""
FALSE_ANSWERS = 0.03
"""Share of the unanswerable development questions that may be answered; the threshold follows from it."""


class Library:
    """The starter library as two indexes, with and without examples, over the same topics."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        """Read and embed ``folder``."""
        articles = [article for _path, article in read_folder(folder)[0]]
        self.encoder = encoder
        self.topics = sorted({article.slug for article in articles})
        self.sentences = [(line, a.slug, a.lang) for a in articles for line in a.questions[:SENTENCES]]
        self.titles = [(article.title, article.slug, article.lang) for article in articles]
        self.quotes = [
            (piece.text[:QUOTED], a.slug, a.lang) for a in articles for piece in chunk(a.body) if len(piece.text) >= 80
        ]
        self.full = self._index([Source(article, 1, "starter") for article in articles])
        bare = [article.model_copy(update={"questions": (), "symptoms": ()}) for article in articles]
        self.bare = self._index([Source(article, 1, "starter") for article in bare])
        # Nothing is dead in an index just built, so that both have the same places.
        self.place = {(d.slug, d.lang): place for place, d in enumerate(self.full.documents)}

    def tables(self, asked: Sequence[tuple[str, str]]) -> Iterator[Floats]:
        """Yield the features ``[profile, topic, feature]`` of each (query, language)."""
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
            yield np.array([features[rows] for rows in places for features in found], dtype=np.float64)

    def _index(self, sources: Sequence[Source]) -> SearchIndex:
        wanted = wanted_vectors(sources)
        return build_index(sources, encode_missing(self.encoder, wanted), {}, self.encoder.dim)


def learn(library: Library, questions: Sequence[Question], *, seed: int = 0) -> Ranker:
    """Fit weights and confidence; deterministic for one ``seed``."""
    rng = np.random.default_rng(seed)
    tables = list(library.tables([(question.query, question.lang) for question in questions]))
    examples: list[Example] = []
    judged: list[Example] = []
    for question, table in zip(questions, tables, strict=True):
        right = [library.topics.index(slug) for slug in question.answers if slug in library.topics]
        whole = _example(table, np.zeros(len(library.topics), dtype=np.intp), right, WHOLE)
        mixed = [_example(table, _mask(rng, len(library.topics)), right, 0.5) for _ in range(MASKS)]
        plain = _example(table, np.ones(len(library.topics), dtype=np.intp), right, 1.0)
        judged += [whole, plain, *mixed[:2]]
        if right:
            examples += [whole, *mixed]
    # Who has written no examples has manuals: they are asked in sentences, and across languages by their titles.
    sentences = _some(rng, library.sentences, LINES)
    examples += _asked(library, [entry for number, entry in enumerate(sentences) if number % 3], 1, 0.3)
    examples += _asked(library, sentences[::3], 3, 0.15)
    examples += _asked(library, library.titles, 3, 1.0)
    quotes = _some(rng, library.quotes, QUOTES)
    examples += _asked(library, quotes, 0, 0.3) + _asked(library, quotes, 1, 0.3)
    weights, biases = fit_weights(examples)
    unsure = np.zeros((len(EXAMPLES), len(CONFIDENCE)), dtype=np.float32)
    ranker = Ranker(weights.astype(np.float32), biases.astype(np.float32), unsure, 0.5)
    ranker = with_confidence(ranker, judged)
    nothing = [table for question, table in zip(questions, tables, strict=True) if not question.answers]
    return replace(ranker, threshold=_threshold(ranker, nothing)) if nothing else ranker


def _some(rng: np.random.Generator, lines: Sequence[Line], count: int) -> list[Line]:
    """Draw ``count`` of the lines, all where there are fewer."""
    return [lines[place] for place in rng.choice(len(lines), min(count, len(lines)), replace=False)]


def _asked(library: Library, lines: Sequence[Line], profile: int, weight: float) -> list[Example]:
    """Ask the library its own lines, every article under one profile."""
    tables = library.tables([(line, lang) for line, _slug, lang in lines])
    profiles = np.full(len(library.topics), profile, dtype=np.intp)
    return [
        _example(table, profiles, [library.topics.index(slug)], weight)
        for (_line, slug, _lang), table in zip(lines, tables, strict=True)
    ]


def _threshold(ranker: Ranker, unanswerable: Sequence[Floats]) -> float:
    """Return the lowest threshold, in hundredths, at which at most ``FALSE_ANSWERS`` of the tables are answered."""
    tops = []
    for table in unanswerable:
        whole = _example(table, np.zeros(table.shape[1], dtype=np.intp), [], 1.0)
        closeness = closeness_of(whole)
        scores = ranker.scores(closeness)
        tops.append(ranker.probabilities(closeness, scores, np.argsort(-scores))[0])
    allowed = int(FALSE_ANSWERS * len(tops))
    return float(np.ceil(sorted(tops, reverse=True)[allowed] * 100 + 1e-9) / 100)


def _mask(rng: np.random.Generator, topics: int) -> NDArray[np.intp]:
    mask: NDArray[np.intp] = rng.choice(len(PROFILES), topics, p=[0.55, 0.2, 0.15, 0.1]).astype(np.intp)
    return mask


def _example(table: Floats, profiles: NDArray[np.intp], right: list[int], weight: float) -> Example:
    return Example(table[profiles, np.arange(table.shape[1])], profiles, right, weight)


def main(arguments: Sequence[str] = tuple(sys.argv[1:])) -> int:
    """Learn from the named file and write the shipped weights; the exit code."""
    if len(arguments) != 1:
        print("usage: python -m firstline.knowledge.learn_weights QUESTIONS.jsonl", file=sys.stderr)
        return 2
    questions = read_questions(Path(arguments[0]))
    ranker = learn(Library(load_encoder(get_settings()), STARTER_FOLDER), questions)
    unanswerable = sum(not question.answers for question in questions)
    choice = {"false_answers": FALSE_ANSWERS, "split": Path(arguments[0]).name, "unanswerable": unanswerable}
    ranker.save(RANKER_FILE, choice)
    print(f"learned from {len(questions)} questions: {RANKER_FILE}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

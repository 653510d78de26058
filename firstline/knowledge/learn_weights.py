"""Learns the ranker's weights: ``python -m firstline.knowledge.learn_weights QUESTIONS.jsonl OWN.jsonl``.

``QUESTIONS`` are development questions over the starter library (``{"id","lang","query","slug","also"}``, no slug for
one that nothing answers), ``OWN`` articles of a partner's own with what is asked beside them (``own_articles``); never
the files that quality is reported on. Articles without examples are learned from the library's own lines, asked of an
index that does not hold them, and from the partner's own.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from firstline.core.settings import get_settings
from firstline.knowledge.encoder import load_encoder
from firstline.knowledge.evaluation import Question, read_questions
from firstline.knowledge.fitting import Example, closeness_of, fit_weights, with_confidence
from firstline.knowledge.learning_tables import Library, Line, Table
from firstline.knowledge.own_articles import OwnArticles, read_own_articles
from firstline.knowledge.ranking import CONFIDENCE, EXAMPLES, RANKER_FILE, Ranker
from firstline.knowledge.starter_library import STARTER_FOLDER

MIXTURES = 4
LINES = 900
QUOTES = 200
"""How many passages are asked word for word."""
WHOLE = 4.0
"""The library as it ships counts this much, half of it again beside articles in the other language; mixtures with
articles without examples count one half each."""
OWN = 2.0
"""A question about a partner's own article counts this much, alone beside the library and with all others."""
FOREIGN = 0.3
"""So much of it where the article is in the other language."""
STRAYS = 2.0
"""What a stray counts for the confidence: once with all own articles, once with some of them alone."""
STRAYED = 3
"""How many articles a stray is asked beside, one after the other."""
FALSE_ANSWERS = 0.03
"""Share of the unanswerable development questions that may be answered; the threshold follows from it."""


def learn(library: Library, questions: Sequence[Question], own: OwnArticles, *, seed: int = 0) -> Ranker:
    """Fit weights and confidence; deterministic for one ``seed``."""
    rng = np.random.default_rng(seed)
    tables = list(library.tables([(question.query, question.lang) for question in questions]))
    examples: list[Example] = []
    judged: list[Example] = []
    for question, table in zip(questions, tables, strict=True):
        right = library.places(question.answers)
        whole = _example(table, library.all_of(0), right, WHOLE)
        mixed = [
            _example(table, mixture.profiles, right, 0.5, mixture=number)
            for number, mixture in enumerate(library.mixtures)
        ]
        judged += [whole, _example(table, library.all_of(1), right, 1.0, library.starter_only)]
        if right:
            examples += [whole, _example(table, library.all_of(0, 3), right, WHOLE / 2), *mixed]
    # Who has written no examples has manuals: they are asked in sentences, and across languages by their titles.
    sentences = _some(rng, library.sentences, LINES)
    examples += _asked(library, [entry for number, entry in enumerate(sentences) if number % 3], 1, 0.3)
    examples += _asked(library, sentences[::3], 3, 0.15)
    examples += _asked(library, library.titles, 3, 1.0)
    quotes = _some(rng, library.quotes, QUOTES)
    examples += _asked(library, quotes, 0, 0.3) + _asked(library, quotes, 1, 0.3)
    about_own = _about_own(library, own)
    weights, biases = fit_weights([*examples, *about_own])
    unsure = np.zeros((len(EXAMPLES), len(CONFIDENCE)), dtype=np.float32)
    ranker = Ranker(weights.astype(np.float32), biases.astype(np.float32), unsure, 0.5)
    ranker = with_confidence(ranker, [*judged, *about_own, *_strays(library, own, rng)])
    nothing = [table for question, table in zip(questions, tables, strict=True) if not question.answers]
    return replace(ranker, threshold=_threshold(library, ranker, nothing)) if nothing else ranker


def _about_own(library: Library, own: OwnArticles) -> list[Example]:
    """Ask the partner's own questions: of their article alone beside the library, of all, and across languages."""
    tables = library.tables([(question.query, question.lang) for question in own.questions])
    examples: list[Example] = []
    for question, table in zip(own.questions, tables, strict=True):
        right = library.places(question.answers)
        alone = library.with_own(right[0])
        examples += [
            _example(table, library.all_of(0), right, OWN, alone),
            _example(table, library.all_of(0), right, OWN),
            _example(table, library.all_of(0, 3), right, OWN * FOREIGN, alone),
        ]
    return examples


def _strays(library: Library, own: OwnArticles, rng: np.random.Generator) -> list[Example]:
    """Ask what nothing answers, beside all own articles and beside some of them alone."""
    tables = library.tables([(question.query, question.lang) for question in own.strays])
    places = library.places(library.own)
    examples: list[Example] = []
    for table in tables:
        examples.append(_example(table, library.all_of(0), [], STRAYS))
        for place in rng.choice(places, min(STRAYED, len(places)), replace=False):
            examples.append(_example(table, library.all_of(0), [], STRAYS / STRAYED, library.with_own(int(place))))
    return examples


def _some(rng: np.random.Generator, lines: Sequence[Line], count: int) -> list[Line]:
    """Draw ``count`` of the lines, all where there are fewer."""
    return [lines[place] for place in rng.choice(len(lines), min(count, len(lines)), replace=False)]


def _asked(library: Library, lines: Sequence[Line], profile: int, weight: float) -> list[Example]:
    """Ask the starter library its own lines, every article under one profile."""
    tables = library.tables([(line, lang) for line, _slug, lang in lines])
    profiles = library.all_of(profile)
    return [
        _example(table, profiles, library.places([slug]), weight, library.starter_only)
        for (_line, slug, _lang), table in zip(lines, tables, strict=True)
    ]


def _threshold(library: Library, ranker: Ranker, unanswerable: Sequence[Table]) -> float:
    """Return a threshold, in hundredths, at which at most ``FALSE_ANSWERS`` of the tables are answered.

    It lies half-way between the last that is answered and the first that is not: others will come close to either.
    """
    tops = []
    for table in unanswerable:
        closeness = closeness_of(_example(table, library.all_of(0), [], 1.0, library.starter_only))
        scores = ranker.scores(closeness)
        tops.append(ranker.probabilities(closeness, scores, np.argsort(-scores))[0])
    allowed = int(FALSE_ANSWERS * len(tops))
    around = sorted(tops, reverse=True)[max(0, allowed - 1) : allowed + 1]
    return float(np.ceil(np.mean(around) * 100 + 1e-9) / 100)


def _example(
    table: Table,
    profiles: NDArray[np.intp],
    right: Sequence[int],
    weight: float,
    kept: NDArray[np.intp] | None = None,
    *,
    mixture: int | None = None,
) -> Example:
    """Take the topics ``kept``, all without it; a starter article's place is the same in all."""
    features = table.under(profiles, mixture)
    if kept is None:
        return Example(features, profiles, list(right), weight)
    return Example(features[kept], profiles[kept], np.flatnonzero(np.isin(kept, right)).tolist(), weight)


def main(arguments: Sequence[str] = tuple(sys.argv[1:])) -> int:
    """Learn from the named files and write the shipped weights; the exit code."""
    if len(arguments) != 2:
        print("usage: python -m firstline.knowledge.learn_weights QUESTIONS.jsonl OWN.jsonl", file=sys.stderr)
        return 2
    questions, own = read_questions(Path(arguments[0])), read_own_articles(Path(arguments[1]))
    library = Library(load_encoder(get_settings()), STARTER_FOLDER, own.articles, mixtures=MIXTURES, seed=0)
    ranker = learn(library, questions, own)
    unanswerable = sum(not question.answers for question in questions)
    choice = {"false_answers": FALSE_ANSWERS, "split": Path(arguments[0]).name, "unanswerable": unanswerable}
    ranker.save(RANKER_FILE, choice)
    print(f"learned from {len(questions) + len(own.questions) + len(own.strays)} questions: {RANKER_FILE}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

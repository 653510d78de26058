"""The retrieval card's figures, counted by hand, and its files."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.core.errors import BadInput
from firstline.knowledge.articles import Article
from firstline.knowledge.baselines import UNITS, bm25, dense
from firstline.knowledge.calibration import at_threshold, curve, reliability
from firstline.knowledge.card import Card, measure_card
from firstline.knowledge.encoder import Encoder
from firstline.knowledge.evaluation import Outcome, Question
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.index import Source
from firstline.knowledge.intervals import Interval, of_mean, of_share
from firstline.knowledge.mirror import mirror
from firstline.knowledge.ranking import Ranker
from firstline.knowledge.search import SearchResponse, search_index
from firstline.knowledge.throwaway import throwaway_index
from firstline.serve.card.write import write_card

PRINTERS = "Paint **it** twice.\n\n## Ink\n1. Shake the bottle.\n2. Wait."
ARTICLES = [
    Article(slug=slug, lang=lang, title=title, category="usage", body=body)  # type: ignore[arg-type]
    for slug, lang, title, body in (
        ("printers", "en", "Striped printers", PRINTERS),
        ("zeppelins", "en", "Zeppelin hangars", "Open the roof first."),
        ("umbrellas", "ko", "우산 대여", "안내 데스크에서 빌려 주세요."),
    )
]
QUESTIONS = [
    Question("1", "en", "striped printers", ("printers",), "short"),
    Question("2", "en", "zeppelin roof", ("zeppelins",), "short"),
    Question("3", "en", "quarterly tax", (), "unanswerable"),
    Question("4", "ko", "우산 빌리기", ("umbrellas",), "short"),
]


def outcome(probability: float, rank: int | None, *, answerable: bool = True) -> Outcome:
    question = Question("x", "en", "x", ("a",) if answerable else ())
    return Outcome(question, rank, probability >= 0.5, probability, 0.01)


SOME = [outcome(0.9, 1), outcome(0.8, 2), outcome(0.4, 1), outcome(0.6, None, answerable=False), outcome(0.1, None)]


@pytest.fixture
def card(tmp_path: Path) -> Card:
    encoder, ranker = HashingEncoder(), Ranker.load()
    index = throwaway_index([Source(article, 1, "x") for article in ARTICLES], encoder, tmp_path / "cache")

    def find(used: Encoder, query: str, lang: str) -> SearchResponse:
        return search_index(index, used, ranker, query, lang, 10)

    return measure_card("q.jsonl", "three <articles>", QUESTIONS, ARTICLES, encoder, ranker.threshold, find)[0]


def test_a_threshold_counts_what_it_lets_through() -> None:
    point = at_threshold(SOME, 0.5)
    assert (point.answered, point.correct, point.false_answers) == (0.5, 0.25, 1.0)
    assert at_threshold(SOME[:3], 0.5).false_answers is None
    points = curve(SOME)
    assert (points[0].answered, points[0].false_answers) == (0.0, 0.0)
    assert (points[-1].answered, points[-1].false_answers) == (1.0, 1.0)


def test_reliability_is_that_of_a_hand_count() -> None:
    measured = reliability(SOME)
    assert measured.brier == pytest.approx((0.01 + 0.64 + 0.36 + 0.36 + 0.01) / 5, abs=1e-4)
    assert measured.error == pytest.approx((0.1 + 0.8 + 0.6 + 0.6 + 0.1) / 5, abs=1e-4)
    assert [(entry.low, entry.n) for entry in measured.bins] == [(0.1, 1), (0.4, 1), (0.6, 1), (0.8, 1), (0.9, 1)]
    assert reliability([outcome(1.0, 1)]).bins[0].high == 1.0


def test_intervals_are_the_published_ones() -> None:
    share = of_share(8, 10)
    assert share is not None and (share.low, share.high) == (0.4902, 0.9433)
    assert of_share(0, 0) is None and of_mean([]) is None
    assert of_mean([1.0] * 5) == Interval(1.0, 1.0, 1.0)


@given(st.integers(1, 300).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_a_share_lies_within_its_interval(counts: tuple[int, int]) -> None:
    found = of_share(*counts)
    assert found is not None and 0 <= found.low <= found.value <= found.high <= 1


def test_mirror_quotes_each_passage_twice_and_names_what_it_lost() -> None:
    asked: list[tuple[str, str]] = []

    def find(quote: str, lang: str) -> SearchResponse:
        asked.append((quote, lang))
        return SearchResponse(False, [], "m", 0.5, quote, lang)

    results = mirror(ARTICLES, find)
    assert ("Paint it twice.", "en") in asked and ("Shake the bottle. Wait.", "en") in asked
    assert ("Shake the bottle.", "en") in asked and ("안내 데스크에서 빌려 주세요.", "ko") in asked
    assert [(entry.lang, entry.n, entry.found) for entry in results] == [("en", 3, 0)] * 2 + [("ko", 1, 0)] * 2
    assert results[0].missed[1].heading == "Ink" and results[0].missed[0].first is None


def test_card_holds_every_language_with_its_figures(card: Card) -> None:
    english = next(entry for entry in card.languages if entry.lang == "en")
    assert (english.answerable, english.unanswerable) == (2, 1)
    assert [group.name for group in english.groups] == ["all", "short"]
    assert english.groups[0].hit1 is not None and english.groups[0].hit1.value == 1.0
    assert card.articles == {"ko": 1, "en": 2}
    assert card.latency[0].part == "embedding the question" and len(card.latency) == 3
    assert card.choice is not None and 0 < card.choice.false_answers < 1


def test_card_is_a_page_that_needs_nothing_else(card: Card, tmp_path: Path) -> None:
    page = write_card(card, tmp_path / "card").read_text("utf-8")
    assert {path.name for path in (tmp_path / "card").iterdir()} == {"index.html", "ko.svg", "en.svg", "card.json"}
    assert "<script" not in page and "http-equiv" not in page and "src=" not in page and "href=" not in page
    assert "three &lt;articles&gt;" in page and page.count("<svg") == 2
    assert json.loads((tmp_path / "card" / "card.json").read_text("utf-8"))["questions"] == "q.jsonl"
    for lang in ("ko", "en"):
        assert ET.parse(tmp_path / "card" / f"{lang}.svg").getroot().tag.endswith("svg")


def test_card_that_cannot_be_written_says_so(card: Card, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="another folder"):
        write_card(card, tmp_path / "file" / "card")


def test_baselines_rank_by_words_and_by_vectors(tmp_path: Path) -> None:
    sources = [Source(article, 1, "x") for article in ARTICLES]
    for unit in UNITS:
        assert [entry.rank for entry in bm25(sources, QUESTIONS[:1], unit)] == [1]
        assert [entry.rank for entry in dense(sources, QUESTIONS[:1], unit, HashingEncoder(), tmp_path)] == [1]
    body_only = [Question("5", "en", "shake the bottle", ("printers",))]
    assert bm25(sources, body_only, "passages")[0].rank == 1
    assert bm25(sources, body_only, "titles")[0].rank is None

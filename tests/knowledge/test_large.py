"""A large index, by limits that call a few hundred rows large: approximate neighbours, candidates first."""

from pathlib import Path

import numpy as np
import pytest

from firstline.knowledge.articles import Article
from firstline.knowledge.candidates import NEAREST
from firstline.knowledge.embedding_cache import encode_missing
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.index import SearchIndex, build_index
from firstline.knowledge.index_files import IndexFiles
from firstline.knowledge.limits import Limits
from firstline.knowledge.ranking import Ranker
from firstline.knowledge.search import search_index
from firstline.knowledge.sources import Source, wanted_vectors
from firstline.knowledge.vectors import DEPTH, Neighbours

ENCODER = HashingEncoder(64)
LARGE = Limits(merge_rows=0, exact_rows=500)
NAMES = ["mailbox", "licence", "invoice", "teams", "password", "tenant", "router", "printer", "backup", "quota"]
SIGNS = ["missing", "slow", "broken", "late", "twice", "empty", "locked", "blue", "offline", "red"]
TITLES = [f"{name} is {sign} since {number}" for name in NAMES for sign in SIGNS for number in range(1990, 2004)]


def source(number: int) -> Source:
    title = TITLES[number // 2]
    lang = "en" if number % 2 else "ko"
    text = f"What to do when the {title}." if lang == "en" else f"{title} 문제를 해결하는 방법입니다."
    return Source(
        Article(slug=f"topic-{number // 2}", lang=lang, title=title, category="problem", body=text), 1, "acme"
    )


SOURCES = [source(number) for number in range(2 * len(TITLES))]


@pytest.fixture(scope="module")
def vectors():
    return encode_missing(ENCODER, wanted_vectors(SOURCES))


@pytest.fixture(scope="module", params=["built", "read back"])
def large(request, vectors, tmp_path_factory) -> SearchIndex:
    index = build_index(SOURCES, vectors, {"model": ENCODER.name, "revisions": {}}, ENCODER.dim, LARGE)
    if request.param == "built":
        return index
    files = IndexFiles(tmp_path_factory.mktemp("large"))
    files.write(index)
    loaded = files.load(LARGE)
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def exact(vectors) -> SearchIndex:
    return build_index(SOURCES, vectors, {"model": ENCODER.name, "revisions": {}}, ENCODER.dim, Limits())


def test_only_the_large_one_has_approximate_neighbours(large: SearchIndex, exact: SearchIndex):
    assert large.segments[0].near_lines is not None and large.segments[0].near_texts is not None
    assert exact.segments[0].near_lines is None and exact.segments[0].near_texts is None


def test_nearest_passages_are_those_of_a_whole_look(large: SearchIndex):
    queries = ENCODER.encode_queries([f"the {title} again" for title in TITLES[::20]])
    texts = large.segments[0].texts
    hits = 0
    for query in queries:
        rows = np.sort(large.texts.nearest(query, NEAREST))
        best = rows[np.argsort(-large.texts.scores(query, rows), kind="stable")[:DEPTH]]
        wanted = np.sort(texts @ query)[-DEPTH]
        hits += int((texts[best] @ query >= wanted - 1e-5).sum())
    assert hits / (DEPTH * len(queries)) >= 0.95


def test_a_search_finds_what_the_exact_index_finds(large: SearchIndex, exact: SearchIndex):
    ranker = Ranker.load()
    for title in TITLES[::35]:
        for lang in ("ko", "en"):
            found, wanted = (
                search_index(index, ENCODER, ranker, f"the {title}", lang, 1).results[0] for index in (large, exact)
            )
            assert (found.slug, found.lang) == (wanted.slug, wanted.lang)
            assert found.parts == pytest.approx(wanted.parts, abs=2e-4)


def test_a_damaged_neighbours_file_means_no_index(vectors, tmp_path: Path):
    files = IndexFiles(tmp_path)
    files.write(build_index(SOURCES, vectors, {"model": ENCODER.name, "revisions": {}}, ENCODER.dim, LARGE))
    assert files.load(LARGE) is not None
    for path in tmp_path.glob("segment-*/*.faiss"):
        path.write_bytes(path.read_bytes()[:40])
    assert files.load(LARGE) is None


def test_lists_are_added_until_the_questions_find_their_nearest():
    rng = np.random.default_rng(1)
    points = rng.standard_normal((3_000, 32), dtype=np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    near = Neighbours.build(points, points[:64])
    hits = sum(
        len(np.intersect1d(near.nearest(query, 4 * DEPTH), np.argsort(-points @ query)[:DEPTH]))
        for query in points[:64]
    )
    assert near.probes > 1 and hits / (64 * DEPTH) >= 0.98

"""An index that followed changes finds what one built anew would find."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from firstline.knowledge.articles import Article
from firstline.knowledge.embedding_cache import encode_missing
from firstline.knowledge.examples import unanswered_lines
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.index import SearchIndex, build_index
from firstline.knowledge.index_changes import changed_index, merged_index, rebased_index
from firstline.knowledge.limits import Limits
from firstline.knowledge.line_products import LineProducts
from firstline.knowledge.ranking import measure
from firstline.knowledge.segment import Segment
from firstline.knowledge.sources import Source, wanted_vectors

ENCODER = HashingEncoder(64)
WORDS = ["mailbox", "licence", "invoice", "teams", "password", "메일함", "청구서", "비밀번호", "sync", "quota"]
SPLIT = Limits(merge_rows=0)
"""Nothing is merged at once: a first segment, a second one, and what is dead in the first."""

articles = st.builds(
    lambda slug, lang, words, lines: Article(
        slug=slug,
        lang=lang,
        title=" ".join(words[:3]),
        category="problem",
        questions=tuple(f"{line} {number}" for number, line in enumerate(lines)),
        body=f"{' '.join(words)}.\n\n## Steps\n\n1. {' '.join(reversed(words))}.",
    ),
    st.sampled_from(["one", "two", "three", "four"]),
    st.sampled_from(["ko", "en"]),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8),
    st.lists(st.sampled_from(WORDS), max_size=6),
)
changes = st.lists(
    st.one_of(
        st.lists(articles, min_size=1, max_size=3, unique_by=lambda article: (article.slug, article.lang)),
        st.tuples(st.sampled_from(["one", "two", "three", "four"]), st.sampled_from(["ko", "en"])),
    ),
    min_size=1,
    max_size=6,
)


def vectors_of(sources):
    return encode_missing(ENCODER, wanted_vectors(sources))


NOTHING = ENCODER.encode_queries(unanswered_lines())


def built(live: dict, limits: Limits) -> SearchIndex:
    sources = [live[key] for key in sorted(live)]
    return build_index(sources, vectors_of(sources), {}, ENCODER.dim, limits)


def apply(index: SearchIndex, live: dict, change, version: int) -> SearchIndex:
    sources = [Source(article, version, "acme") for article in change] if isinstance(change, list) else []
    keys = {source.key for source in sources} or {change}
    for key in keys:
        live.pop(key, None)
    live |= {source.key: source for source in sources}
    return changed_index(index, Segment.build(sources, vectors_of(sources), ENCODER.dim), keys, NOTHING, {})


def features(index: SearchIndex, query: str) -> dict:
    closeness = measure(index, query, ENCODER.encode_queries([query])[0], "en", index.layout.places)
    keys = [(index.documents[int(p)].slug, index.documents[int(p)].lang) for p in closeness.places]
    return dict(zip(keys, closeness.features, strict=True))


def assert_same(index: SearchIndex, fresh: SearchIndex, tolerance: float) -> None:
    assert index.sizes() == fresh.sizes()
    for query in ("mailbox quota", "청구서 비밀번호", "nothing of it", "teams sync 메일함 licence"):
        before, after = features(index, query), features(fresh, query)
        assert before.keys() == after.keys()
        for key in before:
            np.testing.assert_allclose(before[key], after[key], atol=tolerance)


def assert_points_are_lines(index: SearchIndex) -> None:
    """What the topic model learned from is what a search multiplies the question with anyway."""
    known = len(index.frame.topics.topics) > 0
    assert (index.points is not None) == known
    if index.points is not None:
        query = ENCODER.encode_queries(["mailbox quota"])[0]
        cosines = LineProducts(index.lines, index.unanswered, query).cosines(index.points, index.frame.topics.mean)
        np.testing.assert_allclose(cosines, index.frame.topics.points @ query, atol=1e-5)


@given(start=st.lists(articles, max_size=4, unique_by=lambda a: (a.slug, a.lang)), made=changes)
@settings(max_examples=12)
def test_small_index_after_changes_is_the_one_built_anew(start, made):
    live = {(article.slug, article.lang): Source(article, 1, "acme") for article in start}
    index = built(live, Limits())
    for version, change in enumerate(made, 2):
        index = apply(index, live, change, version)
        assert len(index.segments) == 1
        assert_points_are_lines(index)
    assert_same(index, built(live, Limits()), 5e-3)


@given(start=st.lists(articles, min_size=1, max_size=4, unique_by=lambda a: (a.slug, a.lang)), made=changes)
@settings(max_examples=8)
def test_large_index_after_changes_and_a_merge_is_the_one_built_anew(start, made):
    live = {(article.slug, article.lang): Source(article, 1, "acme") for article in start}
    index = built(live, SPLIT)
    half = len(made) // 2
    for version, change in enumerate(made[:half], 2):
        index = apply(index, live, change, version)
        assert_points_are_lines(index)
    merged = merged_index(index)
    for version, change in enumerate(made[half:], 2 + half):
        index = apply(index, live, change, version)
    fresh = built(live, SPLIT)
    assert index.sizes() == fresh.sizes()
    assert {(d.slug, d.lang, d.version) for d in index.documents} == {
        (d.slug, d.lang, d.version) for d in fresh.documents
    }
    moved = rebased_index(merged, index)
    assert_same(merged_index(moved), fresh, 5e-3)
    assert_same(merged_index(index), fresh, 5e-3)

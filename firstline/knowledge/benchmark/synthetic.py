"""Synthetic articles made from real ones: new passages from real sentences, new vectors from real vectors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.arrays import Hashes, Places, hashes_of, spread, starts_of
from firstline.knowledge.articles import Article
from firstline.knowledge.benchmark.real_texts import LAYER, RealTexts
from firstline.knowledge.chunking import Chunk
from firstline.knowledge.documents import Document, Records
from firstline.knowledge.embedding_cache import PASSAGE, QUERY, Progress, key_of
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.layout import LANGS, Table
from firstline.knowledge.lexical import tokens, words
from firstline.knowledge.postings import Postings
from firstline.knowledge.segment import Segment
from firstline.knowledge.sources import Source, lines_of, passage_text, passages_of
from firstline.knowledge.word_search import terms_in

PASSAGES = 4
"""Passages of a synthetic article; beside them it has its title as its only line."""
SENTENCES = 3
NOISE = 0.5
ARTICLES = 2_500
"""Articles of one language in a block."""
_END = re.compile(r"(?<=[.!?。])\s+|\n+")


@dataclass(frozen=True)
class Pool:
    """What articles of one language are made of: sentences with their terms and words, and real vectors."""

    sentences: list[str]
    terms: tuple[Hashes, Places]
    words: tuple[Hashes, Places]
    passages: Vectors
    lines: Vectors

    @classmethod
    def of(cls, texts: RealTexts, lang: str) -> "Pool":
        """Cut the real texts of a language into sentences."""
        articles = [source.article for source in texts.sources if source.article.lang == lang]
        pieces = [(article.title, piece) for article in articles for piece in passages_of(article)]
        found = (sentence.strip() for _title, piece in pieces for sentence in _END.split(piece.text))
        sentences = list(dict.fromkeys(sentence for sentence in found if 20 <= len(sentence) <= 400))
        return cls(
            sentences,
            _ragged([hashes_of(terms_in(lang, tokens(sentence))) for sentence in sentences]),
            _ragged([hashes_of(words(sentence)) for sentence in sentences]),
            np.stack([texts.vectors[key_of(PASSAGE, passage_text(*piece))] for piece in pieces]),
            np.stack([texts.vectors[key_of(QUERY, line)] for article in articles for line in lines_of(article)]),
        )


def synthetic_blocks(texts: RealTexts, passages: int, cache: Path, progress: Progress | None) -> list[Segment]:
    """Make articles with ``passages`` passages together, in blocks; those that ``cache`` holds are read from there.

    A passage is three real sentences of one language; its vector is a mixture of two real passages' vectors plus noise
    that varies as real passages do, of length 1. Titles likewise, from lines. Half is Korean, half English, and each
    topic is there in both.
    """
    count = -(-passages // (2 * ARTICLES * PASSAGES))
    blocks: list[Segment] = []
    pools: list[Pool] = []
    for number in range(count):
        folder = cache / f"block-{number}"
        if not folder.exists():
            pools = pools or [Pool.of(texts, lang) for lang in LANGS]
            part = cache / f"block-{number}.part-{np.random.default_rng().integers(1 << 40)}"
            part.mkdir(parents=True)
            _block(pools, number).save(part)
            part.replace(folder)
        blocks.append(Segment.load(folder))
        if progress:
            progress("synthetic articles", number + 1, count)
    missing = passages - (count - 1) * 2 * ARTICLES * PASSAGES
    if count and missing < len(blocks[-1].texts):
        # Pairs from the middle, where Korean ends and English begins, are kept: the last block has fewer topics.
        kept = np.arange(2 * ARTICLES) % ARTICLES < max(1, missing // (2 * PASSAGES))
        blocks[-1] = blocks[-1].only(kept)
    return blocks


def article_of(document: Document) -> Article:
    """Return the article that a synthetic document stands for."""
    return Article.model_construct(
        slug=document.slug,
        lang="ko" if document.lang == "ko" else "en",
        title=document.title,
        category="usage",
        body="\n\n".join(piece.text for piece in document.chunks),
    )


def _block(pools: Sequence[Pool], number: int) -> Segment:
    rng = np.random.default_rng(number)
    parts = [_part(pool, lang, number, rng) for pool, lang in zip(pools, LANGS, strict=True)]
    return Segment.merge(parts)


def _part(pool: Pool, lang: str, number: int, rng: np.random.Generator) -> Segment:
    chosen = rng.integers(len(pool.sentences), size=(ARTICLES * PASSAGES, SENTENCES))
    heads = rng.integers(len(pool.sentences), size=ARTICLES)
    documents = [
        Document(
            slug=f"synthetic-{number * ARTICLES + place}",
            lang=lang,
            title=pool.sentences[head][:60],
            version=1,
            layer=LAYER,
            category="usage",
            chunks=[
                Chunk("", " ".join(pool.sentences[sentence] for sentence in row))
                for row in chosen[place * PASSAGES : (place + 1) * PASSAGES]
            ],
            lines=[pool.sentences[head][:60]],
        )
        for place, head in enumerate(heads)
    ]
    in_article = np.hstack([chosen.reshape(ARTICLES, -1), heads[:, None]])
    return Segment(
        Table(
            keys=hashes_of(document.slug for document in documents),
            titles=hashes_of(document.title for document in documents),
            states=hashes_of(Source(article_of(document), 1, LAYER).state for document in documents),
            korean=np.full(ARTICLES, lang == "ko"),
            line_counts=np.ones(ARTICLES, dtype=np.int32),
            text_counts=np.full(ARTICLES, PASSAGES, dtype=np.int32),
        ),
        Records.build(documents),
        _vectors(pool.lines, ARTICLES, rng),
        _vectors(pool.passages, ARTICLES * PASSAGES, rng),
        _postings(pool.terms, heads[:, None]),
        _postings(pool.terms, chosen),
        _postings(pool.words, in_article),
    )


def _vectors(real: Vectors, count: int, rng: np.random.Generator) -> Vectors:
    shares = rng.uniform(0.3, 0.7, size=(count, 1)).astype(np.float32)
    one, other = (real[rng.integers(len(real), size=count)] for _ in range(2))
    mixed = shares * one + (1 - shares) * other
    covariance = np.cov((real - real.mean(axis=0)).T) + 1e-8 * np.eye(real.shape[1])
    noise = rng.standard_normal((count, real.shape[1]), dtype=np.float32) @ np.linalg.cholesky(covariance).T
    made = mixed + NOISE * noise
    result: Vectors = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    return result


def _postings(ragged: tuple[Hashes, Places], chosen: NDArray[np.integer]) -> Postings:
    """Index rows that hold the terms of the chosen sentences ``[rows, sentences]``."""
    hashes, starts = ragged
    counts = np.diff(starts)[chosen]
    rows = spread(starts[chosen.ravel()], counts.ravel())
    return Postings.of_hashes(hashes[rows], counts.sum(axis=1).astype(np.int32))


def _ragged(lists: Sequence[Hashes]) -> tuple[Hashes, Places]:
    return np.concatenate(lists), starts_of(np.array([len(entry) for entry in lists], dtype=np.int64))

"""A search index: built from live articles, written to a folder, read back memory-mapped."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firstline.knowledge.articles import Article
from firstline.knowledge.chunking import Chunk, chunk
from firstline.knowledge.embedding_cache import PASSAGE, QUERY, key_of
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.layout import LANGS, Document, Layout
from firstline.knowledge.lexical import LexicalIndex, tokens, words
from firstline.knowledge.normalise import brand_names, normalise
from firstline.knowledge.topics import NOTHING, TopicModel, unanswered_lines
from firstline.knowledge.vectors import VectorIndex

FORMAT = 3
_MARKS = re.compile(r"[*`#|]|^\s*>\s?", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """A live article with where it comes from."""

    article: Article
    version: int
    layer: str


@dataclass
class SearchIndex:
    """All that a search reads.

    ``lines`` are titles, questions and symptoms, centred by their mean and normalised, because raw e5 vectors lie
    close together; ``texts`` are passages as the model gave them. Each language has its own word indexes: over lines,
    and over passages (title and heading included).
    """

    documents: list[Document]
    lines: VectorIndex
    texts: VectorIndex
    lines_mean: Vectors
    line_words: dict[str, LexicalIndex]
    text_words: dict[str, LexicalIndex]
    known_words: frozenset[str]
    topics: TopicModel
    unanswered: Vectors
    meta: dict[str, Any]

    def __post_init__(self) -> None:
        self.layout = Layout.of(self.documents)

    def rows(self, lang: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the line rows and passage rows of one language, in the order of its word indexes."""
        return self.layout.line_rows[lang], self.layout.text_rows[lang]

    def place_of(self, slug: str, lang: str) -> int | None:
        """Return the place of a document, None when there is none."""
        return next((n for n, entry in enumerate(self.documents) if (entry.slug, entry.lang) == (slug, lang)), None)


def wanted_vectors(sources: Sequence[Source]) -> dict[str, tuple[str, str]]:
    """Return every text that the index over ``sources`` needs as a vector: ``{key: (role, text)}``."""
    wanted = {key_of(QUERY, line): (QUERY, line) for line in _nothing(sources)}
    for source in sources:
        for text in _lines(source.article):
            wanted[key_of(QUERY, text)] = (QUERY, text)
        for piece in chunk(source.article.body):
            text = passage_text(source.article.title, piece)
            wanted[key_of(PASSAGE, text)] = (PASSAGE, text)
    return wanted


def build_index(
    sources: Sequence[Source], vectors: Mapping[str, Vectors], meta: dict[str, Any], dim: int
) -> SearchIndex:
    """Build the index over ``sources`` from the vectors of ``wanted_vectors``."""
    documents: list[Document] = []
    lines: list[str] = []
    texts: list[str] = []
    for source in sources:
        article = source.article
        chunks = chunk(article.body)
        first_line, first_text = len(lines), len(texts)
        lines.extend(_lines(article))
        texts.extend(passage_text(article.title, piece) for piece in chunks)
        documents.append(
            Document(
                article.slug,
                article.lang,
                article.title,
                source.version,
                source.layer,
                article.category,
                chunks,
                (first_line, len(lines)),
                (first_text, len(texts)),
            )
        )
    line_vectors, lines_mean = _centred([vectors[key_of(QUERY, text)] for text in lines], dim)
    nothing = _nothing(sources)
    unanswered = centre(_stacked([vectors[key_of(QUERY, line)] for line in nothing], dim), lines_mean)
    text_vectors = _stacked([vectors[key_of(PASSAGE, text)] for text in texts], dim)
    index = SearchIndex(
        documents,
        VectorIndex.build(line_vectors),
        VectorIndex.build(text_vectors),
        lines_mean,
        {},
        {},
        frozenset(),
        _topic_model(documents, line_vectors, lines, unanswered, nothing),
        unanswered,
        meta,
    )
    for lang in LANGS:
        line_rows, text_rows = index.rows(lang)
        index.line_words[lang] = LexicalIndex.build([tokens(lines[row]) for row in line_rows])
        index.text_words[lang] = LexicalIndex.build([tokens(texts[row]) for row in text_rows])
    index.known_words = frozenset(word for text in (*lines, *texts) for word in words(text)) | brand_names()
    return index


def save_index(index: SearchIndex, folder: Path) -> None:
    """Write the index into ``folder``, which exists and is empty."""
    index.lines.save(folder / "lines.faiss")
    index.texts.save(folder / "texts.faiss")
    np.save(folder / "lines-mean.npy", index.lines_mean)
    for lang in LANGS:
        index.line_words[lang].save(folder / f"line-words-{lang}")
        index.text_words[lang].save(folder / f"text-words-{lang}")
    index.topics.save(folder / "topics.npz")
    np.save(folder / "unanswered.npy", index.unanswered)
    (folder / "words.txt").write_text("\n".join(sorted(index.known_words)), "utf-8")
    documents = [asdict(document) for document in index.documents]
    (folder / "documents.json").write_text(json.dumps(documents, ensure_ascii=False), "utf-8")
    (folder / "meta.json").write_text(json.dumps(index.meta, ensure_ascii=False, indent=2), "utf-8")


def load_index(folder: Path) -> SearchIndex:
    """Read what ``save_index`` wrote; raises ``OSError``, ``ValueError`` or ``RuntimeError`` when it is damaged."""
    documents = [
        Document(
            **entry
            | {
                "chunks": [Chunk(**piece) for piece in entry["chunks"]],
                "lines": tuple(entry["lines"]),
                "passages": tuple(entry["passages"]),
            }
        )
        for entry in json.loads((folder / "documents.json").read_text("utf-8"))
    ]
    return SearchIndex(
        documents=documents,
        lines=VectorIndex.load(folder / "lines.faiss"),
        texts=VectorIndex.load(folder / "texts.faiss"),
        lines_mean=np.load(folder / "lines-mean.npy"),
        line_words={lang: LexicalIndex.load(folder / f"line-words-{lang}") for lang in LANGS},
        text_words={lang: LexicalIndex.load(folder / f"text-words-{lang}") for lang in LANGS},
        known_words=frozenset((folder / "words.txt").read_text("utf-8").split("\n")),
        topics=TopicModel.load(folder / "topics.npz"),
        unanswered=np.load(folder / "unanswered.npy"),
        meta=json.loads((folder / "meta.json").read_text("utf-8")),
    )


def passage_text(title: str, piece: Chunk) -> str:
    """Return what is embedded and indexed for a passage: title, heading and text without Markdown's marks."""
    return _MARKS.sub("", "\n".join(part for part in (title, piece.heading, piece.text) if part))


def centre(vectors: Vectors, mean: Vectors) -> Vectors:
    """Subtract ``mean`` and normalise the rows again."""
    moved = vectors - mean
    lengths = np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9)
    result: Vectors = (moved / lengths).astype(np.float32)
    return result


def _topic_model(
    documents: Sequence[Document],
    vectors: Vectors,
    lines: Sequence[str],
    unanswered: Vectors,
    nothing: Sequence[str],
) -> TopicModel:
    """Learn topics from the lines of documents that hold examples, both languages together, and what is none."""
    owners = [document.slug for document in documents for _ in range(*document.lines)]
    rows = [row for document in documents if document.has_examples for row in range(*document.lines)]
    return TopicModel.fit(
        np.vstack([vectors[rows], unanswered]),
        [normalise(text) for text in (*(lines[row] for row in rows), *nothing)],
        [*(owners[row] for row in rows), *(NOTHING for _ in nothing)],
    )


def _nothing(sources: Sequence[Source]) -> tuple[str, ...]:
    """Return the questions that nothing answers; of no use where no article holds examples to tell them from."""
    return unanswered_lines() if any(s.article.questions or s.article.symptoms for s in sources) else ()


def _lines(article: Article) -> list[str]:
    return list(dict.fromkeys((article.title, *article.questions, *article.symptoms)))


def _centred(rows: list[Vectors], dim: int) -> tuple[Vectors, Vectors]:
    stacked = _stacked(rows, dim)
    # A mean of few vectors would take away what tells them apart: it counts in full only from some hundreds on.
    mean: Vectors = (stacked.sum(axis=0) / (len(rows) + 50)).astype(np.float32)
    return centre(stacked, mean), mean


def _stacked(rows: list[Vectors], dim: int) -> Vectors:
    return np.stack(rows) if rows else np.zeros((0, dim), dtype=np.float32)

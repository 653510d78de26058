"""A throw-away index over articles that are not Firstline's: for measuring search on other people's data."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from firstline.core.errors import BadInput
from firstline.knowledge.articles import Article, normalise_body
from firstline.knowledge.embedding_cache import Progress, encode_missing
from firstline.knowledge.encoder import Encoder, Vectors
from firstline.knowledge.evaluation import read_rows
from firstline.knowledge.index import SearchIndex, Source, build_index, wanted_vectors
from firstline.knowledge.normalise import normalise


def read_articles(folder: Path) -> list[Source]:
    """Read ``articles.jsonl`` rows ``{"id","lang","title","text"}``; raises ``BadInput`` naming file and line."""
    path = folder / "articles.jsonl"
    sources: list[Source] = []
    for number, row in read_rows(path):
        for key in ("id", "lang", "title", "text"):
            if not isinstance(row.get(key), str):
                raise BadInput(f"{path}:{number}: `{key}` is missing or no text")
        if row["lang"] not in ("ko", "en"):
            raise BadInput(f"{path}:{number}: `lang` is {row['lang']!r}; write ko or en")
        # Ids of other collections are no slugs, and their texts keep no rules: the checks are for our own articles.
        article = Article.model_construct(
            slug=row["id"],
            lang=row["lang"],
            title=normalise(row["title"]) or row["id"],
            category="usage",
            questions=(),
            symptoms=(),
            body=normalise_body(row["text"]) or row["title"],
        )
        sources.append(Source(article, 1, "throwaway"))
    return sources


def throwaway_index(
    sources: Sequence[Source], encoder: Encoder, cache: Path, progress: Progress | None = None
) -> SearchIndex:
    """Build an index in memory; its vectors are kept below ``cache``."""
    vectors = cached_vectors(wanted_vectors(sources), encoder, cache, progress)
    return build_index(sources, vectors, {"model": encoder.name}, encoder.dim)


def cached_vectors(
    wanted: dict[str, tuple[str, str]], encoder: Encoder, cache: Path, progress: Progress | None = None
) -> dict[str, Vectors]:
    """Encode ``{key: (role, text)}``, or read what an earlier run over the same texts kept below ``cache``."""
    name = hashlib.sha256("\n".join([encoder.name, *sorted(wanted)]).encode()).hexdigest()[:32]
    path = cache / f"{name}.npz"
    vectors = _read(path)
    if vectors is None:
        vectors = encode_missing(encoder, wanted, progress)
        cache.mkdir(parents=True, exist_ok=True)
        part = cache / f"{name}.{os.getpid()}.part.npz"
        keys = sorted(vectors)
        np.savez(part, keys=np.array(keys), vectors=np.stack([vectors[key] for key in keys]))
        part.replace(path)
    return vectors


def _read(path: Path) -> dict[str, Vectors] | None:
    try:
        with np.load(path) as stored:
            return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
    except (OSError, ValueError, KeyError):
        return None

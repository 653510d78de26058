"""A throw-away index over articles that are not Firstline's: for measuring search on other people's data."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from firstline.core.errors import BadInput
from firstline.knowledge.articles import Article, normalise_body
from firstline.knowledge.embedding_cache import Progress, encode_missing
from firstline.knowledge.encoder import Encoder, Vectors
from firstline.knowledge.evaluation import read_rows
from firstline.knowledge.index import SearchIndex, Source, build_index, wanted_vectors
from firstline.knowledge.normalise import normalise

_PART = 512
"""Texts that are embedded before they are kept."""


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
    wanted: Mapping[str, tuple[str, str]], encoder: Encoder, cache: Path, progress: Progress | None = None
) -> dict[str, Vectors]:
    """Encode ``{key: (role, text)}``, but for what any earlier run with this model kept below ``cache``.

    What is new is kept part by part: a run that was stopped goes on where it was.
    """
    folder = cache / f"vectors-{hashlib.sha256(encoder.name.encode()).hexdigest()[:16]}"
    vectors: dict[str, Vectors] = {}
    for path in sorted(folder.glob("*.npz")):
        vectors |= {key: vector for key, vector in _read(path).items() if key in wanted}
    missing = sorted(wanted.keys() - vectors.keys(), key=lambda key: (wanted[key][0], len(wanted[key][1]), key))
    for start in range(0, len(missing), _PART):
        part = missing[start : start + _PART]
        made = encode_missing(encoder, {key: wanted[key] for key in part})
        _keep(folder, made)
        vectors |= made
        if progress:
            progress("embedding", start + len(part), len(missing))
    return vectors


def _keep(folder: Path, vectors: Mapping[str, Vectors]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    keys = sorted(vectors)
    name = hashlib.sha256("\n".join(keys).encode()).hexdigest()[:32]
    part = folder / f".{name}.{os.getpid()}.part"
    with part.open("wb") as file:
        np.savez(file, keys=np.array(keys, dtype="S64"), vectors=np.stack([vectors[key] for key in keys]))
    part.replace(folder / f"{name}.npz")


def _read(path: Path) -> dict[str, Vectors]:
    try:
        with np.load(path) as stored:
            return dict(zip((key.decode() for key in stored["keys"]), stored["vectors"], strict=True))
    except (OSError, ValueError, KeyError, BadZipFile):
        return {}

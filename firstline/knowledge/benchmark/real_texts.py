"""The real texts of the search benchmark, embedded once and kept."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from firstline.knowledge.array_file import read_arrays, write_arrays
from firstline.knowledge.articles import read_folder
from firstline.knowledge.embedding_cache import Progress, encode_missing
from firstline.knowledge.encoder import Encoder, Vectors
from firstline.knowledge.sources import Source, passages_of, wanted_vectors
from firstline.knowledge.starter_library import STARTER_FOLDER
from firstline.knowledge.throwaway import read_articles

MOST_PASSAGES = 10_000
"""Real passages beyond these are left out: embedding them takes long and tells nothing new."""
LAYER = "bench"


@dataclass(frozen=True)
class RealTexts:
    """Articles with the vectors of all their texts, by ``key_of``."""

    sources: list[Source]
    vectors: dict[str, Vectors]

    def first(self, passages: int) -> list[Source]:
        """Return the first articles that have ``passages`` passages together, at least."""
        chosen: list[Source] = []
        count = 0
        for source in self.sources:
            if count >= passages:
                break
            chosen.append(source)
            count += len(passages_of(source.article))
        return chosen


def read_real_texts(folders: Sequence[Path], encoder: Encoder, cache: Path, progress: Progress | None) -> RealTexts:
    """Read the starter library and ``folders`` (each with an ``articles.jsonl``) and embed what is not in ``cache``.

    Raises ``BadInput`` naming file and line.
    """
    sources = [Source(article, 1, LAYER) for _path, article in read_folder(STARTER_FOLDER)[0]]
    others = [read_articles(folder) for folder in folders]
    # In turn from each folder, so that every size holds all kinds of text.
    for place in range(max(map(len, others), default=0)):
        sources += [Source(rows[place].article, 1, LAYER) for rows in others if place < len(rows)]
    texts = RealTexts(list({source.key: source for source in sources}.values()), {})
    texts = RealTexts(texts.first(MOST_PASSAGES), {})
    return RealTexts(texts.sources, _embedded(texts.sources, encoder, cache, progress))


def _embedded(
    sources: Sequence[Source], encoder: Encoder, cache: Path, progress: Progress | None
) -> dict[str, Vectors]:
    wanted = wanted_vectors(sources)
    name = hashlib.sha256("\n".join([encoder.name, *sorted(wanted)]).encode()).hexdigest()[:16]
    path = cache / f"texts-{name}.bin"
    if not path.exists():
        made = encode_missing(encoder, wanted, progress)
        keys = sorted(made)
        cache.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        write_arrays(part, {"keys": np.array(keys, dtype="S64"), "vectors": np.stack([made[key] for key in keys])})
        part.replace(path)
    arrays = read_arrays(path)
    return dict(zip((key.decode() for key in arrays["keys"]), arrays["vectors"], strict=True))

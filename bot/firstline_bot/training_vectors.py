"""Sentence vectors of all training messages: made on every core while Rasa loads, and kept for the next training."""

import hashlib
import os
import zipfile
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence

import numpy as np

from firstline_bot.encoder import SentenceEncoder, encoder_sha
from firstline_bot.normalise import normalise

CACHE_VARIABLE = "FIRSTLINE_BOT_CACHE"
# Texts after which the progress is told.
_BATCH = 64
# Vectors that were made in another way are not taken from the cache.
_MADE = "each text by itself"
_NAME = "bot-vectors-"
_begun: Optional["Future[Dict[str, np.ndarray]]"] = None


def begin(folder: Path, texts: Sequence[str]) -> None:
    """Start encoding `texts` with the encoder in `folder`, beside whatever comes next; `vectors_of` waits for it."""
    global _begun
    with_one_thread = ThreadPoolExecutor(1)
    _begun = with_one_thread.submit(encode_all, folder, texts)
    with_one_thread.shutdown(wait=False)


def vectors_of(folder: Path, texts: Sequence[str]) -> np.ndarray:
    """Return (texts, dim), in order: what `begin` made, and whatever it did not know."""
    made = _begun.result() if _begun is not None else {}
    missing = [text for text in texts if normalise(text) not in made]
    if missing:
        made = {**made, **encode_all(folder, missing)}
    return np.stack([made[normalise(text)] for text in texts])


def encode_all(
    folder: Path, texts: Sequence[str], tell: Optional[Callable[[int, int], None]] = None
) -> Dict[str, np.ndarray]:
    """Return the vector of each normalised text; those of the last training come from the cache, if there is one.

    `tell` hears how many new texts are done, and of how many.
    """
    wanted = sorted({normalise(text) for text in texts})
    cache = _cache_file(folder)
    known = _read(cache)
    keys = {text: hashlib.sha256(text.encode()).digest()[:16] for text in wanted}
    new = [text for text in wanted if keys[text] not in known]
    if new:
        # One thread a text: threads that share one text spend half of their time waiting for each other.
        encoder = SentenceEncoder(folder, threads=1)
        batches = [new[start : start + _BATCH] for start in range(0, len(new), _BATCH)]
        done = 0
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for batch, vectors in zip(batches, pool.map(encoder.encode, batches), strict=True):
                known.update(zip((keys[text] for text in batch), vectors, strict=True))
                done += len(batch)
                if tell is not None:
                    tell(done, len(new))
    vectors = {text: known[keys[text]] for text in wanted}
    if cache is not None and new:
        _write(cache, [keys[text] for text in wanted], np.stack(list(vectors.values())))
    return vectors


def _cache_file(folder: Path) -> Optional[Path]:
    kept = os.environ.get(CACHE_VARIABLE)
    if not kept:
        return None
    encoder = hashlib.sha256(f"{encoder_sha(folder)} {_MADE}".encode()).hexdigest()[:16]
    return Path(kept) / f"{_NAME}{encoder}.npz"


def _read(cache: Optional[Path]) -> Dict[bytes, np.ndarray]:
    """Return what the last training kept; a file that can't be read counts as none."""
    if cache is None or not cache.is_file():
        return {}
    try:
        with np.load(cache, allow_pickle=False) as stored:
            keys, vectors = stored["keys"], stored["vectors"]
        if keys.ndim != 2 or keys.dtype != np.uint8 or vectors.ndim != 2 or len(keys) != len(vectors):
            return {}
        return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return {}


def _write(cache: Path, keys: List[bytes], vectors: np.ndarray) -> None:
    """Keep what this training used and nothing older or of another encoder, as a whole or not at all."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    partial = cache.with_name(f"{cache.name}.{os.getpid()}.partial")
    with partial.open("wb") as target:
        np.savez(target, keys=np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(len(keys), -1), vectors=vectors)
    partial.replace(cache)
    for other in cache.parent.glob(f"{_NAME}*.npz"):
        if other != cache:  # of an encoder that is no longer in use
            other.unlink(missing_ok=True)

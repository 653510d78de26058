"""Building and searching in the search benchmark; each runs in a process of its own, so that its memory can be told."""

import resource
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from firstline.knowledge.benchmark.baselines import bm25_alone, brute_force
from firstline.knowledge.benchmark.real_texts import LAYER
from firstline.knowledge.benchmark.task import Task, read_task, synthetic_part
from firstline.knowledge.candidates import NEAREST
from firstline.knowledge.embedding_cache import QUERY, key_of
from firstline.knowledge.encoder import Encoder, Vectors, load_encoder
from firstline.knowledge.examples import unanswered_lines
from firstline.knowledge.index import SearchIndex, index_of, made_of
from firstline.knowledge.index_files import IndexFiles
from firstline.knowledge.lexical import warm_up
from firstline.knowledge.limits import Limits
from firstline.knowledge.normalise import mend_keyboard, normalise
from firstline.knowledge.ranking import Ranker
from firstline.knowledge.remembering_encoder import PreparedEncoder
from firstline.knowledge.search import search_index
from firstline.knowledge.segment import Segment
from firstline.knowledge.stored import STARTER
from firstline.knowledge.vectors import DEPTH, inner_products

_WARM = 20


def build(task: Task) -> dict[str, Any]:
    """Build the index of real and synthetic texts and write it: seconds, peak memory, size on disk."""
    encoder, texts = read_task(task)
    sources = texts.first(task.passages)
    real = Segment.build(sources, texts.vectors, encoder.dim)
    blocks = synthetic_part(task, texts, len(real.texts))
    unanswered = np.stack([texts.vectors[key_of(QUERY, line)] for line in unanswered_lines()])
    warm_up()
    start = time.perf_counter()
    real = Segment.build(sources, texts.vectors, encoder.dim)
    cut = time.perf_counter() - start
    meta = made_of(encoder.name, {LAYER: 1, STARTER: 0})
    index = index_of(Segment.merge([real, *blocks]), unanswered, meta, Limits())
    IndexFiles(_folder(task)).write(index)
    seconds = time.perf_counter() - start
    sizes = index.sizes()
    near = index.segments[0].near_texts
    return {
        **sizes,
        "real_passages": len(real.texts),
        "synthetic_passages": sizes["passages"] - len(real.texts),
        "build_seconds": seconds,
        "of_which_cutting_real_texts": cut,
        "build_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "disk_mb": sum(path.stat().st_size for path in _folder(task).rglob("*") if path.is_file()) / 2**20,
        "passages_index": "exact" if near is None else f"IVF, PQ in 4 bits, {near.probes} lists read",
    }


def search(task: Task) -> dict[str, Any]:
    """Search the index that ``build`` wrote: time, memory, recall, and the same for what it is compared with."""
    encoder = load_encoder(task.settings)
    texts = [normalise(question.query) for question in task.questions]
    vectors = encoder.encode_queries(texts)
    warm_up()
    before = _memory()
    start = time.perf_counter()
    index = IndexFiles(_folder(task)).load(Limits())
    loaded = time.perf_counter() - start
    if index is None:
        raise RuntimeError("the index that was just built can't be read")
    ranker, known = Ranker.load(), PreparedEncoder(encoder)
    mended = [mend_keyboard(text, index.knows) for text in texts]
    known.prepare(mended)

    def timed(asked: Encoder) -> tuple[dict[str, float], dict[str, float]]:
        """Return milliseconds of the clock, and of this thread's processor time, a search."""
        taken, worked = [], []
        for question in (*task.questions[:_WARM], *task.questions):
            start, begin = time.perf_counter(), time.thread_time()
            search_index(index, asked, ranker, question.query, question.lang, 3)
            taken.append(1000 * (time.perf_counter() - start))
            worked.append(1000 * (time.thread_time() - begin))
        warm = min(_WARM, len(task.questions))
        return _percentiles(taken[warm:]), _percentiles(worked[warm:])

    # As in the app, where several searches share the cores.
    with threadpool_limits(1, user_api="blas"):
        without, processor = timed(known)
        embedding, _processor = timed(encoder)
    result: dict[str, Any] = {
        "load_seconds": loaded,
        "search_ms": without,
        "search_processor_ms": processor,
        "search_with_embedding_ms": embedding,
    }
    result["memory_mb"] = (_memory() - before) / 2**20
    result["recall_at_10"] = _recall(index, vectors)
    segment = index.segments[0]
    result["numpy_ms"] = _percentiles(brute_force(segment.texts, vectors))
    asked = [(text, question.lang) for text, question in zip(mended, task.questions, strict=True)]
    seconds, taken = bm25_alone(segment.text_words, asked)
    return result | {"bm25s_build_seconds": seconds, "bm25s_ms": _percentiles(taken)}


def _folder(task: Task) -> Path:
    return task.work / "index" / LAYER


def _recall(index: SearchIndex, queries: Vectors) -> float:
    """Compare the ten best passages of the index's own search with those of all passages scored exactly."""
    vectors = index.segments[0].texts
    found = 0
    for query in queries:
        scores = inner_products(vectors, query)
        exact = np.argpartition(-scores, DEPTH - 1)[:DEPTH]
        rows = np.sort(index.texts.nearest(query, NEAREST))
        best = rows[np.argsort(-index.texts.scores(query, rows))[:DEPTH]]
        found += len(np.intersect1d(exact, best))
    return found / (DEPTH * len(queries))


def _percentiles(taken: Sequence[float]) -> dict[str, float]:
    return {"p50": float(np.percentile(taken, 50)), "p95": float(np.percentile(taken, 95))}


def _memory() -> int:
    """Return the bytes of this process that are in memory, mapped files among them."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()

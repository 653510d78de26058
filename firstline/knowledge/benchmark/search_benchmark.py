"""The search benchmark: real and synthetic texts at several sizes."""

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from firstline.core.errors import BadInput
from firstline.core.logs import configure_logs
from firstline.core.settings import Settings
from firstline.knowledge.benchmark.phases import build, search
from firstline.knowledge.benchmark.publishing import publish
from firstline.knowledge.benchmark.real_texts import read_real_texts
from firstline.knowledge.benchmark.synthetic import synthetic_blocks
from firstline.knowledge.benchmark.task import Task
from firstline.knowledge.embedding_cache import Progress
from firstline.knowledge.encoder import load_encoder
from firstline.knowledge.evaluation import Question

SMALLEST = 100


def run_benchmark(
    settings: Settings,
    sizes: Sequence[int],
    questions: Sequence[Question],
    folders: Sequence[Path],
    progress: Progress,
) -> list[dict[str, Any]]:
    """Measure each size (in passages) and return what was measured, by size.

    Texts that were embedded or made up before are taken from the data folder's ``cache/bench-search``; indexes and
    databases are made in a folder beside it and removed. Raises ``BadInput`` for a size below ``SMALLEST``.
    """
    if small := [size for size in sizes if size < SMALLEST]:
        raise BadInput(f"--sizes has {small[0]}: {SMALLEST} passages are the least that tell anything")
    encoder = load_encoder(settings)
    root = settings.data_dir / "cache" / "bench-search"
    texts = read_real_texts(folders, encoder, root, progress)
    names = [encoder.name, *(source.state for source in texts.sources)]
    cache = root / hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
    synthetic_blocks(texts, max(sizes), cache, progress)
    del texts
    results = []
    for size in sizes:
        work = Path(tempfile.mkdtemp(prefix=f"run-{size}-", dir=root))
        task = Task(size, tuple(folders), tuple(questions), cache, work, settings)
        try:
            result: dict[str, Any] = {"asked_for": size}
            phases = (build, search, publish)
            for done, phase in enumerate(phases):
                progress(f"{size:,} passages: {phase.__name__}", done, len(phases))
                # A process of its own for each, so that memory told is that of the phase alone.
                with ProcessPoolExecutor(1, get_context("spawn"), configure_logs, ("WARNING",)) as pool:
                    result |= pool.submit(phase, task).result()
                progress(f"{size:,} passages: {phase.__name__}", done + 1, len(phases))
            results.append(result)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return results

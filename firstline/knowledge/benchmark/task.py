"""One size to measure, and what each phase reads of it."""

from dataclasses import dataclass
from pathlib import Path

from firstline.core.settings import Settings
from firstline.knowledge.benchmark.real_texts import RealTexts, read_real_texts
from firstline.knowledge.benchmark.synthetic import synthetic_blocks
from firstline.knowledge.encoder import Encoder, load_encoder
from firstline.knowledge.evaluation import Question
from firstline.knowledge.segment import Segment


@dataclass(frozen=True)
class Task:
    """One size to measure: how many passages, over which folders' texts, asked what, and where to keep and to work.

    ``cache`` keeps what is synthetic; the folder it lies in, the real texts.
    """

    passages: int
    folders: tuple[Path, ...]
    questions: tuple[Question, ...]
    cache: Path
    work: Path
    settings: Settings


def read_task(task: Task) -> tuple[Encoder, RealTexts]:
    """Load the encoder and the real texts."""
    encoder = load_encoder(task.settings)
    return encoder, read_real_texts(task.folders, encoder, task.cache.parent, None)


def synthetic_part(task: Task, texts: RealTexts, real: int) -> list[Segment]:
    """Return the synthetic articles beside ``real`` passages."""
    missing = task.passages - real
    return synthetic_blocks(texts, missing, task.cache, None) if missing > 0 else []

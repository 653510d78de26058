"""Prepares the embedding model once: ``python -m firstline.knowledge.prepare_model``.

The work happens in a folder beside the target; each step leaves its result under its final name there, so that a run
that was cut off goes on where it stopped. The target appears complete or not at all.
"""

import fcntl
import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from firstline.core.errors import FirstlineError, SetupIncomplete
from firstline.core.settings import Settings, get_settings
from firstline.knowledge.onnx_encoder import (
    FACTS_FILE,
    MODEL_FILE,
    OWN_TOKENS,
    TOKENIZER_FILE,
    EncoderFacts,
    OnnxEncoder,
    read_facts,
)

if TYPE_CHECKING:
    from types import ModuleType

Progress = Callable[[str, int, int], None]

BUILTIN = "builtin"
BUILTIN_NAME = "multilingual-e5-small"
MODEL_FOLDER = "sentence-transformers"
LEAST_COSINE = 0.98
STEPS = ("read the weights", "export to ONNX", "quantise to 8 bits", "compare with full precision", "done")
SAMPLES_FILE = Path(__file__).parent / "data" / "model_check.json"


def is_prepared(settings: Settings) -> bool:
    """Say whether the model that the settings name stands ready."""
    facts = read_facts(settings.embedding_dir)
    if facts is None or facts.source != settings.embedding_model:
        return False
    return facts.source != BUILTIN or facts.pooling == OWN_TOKENS


def prepare_model(settings: Settings, progress: Progress | None = None) -> bool:
    """Build the embedding model unless it stands ready; returns whether anything was built.

    ``progress`` is told ``(step, steps done, steps in all)``. Raises ``SetupIncomplete`` when a package or the named
    model is missing, or when the 8-bit model strays from the original (mean cosine below 0.98).
    """
    if is_prepared(settings):
        return False
    target = settings.embedding_dir
    target.parent.mkdir(parents=True, exist_ok=True)
    work = target.parent / f"{target.name}.building"
    with _only_one(target.parent / f"{target.name}.lock"):
        if is_prepared(settings):
            return False
        source = work / "source"
        if work.exists() and (not source.is_file() or source.read_text("utf-8") != settings.embedding_model):
            shutil.rmtree(work)
        work.mkdir(exist_ok=True)
        source.write_text(settings.embedding_model, "utf-8")
        _build(work, settings.embedding_model, progress or _silent)
        _swap(work / "result", target)
        shutil.rmtree(work)
    return True


def _build(work: Path, source: str, progress: Progress) -> None:
    builder = _builder()
    plain, exported, result = work / MODEL_FOLDER, work / "exported", work / "result"
    progress(STEPS[0], 0, 4)
    if not plain.exists():
        with _fresh(work / "plain.part") as part:
            builder.save_builtin(part) if source == BUILTIN else builder.save_other(source, part)
            (part / "model").replace(plain)
    progress(STEPS[1], 1, 4)
    if not exported.exists():
        with _fresh(work / "exported.part") as part:
            builder.export(plain, part)
            part.replace(exported)
    progress(STEPS[2], 2, 4)
    if not (work / MODEL_FILE).exists():
        builder.quantise(exported, work / MODEL_FILE, builtin=source == BUILTIN)
    progress(STEPS[3], 3, 4)
    with _fresh(result):
        plain_facts = builder.facts(plain)
        facts = replace(plain_facts, pooling=OWN_TOKENS) if source == BUILTIN else plain_facts
        shutil.copy(work / MODEL_FILE, result / MODEL_FILE)
        shutil.copy(plain / TOKENIZER_FILE, result / TOKENIZER_FILE)
        encoder_facts = EncoderFacts(
            name=BUILTIN_NAME if source == BUILTIN else Path(source).name,
            normalize=True,
            sha256=_sha256(result / MODEL_FILE, facts.pooling),
            source=source,
            **asdict(facts),
        )
        _check(builder, plain, result, replace(encoder_facts, pooling=plain_facts.pooling))
        shutil.copytree(plain, result / MODEL_FOLDER)
        (result / FACTS_FILE).write_text(json.dumps(asdict(encoder_facts), indent=2) + "\n", "utf-8")
    progress(STEPS[4], 4, 4)


def _check(builder: "ModuleType", plain: Path, result: Path, facts: EncoderFacts) -> None:
    samples = json.loads(SAMPLES_FILE.read_text("utf-8"))
    texts = [facts.query_prefix + text for text in samples["queries"]]
    texts += [facts.passage_prefix + text for text in samples["passages"]]
    expected = builder.reference_vectors(plain, texts)
    found = OnnxEncoder(result, facts, threads=2).encode(texts)
    cosine = float(np.mean(np.sum(expected * found, axis=1)))
    if not cosine >= LEAST_COSINE:
        raise SetupIncomplete(
            f"the 8-bit model strays from the original (mean cosine {cosine:.4f}, at least {LEAST_COSINE} is needed): "
            "name another model in FIRSTLINE_EMBEDDING_MODEL"
        )


def _builder() -> "ModuleType":
    try:
        from firstline.knowledge import model_builder
    except ImportError as error:
        raise SetupIncomplete(
            f'preparing the embedding model needs {error.name}: install Firstline with its "model" extra '
            '(pip install "firstline[model]"), or copy a prepared model folder here'
        ) from error
    return model_builder


@contextmanager
def _fresh(folder: Path) -> Iterator[Path]:
    """Give an empty folder, and remove it if the block fails."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Let one process at a time build; the others wait and then find the work done."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _swap(new: Path, target: Path) -> None:
    old = target.parent / f"{target.name}.old"
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.replace(old)
    new.replace(target)
    shutil.rmtree(old, ignore_errors=True)


def _sha256(path: Path, pooling: str) -> str:
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256")
    digest.update(pooling.encode())
    return digest.hexdigest()


def _silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def main() -> int:
    """Prepare the model that the settings name, printing each step; the exit code."""
    settings = get_settings()
    try:
        built = prepare_model(settings, lambda step, done, total: print(f"[{done}/{total}] {step}", flush=True))
    except FirstlineError as error:
        print(error.message, file=sys.stderr)
        return 1
    print(f"embedding model: {settings.embedding_dir}{'' if built else ' (stood ready)'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

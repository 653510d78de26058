"""Learns what smooths the built-in embedding model: ``python -m firstline.knowledge.learn_smoothing``.

The powers that ``model_graph.smooth`` takes are learned once and shipped: learned on each machine they would differ in
a few places, as its arithmetic does, and with them the model's checksum.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import numpy_helper
from tokenizers import Tokenizer

from firstline.knowledge.articles import read_folder
from firstline.knowledge.model_builder import SMOOTHING_FILE, export, fuse, save_builtin
from firstline.knowledge.model_graph import products, save_beside_weights
from firstline.knowledge.starter_library import STARTER_FOLDER

STRENGTH = 0.65
"""How much of a channel's spread moves into the weights; of 0.5 to 0.85, its vectors are closest to 32 bits."""
_EVERY = 40
_LEAST = 1e-5


def learn(fused: Path, tokenizer: Tokenizer, texts: list[str]) -> dict[str, NDArray[np.int8]]:
    """Return the powers for the 32-bit graph in ``fused``, from the values that ``texts`` give rise to."""
    model = onnx.load(str(fused))
    weights = {name: numpy_helper.to_array(tensor) for name, _node, tensor in products(model)}
    inputs = {name: node.input[0] for name, node, _tensor in products(model)}
    outputs = {output.name for output in model.graph.output}
    model.graph.output.extend(onnx.ValueInfoProto(name=value) for value in {*inputs.values()} - outputs)
    watched = fused.with_name("watched.onnx")
    save_beside_weights(model, watched)
    largest = _largest(watched, sorted({*inputs.values()}), tokenizer, texts)
    return {name: _powers(largest[inputs[name]], weights[name]) for name in weights}


def _largest(
    watched: Path, names: list[str], tokenizer: Tokenizer, texts: list[str]
) -> Mapping[str, NDArray[np.float32]]:
    """Return the largest size that each channel of the named values has."""
    session = onnxruntime.InferenceSession(str(watched), providers=["CPUExecutionProvider"])
    known = {entry.name for entry in session.get_inputs()}
    largest = {name: np.zeros(1, np.float32) for name in names}
    for text in texts:
        row = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        feed = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
        found = session.run(names, {name: value for name, value in feed.items() if name in known})
        for name, value in zip(names, found, strict=True):
            largest[name] = np.maximum(largest[name], np.abs(value).reshape(-1, value.shape[-1]).max(axis=0))
    return largest


def _powers(largest: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.int8]:
    spread = STRENGTH * np.log2(np.maximum(largest, _LEAST))
    spread -= (1 - STRENGTH) * np.log2(np.maximum(np.abs(weights).max(axis=1), _LEAST))
    powers: NDArray[np.int8] = np.clip(np.round(8.0 * (spread - spread.mean())), -127, 127).astype(np.int8)
    return powers


def main() -> int:
    """Learn from the starter articles' questions and write the shipped file; the exit code."""
    articles = [article for _path, article in read_folder(STARTER_FOLDER)[0]]
    questions = [question for article in articles for question in article.questions][::_EVERY]
    with tempfile.TemporaryDirectory(prefix="firstline-smoothing-") as name:
        folder = Path(name)
        save_builtin(folder)
        export(folder / "model", folder / "exported")
        fuse(folder / "exported", folder / "fused.onnx")
        tokenizer = Tokenizer.from_file(str(folder / "model" / "tokenizer.json"))
        tokenizer.no_padding()
        powers = learn(folder / "fused.onnx", tokenizer, [f"query: {question}" for question in questions])
    named: dict[str, Any] = dict(powers)
    np.savez_compressed(SMOOTHING_FILE, **named)
    print(f"learned from {len(questions)} questions: {SMOOTHING_FILE}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

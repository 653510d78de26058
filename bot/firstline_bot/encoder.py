"""The sentence encoder that app and bot share, read from the same folder."""

import json
import os
from pathlib import Path
from typing import Any, Dict, List, Sequence

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

_MOST_TOKENS = 512
FOLDER_VARIABLE = "FIRSTLINE_EMBEDDING_DIR"


class EncoderMissing(Exception):
    """The folder does not hold a usable encoder; the message says what is missing."""


class SentenceEncoder:
    """Turns texts into vectors: ``model.onnx``, ``tokenizer.json`` and ``encoder.json`` of one folder."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load the encoder. Raises EncoderMissing when a file is absent."""
        self.meta = read_meta(folder)
        self.dim = int(self.meta["dim"])
        self.prefix = str(self.meta.get("query_prefix", ""))
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        # As many as the app reads, so that both make the same vector of a long message.
        self._tokenizer.enable_truncation(int(self.meta.get("max_tokens", _MOST_TOKENS)))
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # The arena would keep the memory of the largest batch for good.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {item.name for item in self._session.get_inputs()}
        outputs = [item.name for item in self._session.get_outputs()]
        self._pooled = "sentence_embedding" in outputs
        self._output = "sentence_embedding" if self._pooled else outputs[0]

    def encode(self, texts: Sequence[str], batch_size: int = 64) -> np.ndarray:
        """Return one float32 row per text, shape (len(texts), dim), of length one where the encoder says so."""
        encodings = self._tokenizer.encode_batch([self.prefix + text for text in texts])
        # Texts of like length share a batch, so that little time goes into padding.
        order = sorted(range(len(texts)), key=lambda index: len(encodings[index].ids))
        result = np.zeros((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            result[rows] = self._run([encodings[row].ids for row in rows])
        return result

    def _run(self, ids: List[List[int]]) -> np.ndarray:
        width = max(len(row) for row in ids)
        tokens = np.zeros((len(ids), width), dtype=np.int64)
        mask = np.zeros((len(ids), width), dtype=np.int64)
        for index, row in enumerate(ids):
            tokens[index, : len(row)] = row
            mask[index, : len(row)] = 1
        feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        feed = {name: value for name, value in feed.items() if name in self._inputs}
        vectors = self._session.run([self._output], feed)[0]
        if not self._pooled:
            weights = mask[:, :, None].astype(np.float32)
            vectors = (vectors * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0)
        if self.meta.get("normalize", True):
            vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return vectors.astype(np.float32)


def read_meta(folder: Path) -> Dict[str, Any]:
    """Return ``encoder.json``. Raises EncoderMissing with the name of the first file that is not there."""
    for name in ("encoder.json", "model.onnx", "tokenizer.json"):
        if not (folder / name).is_file():
            raise EncoderMissing(
                f"No {name} in '{folder}'. Prepare the embedding model first, or point FIRSTLINE_EMBEDDING_DIR to it."
            )
    meta: Dict[str, Any] = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
    if meta.get("pooling", "mean") != "mean":
        raise EncoderMissing(f"'{folder}' asks for {meta['pooling']} pooling; this encoder knows mean pooling only.")
    return meta


def encoder_folder() -> Path:
    """Return the encoder's folder, from the environment."""
    return Path(os.environ.get(FOLDER_VARIABLE) or "var/models/embedding")


def encoder_sha(folder: Path) -> str:
    """Return the checksum that `encoder.json` gives for the encoder."""
    meta = read_meta(folder)
    return str(meta.get("sha256") or meta.get("name", ""))

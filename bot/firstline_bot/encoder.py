"""The sentence encoder that app and bot share, read from the same folder."""

import json
import os
from pathlib import Path
from typing import Any, Dict, List, Sequence

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

_MOST_TOKENS = 512
OWN_TOKENS = "own"
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
        # Where a text's own tokens begin, behind those of its prefix.
        self._begin = len(self._tokenizer.encode(self.prefix.strip()).ids) - 1
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # The arena would keep the memory of the largest batch for good.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],  # It would join what was left apart to be faster.
        )
        self._inputs = {item.name for item in self._session.get_inputs()}
        outputs = [item.name for item in self._session.get_outputs()]
        self._pooled = "sentence_embedding" in outputs
        self._output = "sentence_embedding" if self._pooled else outputs[0]

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return one float32 row per text, shape (len(texts), dim), of length one where the encoder says so.

        Each text is encoded by itself: a model in 8 bits takes its scale from all that it is given at once, so that in
        a batch a vector would depend on its neighbours.
        """
        encodings = self._tokenizer.encode_batch([self.prefix + text for text in texts])
        result = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, encoding in enumerate(encodings):
            result[row] = self._run(encoding.ids)
        return result

    def _run(self, ids: List[int]) -> np.ndarray:
        tokens = np.array([ids], dtype=np.int64)
        feed = {"input_ids": tokens, "attention_mask": np.ones_like(tokens), "token_type_ids": np.zeros_like(tokens)}
        feed = {name: value for name, value in feed.items() if name in self._inputs}
        vector: np.ndarray = self._session.run([self._output], feed)[0][0]
        if not self._pooled:
            if self.meta["pooling"] == OWN_TOKENS and self._begin < len(vector) - 1:
                vector = vector[self._begin : -1]
            vector = vector.mean(axis=0)
        if self.meta.get("normalize", True):
            vector = vector / max(float(np.linalg.norm(vector)), 1e-9)
        return vector.astype(np.float32)


def read_meta(folder: Path) -> Dict[str, Any]:
    """Return ``encoder.json``. Raises EncoderMissing with the name of the first file that is not there."""
    for name in ("encoder.json", "model.onnx", "tokenizer.json"):
        if not (folder / name).is_file():
            raise EncoderMissing(
                f"No {name} in '{folder}'. Prepare the embedding model first, or point FIRSTLINE_EMBEDDING_DIR to it."
            )
    meta: Dict[str, Any] = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
    if meta.setdefault("pooling", "mean") not in ("mean", OWN_TOKENS):
        raise EncoderMissing(
            f"'{folder}' asks for {meta['pooling']} pooling; this encoder knows mean and {OWN_TOKENS} only."
        )
    return meta


def encoder_folder() -> Path:
    """Return the encoder's folder, from the environment."""
    return Path(os.environ.get(FOLDER_VARIABLE) or "var/models/embedding")


def encoder_sha(folder: Path) -> str:
    """Return the checksum that `encoder.json` gives for the encoder."""
    meta = read_meta(folder)
    return str(meta.get("sha256") or meta.get("name", ""))

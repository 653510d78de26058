"""The encoder that runs the prepared model on ONNX Runtime."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from firstline.core.errors import SetupIncomplete
from firstline.knowledge.encoder import Vectors

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
FACTS_FILE = "encoder.json"
AT_ONCE = min(4, os.cpu_count() or 1)
"""Texts encoded side by side, a thread each, so that a question meanwhile waits for none of them."""
OWN_TOKENS = "own"
"""Pooling by the mean of a text's own tokens, without those of its prefix and the marks at both ends."""
PREPARE_COMMAND = "python -m firstline.knowledge.prepare_model"


@dataclass(frozen=True)
class EncoderFacts:
    """What ``encoder.json`` says about the model beside it; ``sha256`` is of its file and its pooling."""

    name: str
    dim: int
    max_tokens: int
    pooling: str
    normalize: bool
    query_prefix: str
    passage_prefix: str
    sha256: str
    source: str

    @property
    def full_name(self) -> str:
        """The model's name with the start of its file's SHA-256."""
        return f"{self.name}@{self.sha256[:12]}"


class OnnxEncoder:
    """Encodes on the CPU, each text by itself; ONNX Runtime and the tokenizer release the GIL.

    A model in 8 bits takes its scale from all that it is given at once: in a batch a text's vector would depend on its
    neighbours (cosine 0.997), and so would everything that is learned from it.
    """

    def __init__(self, folder: Path, facts: EncoderFacts, *, threads: int = 1) -> None:
        """Load ``model.onnx`` and ``tokenizer.json`` of ``folder``."""
        self.facts = facts
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # The arena would keep the memory of the largest batch for good.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL_FILE),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],  # It would join what was left apart to be faster.
        )
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        self._output = self._session.get_outputs()[0].name
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=facts.max_tokens)
        prefixes = ("", facts.query_prefix, facts.passage_prefix)
        # Where a text's own tokens begin, behind those of its prefix.
        self._begins = {prefix: len(self._tokenizer.encode(prefix.strip()).ids) - 1 for prefix in prefixes}

    @classmethod
    def load(cls, folder: Path, *, threads: int = 1) -> "OnnxEncoder":
        """Load the model prepared in ``folder``; raises ``SetupIncomplete`` when it is missing or damaged."""
        facts = read_facts(folder)
        if facts is None:
            raise SetupIncomplete(f"the embedding model is not prepared: run `{PREPARE_COMMAND}`")
        try:
            return cls(folder, facts, threads=threads)
        except Exception as error:  # the runtime and the tokenizer raise bare exceptions of their own
            raise SetupIncomplete(
                f"the embedding model in {folder} can't be read ({str(error).splitlines()[0][:200]}): "
                f"delete the folder and run `{PREPARE_COMMAND}`"
            ) from error

    @property
    def name(self) -> str:
        """The model's name with the start of its file's SHA-256."""
        return self.facts.full_name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self.facts.dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode questions with the model's query prefix."""
        return self.encode(texts, self.facts.query_prefix)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode passages with the model's passage prefix; text beyond the model's length is cut."""
        return self.encode(texts, self.facts.passage_prefix)

    def count_tokens(self, text: str) -> int:
        """Count the tokens of ``text``, up to the model's limit."""
        return len(self._tokenizer.encode(text).ids)

    def encode(self, texts: Sequence[str], prefix: str = "") -> Vectors:
        """Encode ``texts``, with ``prefix`` before each: none or one of the model's two."""
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch([prefix + text for text in texts])]
        begin = self._begins[prefix]

        def run(row: int) -> None:
            vectors[row] = self._run(tokens[row], begin)

        if len(tokens) == 1:
            run(0)
        else:
            with ThreadPoolExecutor(AT_ONCE, "encode") as pool:
                list(pool.map(run, range(len(tokens))))
        return vectors

    def _run(self, ids: list[int], begin: int) -> Vectors:
        """Return the vector of a text whose own tokens stand from ``begin`` to the last but one."""
        tokens = np.array([ids], dtype=np.int64)
        feed = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
        if "token_type_ids" in self._inputs:
            feed["token_type_ids"] = np.zeros_like(tokens)
        hidden: Any = self._session.run([self._output], feed)[0][0]
        if self.facts.pooling == OWN_TOKENS and begin < len(hidden) - 1:
            hidden = hidden[begin:-1]
        pooled = hidden[0] if self.facts.pooling == "cls" else hidden.mean(axis=0)
        result: Vectors = (pooled / max(float(np.linalg.norm(pooled)), 1e-12)).astype(np.float32)
        return result


def read_facts(folder: Path) -> EncoderFacts | None:
    """Read ``encoder.json``; None when the folder holds no complete model."""
    if not all((folder / name).is_file() for name in (MODEL_FILE, TOKENIZER_FILE, FACTS_FILE)):
        return None
    try:
        return EncoderFacts(**json.loads((folder / FACTS_FILE).read_text("utf-8")))
    except (ValueError, TypeError):
        return None

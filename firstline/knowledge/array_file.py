"""Named arrays in one file, read back memory-mapped: those that lie in memory column by column lie so in the file."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"FLARRAY1"
_ALIGN = 64
_COLUMNS = "columns"


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write ``arrays`` to ``path`` and wait until the disk has them."""
    places: dict[str, Any] = {}
    offset = 0
    for name, array in arrays.items():
        places[name] = [array.dtype.str, list(array.shape), offset, *([_COLUMNS] if _by_columns(array) else [])]
        offset += -(-array.nbytes // _ALIGN) * _ALIGN
    head = json.dumps({"arrays": places, "size": offset}).encode()
    head += b" " * (-(len(_MAGIC) + 8 + len(head)) % _ALIGN)
    with path.open("wb") as file:
        file.write(_MAGIC + len(head).to_bytes(8, "little") + head)
        for array in arrays.values():
            np.ascontiguousarray(array.T if _by_columns(array) else array).tofile(file)
            file.write(b"\0" * (-array.nbytes % _ALIGN))
        file.flush()
        os.fsync(file.fileno())


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read what ``write_arrays`` wrote; raises ``OSError`` or ``ValueError`` when it is not whole."""
    data = np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))
    if data[: len(_MAGIC)].tobytes() != _MAGIC:
        raise ValueError(f"{path.name} holds no arrays")
    begin = len(_MAGIC) + 8 + int.from_bytes(data[len(_MAGIC) : len(_MAGIC) + 8].tobytes(), "little")
    head = json.loads(data[len(_MAGIC) + 8 : begin].tobytes())
    if len(data) != begin + head["size"]:
        raise ValueError(f"{path.name} is cut short")
    found: dict[str, NDArray[Any]] = {}
    for name, (kind, shape, offset, *order) in head["arrays"].items():
        dtype = np.dtype(kind)
        size = int(np.prod(shape)) * dtype.itemsize
        held = data[begin + offset : begin + offset + size].view(dtype)
        found[name] = held.reshape(shape, order="F" if order == [_COLUMNS] else "C")
    return found


def _by_columns(array: NDArray[Any]) -> bool:
    return array.flags.f_contiguous and not array.flags.c_contiguous

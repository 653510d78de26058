"""Collections of messages whose intent is known: ``<name>_train.jsonl`` and ``<name>_test.jsonl`` of one folder."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from firstline.core.errors import BadInput

OUT_OF_SCOPE = "oos"
"""Intent of messages that belong to none of the others."""
_TRAIN, _TEST = "_train.jsonl", "_test.jsonl"


@dataclass(frozen=True)
class Example:
    """A message and what it means."""

    text: str
    intent: str


@dataclass(frozen=True)
class Collection:
    """Messages to learn from and others to be judged by."""

    name: str
    train: list[Example]
    test: list[Example]

    @property
    def has_out_of_scope(self) -> bool:
        """Tell whether some messages belong to no intent."""
        return any(row.intent == OUT_OF_SCOPE for row in self.test)

    def draw(self, shots: int, seed: int) -> list[Example]:
        """Return ``shots`` examples of each intent, or all where there are fewer; each seed draws others."""
        order = np.random.default_rng(seed).permutation(len(self.train))
        taken: dict[str, int] = {}
        chosen: list[int] = []
        for row in order:
            intent = self.train[row].intent
            if taken.get(intent, 0) < shots:
                taken[intent] = taken.get(intent, 0) + 1
                chosen.append(int(row))
        return [self.train[row] for row in sorted(chosen)]

    def folds(self, count: int) -> Iterator[tuple[list[Example], list[Example]]]:
        """Split what is learned from ``count`` times into two parts: to fit, to ask; each row is asked once.

        The rows of an intent are dealt out in turn, so that each part holds nearly as many of it.
        """
        seen: dict[str, int] = {}
        places = []
        for row in self.train:
            places.append(seen.get(row.intent, 0) % count)
            seen[row.intent] = seen.get(row.intent, 0) + 1
        for place in range(count):
            pairs = list(zip(self.train, places, strict=True))
            yield [row for row, own in pairs if own != place], [row for row, own in pairs if own == place]


def read_collections(folder: Path) -> list[Collection]:
    """Read every collection of a folder; raises ``BadInput``, with file and line where a row is at fault."""
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}.")
    names = [path.name.removesuffix(_TRAIN) for path in sorted(folder.glob(f"*{_TRAIN}"))]
    if not names:
        raise BadInput(f"{folder} holds no <name>{_TRAIN}; each needs a <name>{_TEST} beside it.")
    return [_read_collection(folder, name) for name in names]


def _read_collection(folder: Path, name: str) -> Collection:
    train_file, test_file = folder / f"{name}{_TRAIN}", folder / f"{name}{_TEST}"
    train = [row for _, row in _rows(train_file)]
    known = {row.intent for row in train}
    if len(known - {OUT_OF_SCOPE}) < 2:
        raise BadInput(f"{train_file}: needs messages of two intents or more beside '{OUT_OF_SCOPE}'.")
    test = []
    for line, row in _rows(test_file):
        if row.intent not in known | {OUT_OF_SCOPE}:
            raise BadInput(f"{test_file}:{line}: no message in {train_file.name} has the intent '{row.intent}'.")
        test.append(row)
    if all(row.intent == OUT_OF_SCOPE for row in test):
        raise BadInput(f"{test_file}: needs messages of an intent, not only '{OUT_OF_SCOPE}'.")
    return Collection(name, train, test)


def _rows(path: Path) -> Iterator[tuple[int, Example]]:
    """Yield each row with its line; raises ``BadInput`` for a file or row that can't be used."""
    if not path.is_file():
        raise BadInput(f"There is no file {path}.")
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            row: Any = json.loads(line)
            example = Example(row["text"], row["intent"])
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f'{path}:{number}: needs {{"id","lang","text","intent"}} ({error!r}).') from error
        for name, value in (("text", example.text), ("intent", example.intent)):
            if not isinstance(value, str) or not value.strip():
                raise BadInput(f"{path}:{number}: '{name}' must be a text that is not empty.")
        yield number, example

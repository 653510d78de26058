"""A file of figures as a table: which encoding, which separator, which columns, and its rows one after the other."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import yaml

from firstline.training.cells import plain
from firstline.training.encoding import encoding_of
from firstline.training.problems import BrokenRow, UnreadableFile

_SEPARATORS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_HEAD_LINES = 3
_LONGEST_LINE = 100_000
_DATA = Path(__file__).parent / "data"
_FIGURES = ("seats", "assigned", "active", "users", "deployment", "usage")


@dataclass(frozen=True)
class Row:
    """A row: the line it begins on, and its cells by column, those that aren't empty; ``extra`` has too many cells."""

    line: int
    cells: dict[str, str]
    extra: bool = False


@dataclass(frozen=True)
class Table:
    """A table that can be read once. ``columns`` are ours, ``ignored`` headings that were left out."""

    encoding: str
    separator: str
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: Iterator[Row]


@cache
def known_columns() -> dict[str, tuple[str, ...]]:
    """Return each column with what people call it, in both languages."""
    content = yaml.safe_load((_DATA / "columns.yaml").read_text("utf-8"))
    return {name: tuple(words) for name, words in content.items()}


def read_table(file: BinaryIO, *, ignore_others: bool = False) -> Table:
    """Find out how ``file`` is written and return its table; raises ``UnreadableFile``, its rows also ``BrokenRow``.

    The separator is the one under which most headings are known. A heading that isn't known is refused, unless
    ``ignore_others``.
    """
    encoding = encoding_of(file)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    text.seek(0)
    start = list(islice(_lines(text), _HEAD_LINES))
    skipped = 0
    forced = _SEPARATOR_LINE.fullmatch(start[0]) if start else None
    if forced:
        del start[0]
        skipped = 1
    while start and not start[0].strip(" \t\r\n,;|\ufeff"):
        del start[0]
        skipped += 1
    if not start:
        raise UnreadableFile("file_empty", "The file holds no table; save the table as CSV and import that.")
    separator = forced[1] if forced else max(_SEPARATORS, key=lambda one: len(_known(_cells(start, one))))
    headings = _cells(start, separator)
    columns, ignored = _columns(headings, ignore_others)
    reader = csv.reader(chain(start, _lines(text)), delimiter=separator, strict=True)
    next(reader)
    names = tuple(name for name in columns if name)
    return Table(encoding, separator, names, ignored, _rows(reader, columns, skipped))


def _lines(text: TextIO) -> Iterator[str]:
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise UnreadableFile("line_long", f"A line is longer than {_LONGEST_LINE:,} letters; is this a table?")
        yield line


def _cells(lines: list[str], separator: str) -> list[str]:
    try:
        return [plain(cell).lstrip("\ufeff") for cell in next(csv.reader(lines, delimiter=separator), [])]
    except csv.Error:
        return []


def _bare(heading: str) -> str:
    return re.sub(r"[\s_\-.%()\[\]:#*]+", "", heading.casefold())


@cache
def _names() -> dict[str, str]:
    return {_bare(word): name for name, words in known_columns().items() for word in words}


def _known(headings: list[str]) -> list[str]:
    return [_names()[bare] for heading in headings if (bare := _bare(heading)) in _names()]


def _columns(headings: list[str], ignore_others: bool) -> tuple[list[str], tuple[str, ...]]:
    columns = [_names().get(_bare(heading), "") for heading in headings]
    unknown = tuple(heading for heading, name in zip(headings, columns, strict=True) if not name and heading)
    found = [name for name in columns if name]
    expected = "; ".join(f"{name} ({_korean(words)})" for name, words in known_columns().items())
    if not found:
        seen = ", ".join(headings)[:200]
        raise UnreadableFile(
            "file_columns", f"The first line names no column that is known: {seen}. Expected: {expected}.", seen=seen
        )
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        both = ", ".join(f"'{one}'" for one, name in zip(headings, columns, strict=True) if name in twice)
        raise UnreadableFile("columns_twice", f"Two columns mean the same: {both}. Remove one.", columns=both)
    missing = _missing(found)
    if missing:
        raise UnreadableFile(
            "columns_missing",
            f"The column {missing} is missing. Found: {', '.join(headings)[:200]}. Expected: {expected}.",
            column=missing,
        )
    if unknown and not ignore_others:
        named = ", ".join(f"'{one}'" for one in unknown)[:400]
        raise UnreadableFile(
            "columns_unknown",
            f"These columns are unknown: {named}. Rename or remove them, or leave them out of the import. "
            f"Expected: {expected}.",
            columns=named,
        )
    return columns, unknown


def _korean(words: tuple[str, ...]) -> str:
    return next(word for word in words if not word.isascii())


def _missing(found: list[str]) -> str:
    if "customer" not in found and "name" not in found:
        return "customer"
    if "date" not in found:
        return "date"
    return "" if set(found) & set(_FIGURES) else "seats, deployment or usage"


def _rows(reader: Any, columns: list[str], skipped: int) -> Iterator[Row]:
    while True:
        line = reader.line_num + skipped + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BrokenRow(line, str(error)) from error
        if not any(map(str.strip, cells)):
            continue
        filled = {name: text for name, cell in zip(columns, cells, strict=False) if name and (text := plain(cell))}
        yield Row(line, filled, extra=any(map(str.strip, cells[len(columns) :])))

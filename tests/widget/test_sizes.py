"""What a customer's browser has to load stays small."""

import gzip
from pathlib import Path

STATIC = Path(__file__).parents[2] / "firstline" / "chat" / "static"
KB = 1024


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_loader_is_at_most_4_kb() -> None:
    assert compressed(STATIC / "widget.js") <= 4 * KB


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_a_first_message_needs_is_at_most_31_kb() -> None:
    """The modules in ``later/`` come when somebody waits, rates or sends a file (test_later holds that)."""
    needed = [path for path in files(STATIC) if path.name != "widget.js" and STATIC / "later" not in path.parents]
    assert len(needed) > 10
    assert sum(map(compressed, needed)) <= 31 * KB


def test_what_comes_later_is_at_most_14_kb() -> None:
    assert sum(map(compressed, files(STATIC / "later"))) <= 14 * KB

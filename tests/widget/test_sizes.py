"""What a customer's browser has to load stays small."""

import gzip
from pathlib import Path

STATIC = Path(__file__).parents[2] / "firstline" / "chat" / "static"
KB = 1024


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_loader_is_at_most_4_kb() -> None:
    assert compressed(STATIC / "widget.js") <= 4 * KB


def test_app_is_at_most_30_kb() -> None:
    files = [path for path in STATIC.rglob("*") if path.is_file() and path.name != "widget.js"]
    assert len(files) > 10
    assert sum(map(compressed, files)) <= 30 * KB

"""Decisions are numbered without gaps, short, and say context, decision and consequences."""

import re
from pathlib import Path

import pytest

from firstline.core.settings import PROJECT_ROOT

FILES = sorted((PROJECT_ROOT / "docs" / "decisions").iterdir())


def test_numbers_have_no_gaps() -> None:
    assert [path.name[:5] for path in FILES] == [f"{number:04d}-" for number in range(1, len(FILES) + 1)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_decision_is_short_and_whole(path: Path) -> None:
    assert re.fullmatch(r"\d{4}(-[a-z0-9]+)+\.md", path.name)
    lines = path.read_text("utf-8").splitlines()
    assert re.fullmatch(rf"# {path.name[:4]} \S.*", lines[0])
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]
    assert len(lines) < 60


def test_every_decision_is_linked_from_the_index() -> None:
    index = (PROJECT_ROOT / "docs" / "README.md").read_text("utf-8")
    assert [path.name for path in FILES if f"(decisions/{path.name})" not in index] == []

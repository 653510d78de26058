"""docs/complaints.md names tests that exist, at least one for every complaint."""

import ast
import re
from pathlib import Path

import pytest

from firstline.core.settings import PROJECT_ROOT

ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in (PROJECT_ROOT / "docs" / "complaints.md").read_text("utf-8").splitlines()
    if line.startswith("| ")
][1:]
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def names_in(path: Path) -> set[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, functions)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_every_complaint_has_tests_that_exist(row: list[str]) -> None:
    named = TEST.findall(row[-1])
    assert named, row[0]
    missing = [f"{path}::{name}" for path, name in named if name not in names_in(PROJECT_ROOT / path)]
    assert missing == []
    assert len(TEST.sub("", row[-1]).strip(", ")) == 0, "something else than tests stands in the last column"

"""docs/security.md names tests that exist, for every danger that something stops."""

import ast
import re
from functools import cache

import pytest

from firstline.core.settings import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs" / "security.md").read_text("utf-8")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for table in re.findall(r"^\| Danger \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    for line in table.splitlines()
]


@cache
def names_in(path: str) -> set[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse((PROJECT_ROOT / path).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, functions)}


def test_the_page_has_its_tables() -> None:
    assert len(ROWS) > 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_every_danger_has_tests_that_exist(row: list[str]) -> None:
    assert len(row) == 3
    named = TEST.findall(row[2])
    assert named and not TEST.sub("", row[2]).strip(", ")
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []

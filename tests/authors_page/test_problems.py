"""Every problem an author can meet has words in both languages; nothing comes through in the server's own English."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import firstline
from firstline.authoring.errors import Wrong
from firstline.web.pages import STATIC_FOLDER

ROOT = Path(firstline.__file__).parent
RAISING = [
    ROOT / "core" / "errors.py",
    ROOT / "web" / "staff_session.py",
    ROOT / "web" / "authors_api.py",
    ROOT / "serve" / "http_errors.py",
    *sorted((ROOT / "authoring").glob("*.py")),
    *sorted((ROOT / "web" / "authors").glob("*.py")),
    *sorted((ROOT / "knowledge").glob("*.py")),
]
OF_THE_FRAMEWORK = {"method_not_allowed", "unsupported_media_type", "http_error"}


def codes(path: Path) -> Iterator[str]:
    """Find what is given as ``code=`` or ``default_code``, and the codes of HTTP's own errors."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.keyword(arg="code", value=value):
                yield from (part.value for part in ast.walk(value) if isinstance(part, ast.Constant))
            case ast.Assign(targets=[ast.Name(id="default_code")], value=ast.Constant(value=code)):
                yield code
            case ast.AnnAssign(target=ast.Name(id="default_code"), value=ast.Constant(value=code)):
                yield code
    if path.name == "http_errors.py":
        yield from re.findall(r'\d{3}: "([a-z_]+)"', path.read_text("utf-8"))
        yield from re.findall(r'error_response\(\d+, "([a-z_]+)"', path.read_text("utf-8"))
    if path.parent.name in ("authoring", "authors"):
        yield from re.findall(r'FileError\([^)]*"([a-z]+(?:_[a-z]+)+)"', path.read_text("utf-8"))


RAISED = {code for path in RAISING for code in codes(path)} - OF_THE_FRAMEWORK - {"slug"}


def table(lang: str) -> dict[str, str]:
    words: dict[str, str] = json.loads((STATIC_FOLDER / "strings" / f"{lang}.json").read_text("utf-8"))
    return words


def test_the_search_for_codes_finds_those_of_each_kind() -> None:
    assert {"not_own", "lost_answers", "near_key", "slug_format", "unknown_kind", "too_large", "internal"} <= RAISED


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_code_that_is_raised_has_a_sentence(lang: str) -> None:
    assert {code for code in RAISED if f"problem_{code}" not in table(lang)} == set()


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_everything_that_can_be_wrong_with_a_field_has_words(lang: str) -> None:
    words = table(lang)
    assert [code for code in get_args(Wrong) if f"wrong_{code}" not in words] == []
    assert [key for key in words if key.startswith("problem_") and not words[key].strip()] == []


def test_what_the_server_says_in_english_is_never_shown() -> None:
    code = "\n".join(path.read_text("utf-8") for path in (STATIC_FOLDER / "authors").glob("*.js"))
    assert not re.search(r"error\.message|\.said\b", code)

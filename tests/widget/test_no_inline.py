"""Nothing needs more than script-src 'self'; style-src 'self', and no text is ever parsed as HTML."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from .fake_routes import render_demo

PACKAGE = Path(__file__).parents[2] / "firstline"
STATIC = PACKAGE / "chat" / "static"
SCRIPTS = sorted([*STATIC.rglob("*.js"), *(PACKAGE / "web" / "static" / "demo").glob("*.js")])


class InlineFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or (tag == "script" and not names.get("src")):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in names if name == "style" or name.startswith("on")]
        self.found += [
            f"{tag} {name}" for name, value in attrs if (value or "").lower().startswith(("javascript:", "data:"))
        ]


def inline(html: str) -> list[str]:
    finder = InlineFinder()
    finder.feed(html)
    return finder.found


def test_frame_has_nothing_inline() -> None:
    assert inline((STATIC / "frame.html").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_demo_page_has_nothing_inline_and_carries_the_script_tag(lang: str) -> None:
    html = render_demo(lang)
    assert inline(html) == []
    assert f'<script src="/widget.js" data-partner="demo" data-locale="{lang}" async></script>' in html
    assert f'<html lang="{lang}">' in html


def test_finder_finds() -> None:
    assert inline('<p style="x" onclick="y"><script>z</script><style></style><a href="javascript:a">') == [
        "p style",
        "p onclick",
        "script",
        "style",
        "a href",
    ]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_parses_html_or_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setAttribute\(\"style", text
    )
    assert not re.search(r'postMessage\([^)]*"\*"', text)

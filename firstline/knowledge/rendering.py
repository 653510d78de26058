"""Article Markdown as HTML that is safe to show."""

import re
import unicodedata
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt

_TAGS = {
    "h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "br", "hr",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "ol": {"start"}}
_LEVELS = {"h1": "h2", "h5": "h4", "h6": "h4"}
_NOT_IN_ID = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Heading:
    """A section's heading with the id of its anchor."""

    id: str
    text: str


@dataclass(frozen=True)
class Rendered:
    """Clean HTML and its second-level headings."""

    html: str
    headings: list[Heading]


def render(markdown: str) -> Rendered:
    """Render Markdown; raw HTML is shown as text, scripts and odd addresses are dropped, headings get anchors."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    stream = parser.parse(markdown)
    headings: list[Heading] = []
    used: set[str] = set()
    for place, token in enumerate(stream):
        if token.type not in ("heading_open", "heading_close"):
            continue
        token.tag = _LEVELS.get(token.tag, token.tag)
        if token.type == "heading_open":
            text = nh3.clean(stream[place + 1].content, tags=set()).replace("*", "").replace("`", "")
            anchor = _anchor(text, used)
            token.attrSet("id", anchor)
            if token.tag == "h2":
                headings.append(Heading(anchor, text))
    html = parser.renderer.render(stream, parser.options, {})
    clean = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )  # fmt: skip
    return Rendered(clean, headings)


def _anchor(text: str, used: set[str]) -> str:
    base = _NOT_IN_ID.sub("-", unicodedata.normalize("NFC", text).lower()).strip("-") or "section"
    anchor, number = base, 2
    while anchor in used:
        anchor, number = f"{base}-{number}", number + 1
    used.add(anchor)
    return anchor

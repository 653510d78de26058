"""Article Markdown as HTML that is safe to show."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    "h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "br", "hr",
    "table", "thead", "tbody", "tr", "th", "td", "img",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "ol": {"start"},
    "img": {"src", "alt", "title"},
}
_LEVELS = {"h1": "h2", "h5": "h4", "h6": "h4"}
_OWN_PICTURE = re.compile(r"/articles/[a-z0-9_-]+/images/[0-9a-f]+\.(?:png|jpg|webp|gif)")
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
    _drop_foreign_pictures(stream)
    headings: list[Heading] = []
    used: set[str] = set()
    for place, token in enumerate(stream):
        if token.type not in ("heading_open", "heading_close"):
            continue
        token.tag = _LEVELS.get(token.tag, token.tag)
        if token.type == "heading_open":
            text = _heading_text(stream[place + 1].content)
            anchor = anchor_for(text, used)
            token.attrSet("id", anchor)
            if token.tag == "h2":
                headings.append(Heading(anchor, text))
    html = parser.renderer.render(stream, parser.options, {})
    clean = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer", attribute_filter=_keep_attribute,
    )  # fmt: skip
    return Rendered(clean, headings)


def anchor_for(heading: str, used: set[str]) -> str:
    """Return the id of a heading in Markdown, and add it to those ``used`` on the page so far."""
    text = _heading_text(heading)
    base = _NOT_IN_ID.sub("-", unicodedata.normalize("NFC", text).lower()).strip("-") or "section"
    anchor, number = base, 2
    while anchor in used:
        anchor, number = f"{base}-{number}", number + 1
    used.add(anchor)
    return anchor


def _drop_foreign_pictures(tokens: Sequence[Token]) -> None:
    """Put a picture's description in its place, unless Firstline serves it: other servers would learn who reads."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "image" and not _OWN_PICTURE.fullmatch(str(child.attrs.get("src", ""))):
                child.type, child.tag, child.children = "text", "", None


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    return None if tag == "img" and name == "src" and not _OWN_PICTURE.fullmatch(value) else value


def _heading_text(content: str) -> str:
    return nh3.clean(content, tags=set()).replace("*", "").replace("`", "")

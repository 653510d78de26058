"""HTML and Word documents as Markdown, without anything that acts."""

import base64
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import mammoth
import nh3
from bs4 import BeautifulSoup
from markdownify import ATX, MarkdownConverter

from firstline.core.errors import BadInput

_TAGS = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "strong", "b", "em", "i", "code", "pre", "blockquote",
    "a", "br", "hr", "table", "thead", "tbody", "tr", "th", "td", "img", "div", "section", "article",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}}
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_FIRST_HEADING = re.compile(r"\A\s*#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
_DEEPEST = 200
_DOCX_FILES, _DOCX_BYTES = 2_000, 50 * 1024 * 1024

KeepImage = Callable[[str], str | None]
"""Keeps the picture that an address in a document means; returns its new address, None to leave it out."""


def html_to_markdown(html: str, keep_image: KeepImage) -> tuple[str, str]:
    """Return (title, Markdown) of a page; scripts, styles, handlers and odd addresses are gone.

    Raises ``BadInput`` for what is nested beyond reason.
    """
    title = match[1] if (match := _TITLE.search(html)) else ""
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel", "data"},
        link_rel=None,
        clean_content_tags={"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"},
    )
    if _depth(clean) > _DEEPEST:
        raise BadInput("the page is nested too deeply; save it more simply", code="too_deep")
    soup = BeautifulSoup(clean, "html.parser")
    for link in soup.find_all("a"):
        if str(link.get("href", "")).lower().lstrip().startswith("data:"):
            link.unwrap()
    for image in soup.find_all("img"):
        address = keep_image(str(image.get("src", "")))
        if address is None:
            image.decompose()
        else:
            image["src"] = address
    if heading := soup.find("h1"):
        # What stands above it is a site's own frame: the page's name is its first heading all the same.
        title = heading.get_text()
        heading.decompose()
    text = MarkdownConverter(heading_style=ATX, bullets="-", table_infer_header=True).convert_soup(soup)
    return _with_title(text, title if heading else BeautifulSoup(title, "html.parser").get_text())


def docx_to_markdown(data: bytes, add_image: Callable[[bytes], str | None]) -> tuple[str, str]:
    """Return (title, Markdown) of a Word document; raises ``BadInput`` when it is none or too large inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > _DOCX_FILES or sum(part.file_size for part in parts) > _DOCX_BYTES:
                raise BadInput("the document is too large when unpacked", code="too_large")
            for part in parts:
                # The sizes in the directory are only what it says of itself.
                with archive.open(part) as opened:
                    if len(opened.read(part.file_size + 1)) > part.file_size:
                        raise BadInput("the document is damaged; save it again", code="bad_word")
        html = mammoth.convert_to_html(io.BytesIO(data), convert_image=mammoth.images.img_element(_inline)).value
    except BadInput:
        raise
    except Exception as error:
        problem = "the file can't be read as a Word document (.docx); save it again in that format"
        raise BadInput(problem, code="bad_word") from error

    def keep(address: str) -> str | None:
        head, _, content = address.partition(";base64,")
        return add_image(base64.b64decode(content)) if head.startswith("data:") else None

    return html_to_markdown(html, keep)


def plain_to_markdown(text: str) -> tuple[str, str]:
    """Return (title, body) of Markdown without front matter."""
    return _with_title(text, "")


def _inline(image: Any) -> dict[str, str]:
    with image.open() as opened:
        content = base64.b64encode(opened.read()).decode("ascii")
    return {"src": f"data:{image.content_type};base64,{content}"}


def _with_title(text: str, title: str) -> tuple[str, str]:
    """Take the first-level heading that opens the text as the title; it does not stay in the body."""
    body = _BLANK_LINES.sub("\n\n", text.replace("\r\n", "\n")).strip()
    if match := _FIRST_HEADING.match(body):
        title, body = re.sub(r"[*_`\\]", "", match[1]), body[match.end() :].strip()
    return " ".join(title.split())[:200], body


def _depth(html: str) -> int:
    depth = deepest = 0
    for closing, name in re.findall(r"<(/?)([a-z0-9]+)", html):
        if name in ("br", "hr", "img"):
            continue
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
    return deepest

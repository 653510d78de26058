"""Markdown as the chat can show it: paragraphs, lists, quotes, code, bold text and web links."""

import re

_FENCED = re.compile(r"(^[ \t]*(?:```|~~~).*?^[ \t]*(?:```|~~~)[ \t]*$)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`[^`\n]+`)")
_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_ROW = re.compile(r"(?<!\\)\|")
_PICTURE = re.compile(r"!\[([^\[\]\n]*)\]\([^()\n]*\)")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s]*)*)>?(?:\s+[\"'][^\"'\n]*[\"'])?\s*\)")
_BARE_LINK = re.compile(r"<(https?://[^<>\s]+)>")
_EMPHASIS = re.compile(
    r"(?<![*\w\\])\*(?![*\s])([^*\n]+?)(?<![*\s\\])\*(?![*\w])|(?<![\w_\\])_(?![_\s])([^_\n]+?)(?<![_\s\\])_(?![\w_])"
)
_WEB_LINK = re.compile(r"\[([^\[\]\n]+)\]\((?:[^()\s]|\([^()\s]*\))+\)")
_MARKS = re.compile(r"\*\*|^[ \t]*(?:```|~~~).*\n?|`|^[ \t]*>[ \t]?", re.MULTILINE)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")


def chat_markdown(text: str) -> str:
    """Rewrite what the chat would show with its marks: tables, pictures, emphasis, links that lead nowhere, escapes.

    A table becomes its head in bold and a list of its rows, a picture its description; code stays as it is.
    """
    parts = _FENCED.split(text)
    return "".join(part if place % 2 else _plain(part) for place, part in enumerate(parts))


def plain_text(markdown: str) -> str:
    """Take away the marks that the chat would render: bold, code and links become their text."""
    return _MARKS.sub("", _WEB_LINK.sub(r"\1", markdown))


def _plain(text: str) -> str:
    parts = _CODE.split(_tables(text))
    return "".join(part if place % 2 else _inline(part) for place, part in enumerate(parts))


def _inline(text: str) -> str:
    text = _PICTURE.sub(r"\1", text)
    text = _LINK.sub(lambda found: _link(found[1], found[2]), text)
    text = _BARE_LINK.sub(r"\1", text)
    text = _EMPHASIS.sub(lambda found: found[1] or found[2], text)
    return _ESCAPE.sub(r"\1", text)


def _link(label: str, target: str) -> str:
    return f"[{label}]({target})" if target.startswith(("https://", "http://")) else label


def _tables(text: str) -> str:
    lines = text.split("\n")
    done: list[str] = []
    place = 0
    while place < len(lines):
        if "|" in lines[place] and place + 1 < len(lines) and "-" in lines[place + 1] and _RULE.match(lines[place + 1]):
            done += [f"**{_cells(lines[place])}**", ""]
            place += 2
            while place < len(lines) and "|" in lines[place]:
                done.append(f"- {_cells(lines[place])}")
                place += 1
        else:
            done.append(lines[place])
            place += 1
    return "\n".join(done)


def _cells(row: str) -> str:
    inner = row.strip().removeprefix("|").removesuffix("|")
    return " · ".join(cell for part in _ROW.split(inner) if (cell := part.strip().replace("**", "")))

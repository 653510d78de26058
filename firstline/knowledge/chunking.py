"""Cuts an article into passages that can be read alone."""

import re
from dataclasses import dataclass

TARGET = 900
"""Size of a passage; a Hangul syllable counts as two (it costs a model about twice a Latin letter)."""

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
ITEM = re.compile(r"^\s{0,3}(?:[-*+]|\d{1,3}[.)])\s+")
"""Where an item of a list begins, with its mark."""
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+|(?<=[다요]\.)\s*|\n")
_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff]")


@dataclass(frozen=True)
class Chunk:
    """A passage under its heading (empty for the lead); ``text`` is Markdown without the heading."""

    heading: str
    text: str


@dataclass(frozen=True)
class Block:
    """A paragraph, list item, table or code block: what is never cut when it fits."""

    text: str
    is_item: bool


def size_of(text: str) -> int:
    """Measure text: characters, wide ones twice."""
    return len(text) + len(_WIDE.findall(text))


def chunk(body: str, target: int = TARGET) -> list[Chunk]:
    """Cut Markdown into passages of about ``target``; a section stays whole when it fits, a step always does.

    There is always one passage at least, if only of headings.
    """
    chunks: list[Chunk] = []
    for heading, lines in _sections(body):
        for text in _pack(blocks("\n".join(lines)), target):
            chunks.append(Chunk(heading, text))
    return chunks or [Chunk("", body.strip())]


def blocks(text: str) -> list[Block]:
    """Split Markdown at blank lines and list items; code blocks stay whole."""
    found: list[Block] = []
    current: list[str] = []
    fenced = False

    def close() -> None:
        if any(line.strip() for line in current):
            found.append(Block("\n".join(current).strip("\n"), bool(ITEM.match(current[0]))))
        current.clear()

    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (not line.strip() or ITEM.match(line)):
            close()
        if line.strip() or fenced:
            current.append(line)
    close()
    return found


def join(parts: list[Block]) -> str:
    """Put blocks together again: items of one list on following lines, all else with a blank line between."""
    text = ""
    for before, part in zip([None, *parts], parts, strict=False):
        if before is not None:
            text += "\n" if before.is_item and part.is_item else "\n\n"
        text += part.text
    return text


def _sections(body: str) -> list[tuple[str, list[str]]]:
    sections: list[tuple[str, list[str]]] = [("", [])]
    path: list[tuple[int, str]] = []
    fenced = False
    for line in body.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        match = None if fenced else _HEADING.match(line)
        if not match:
            sections[-1][1].append(line)
            continue
        level = len(match.group(1))
        path = [entry for entry in path if entry[0] < level] + [(level, match.group(2))]
        sections.append((" > ".join(name for _level, name in path), []))
    return sections


def _pack(parts: list[Block], target: int) -> list[str]:
    packed: list[str] = []
    current: list[Block] = []
    for part in (piece for whole in parts for piece in _fit(whole, target)):
        if current and size_of(join([*current, part])) > target:
            # What leads into a list stays with its first step.
            leads = part.is_item and not current[-1].is_item and len(current) > 1
            packed.append(join(current[:-1] if leads else current))
            current = current[-1:] if leads else []
        current.append(part)
    if current:
        packed.append(join(current))
    return packed


def _fit(part: Block, target: int) -> list[Block]:
    if size_of(part.text) <= target * 1.5:
        return [part]
    pieces: list[str] = []
    for sentence in _SENTENCE_END.split(part.text):
        for start in range(0, len(sentence), target):
            piece = sentence[start : start + target]
            if pieces and size_of(pieces[-1]) + size_of(piece) < target:
                pieces[-1] += f" {piece}"
            elif piece.strip():
                pieces.append(piece)
    return [Block(piece, part.is_item and number == 0) for number, piece in enumerate(pieces)]

"""Lays two languages of a text side by side, sentence by sentence."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from firstline.knowledge.chunking import blocks

KOREAN_LENGTH = 1.75
"""Letters of English to a character of Korean, over the starter library."""

_HEADING = re.compile(r"(?m)^(#{1,6}\s.*)$")
_SENTENCE_END = re.compile(r"(?<=[^\d\s][.!?])\s+")
_ANCHOR = re.compile(r"[A-Za-z][A-Za-z0-9-]+|\d+(?:[.,]\d+)*")
# How many of each side make a pair, and what that costs beyond the difference in length.
_BEADS = {(1, 1): 0.0, (1, 2): 0.5, (2, 1): 0.5, (1, 3): 0.9, (3, 1): 0.9, (2, 2): 0.9, (1, 0): 1.2, (0, 1): 1.2}
_OTHER_FORM = 1.5
# How far one language may run ahead, and how many paragraphs are read: what grows with their square takes seconds here.
_AHEAD = 40
_MOST = 1_000
_T = TypeVar("_T")


@dataclass(frozen=True)
class _Part:
    """A heading, paragraph or list item."""

    text: str
    form: str


def side_by_side(korean: str, english: str) -> list[list[tuple[str, str]]]:
    """Pair the sentences of two Markdown texts, paragraph by paragraph; a paragraph only one has is left out.

    Paragraphs are paired first, then the sentences in them, in the order they stand: the pairing whose lengths fit best
    and which shares most numbers and Latin words (after Gale and Church 1993). A pair may hold up to three sentences.
    """
    paragraphs: list[list[tuple[str, str]]] = []
    for left, right in _paired(_parts(korean), _parts(english), lambda part: part.text, _other_form):
        if left and right:
            ko, en = ([text for part in side for text in _SENTENCE_END.split(part.text)] for side in (left, right))
            found = _paired(ko, en, lambda text: text, lambda _ko, _en: 0.0)
            paragraphs.append([(" ".join(a), " ".join(b)) for a, b in found if a or b])
    return paragraphs


def _parts(text: str) -> list[_Part]:
    parts: list[_Part] = []
    for piece in _HEADING.split(text):
        if _HEADING.fullmatch(piece):
            parts.append(_Part(piece.lstrip("# "), "heading"))
        else:
            parts.extend(_Part(block.text.strip(), "item" if block.is_item else "text") for block in blocks(piece))
    return parts[:_MOST]


def _other_form(korean: Sequence[_Part], english: Sequence[_Part]) -> float:
    forms = {part.form for part in (*korean, *english)}
    return 0.0 if len(forms) == 1 else _OTHER_FORM * (3.0 if "heading" in forms else 1.0)


def _paired(
    korean: Sequence[_T],
    english: Sequence[_T],
    text_of: Callable[[_T], str],
    extra: Callable[[Sequence[_T], Sequence[_T]], float],
) -> list[tuple[Sequence[_T], Sequence[_T]]]:
    """Find the cheapest pairing in order, by dynamic programming."""
    ko_texts, en_texts = [text_of(item) for item in korean], [text_of(item) for item in english]
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    slope, ahead = len(english) / max(1, len(korean)), _AHEAD + abs(len(english) - len(korean))
    for i in range(len(korean) + 1):
        for j in range(max(0, int(i * slope) - ahead), min(len(english), int(i * slope) + ahead) + 1):
            if (i, j) not in best:
                continue
            so_far = best[i, j][0]
            for (a, b), price in _BEADS.items():
                if i + a > len(korean) or j + b > len(english):
                    continue
                cost = so_far + price
                if a and b:
                    cost += _mismatch(" ".join(ko_texts[i : i + a]), " ".join(en_texts[j : j + b]))
                    cost += extra(korean[i : i + a], english[j : j + b])
                if cost < best.get((i + a, j + b), (math.inf,))[0]:
                    best[i + a, j + b] = (cost, (a, b))
    pairs: list[tuple[Sequence[_T], Sequence[_T]]] = []
    place = (len(korean), len(english))
    while place != (0, 0):
        a, b = best[place][1]
        pairs.append((korean[place[0] - a : place[0]], english[place[1] - b : place[1]]))
        place = (place[0] - a, place[1] - b)
    return pairs[::-1]


def _mismatch(korean: str, english: str) -> float:
    lengths = abs(math.log((len(korean) * KOREAN_LENGTH + 10) / (len(english) + 10)))
    ko = set(_ANCHOR.findall(korean.lower()))
    if not ko:
        return lengths
    en = set(_ANCHOR.findall(english.lower()))
    return lengths + 0.6 * (1 - len(ko & en) / len(ko))

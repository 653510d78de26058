"""Where a message may hold more than one request. Whether it does, is for whoever understands the parts."""

import re
from functools import cache

from firstline.reading.openings import request_in
from firstline.reading.rules import HANGUL, compiled, load

_LONGEST = 400
_MOST = 4
_FEWEST_LETTERS = {"ko": 4, "en": 8}
# Hangul syllables come in blocks of 28 by their last consonant; ㅆ, the mark of the past, is the twentieth.
_FINALS = 28
_SSANG_SIOT = 20
_LETTER = re.compile(r"[^\W_]")


def parts_of(text: str) -> list[str]:
    """Return the parts of ``text`` in their order, at most four; one part where no rule finds a seam.

    Longer texts than 400 characters are told as one: they tell one story more often than they ask two things.
    Parts of a syllable or two join what stands before them, so that nothing is lost.
    """
    if len(text) > _LONGEST:
        return [text]
    lang = "ko" if HANGUL.search(text) else "en"
    seams = sorted(match.span() for rule in _rules()[lang] for match in rule.finditer(text))
    parts: list[str] = []
    begin = 0
    for start, end in [*seams, (len(text), len(text))]:
        if start < begin:
            continue
        part = request_in(text[begin:start].strip(" ,.\n"))
        if end < len(text):
            part = _finished(part)
        if parts and len(_LETTER.findall(part)) < _FEWEST_LETTERS[lang]:
            parts[-1] = f"{parts[-1]} {part}".strip()
        elif part:
            parts.append(part)
        begin = end
    if len(parts) > 1 and len(_LETTER.findall(parts[0])) < _FEWEST_LETTERS[lang]:
        parts[:2] = [f"{parts[0]} {parts[1]}"]
    return [*parts[: _MOST - 1], " ".join(parts[_MOST - 1 :])] if len(parts) > _MOST else parts or [text]


def _finished(part: str) -> str:
    """End a Korean clause that "-고" joined to the next: 까먹었고 becomes 까먹었어요, as it would stand alone."""
    joined = len(part) > 1 and part[-1] in "고구" and "가" <= part[-2] <= "힣"
    return f"{part[:-1]}어요" if joined and (ord(part[-2]) - ord("가")) % _FINALS == _SSANG_SIOT else part


@cache
def _rules() -> dict[str, list[re.Pattern[str]]]:
    content = load("parts")
    return {lang: [compiled(rule, {}, f"parts.yaml, {lang}") for rule in content[lang]] for lang in ("ko", "en")}

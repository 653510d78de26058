"""Where a message may hold more than one request. Whether it does, is for whoever understands the parts."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from firstline.reading.entities import entities_of
from firstline.reading.openings import request_in
from firstline.reading.rules import HANGUL, compiled, load

_LONGEST = 400
_MOST = 4
_FEWEST_LETTERS = {"ko": 4, "en": 8}
# Hangul syllables come in blocks of 28 by their last consonant; ㅆ, the mark of the past, is the twentieth.
_FINALS = 28
_SSANG_SIOT = 20
_LETTER = re.compile(r"[^\W_]")
_ONLY_JOINS = re.compile(
    r"(?:\b(?:and|or|the|my|our|both)\b|이랑|랑|하고|와|과|이요|에서요|인데요|입니다|이에요|예요|에서|으로|로|이|가|은|는|도|요|[\W_])*",
    re.IGNORECASE,
)
_EDGES = " ,.;:\n"


@dataclass(frozen=True)
class Part:
    """A part as it would stand alone; ``added`` says that a word such as "also" sets it apart from the one before."""

    text: str
    added: bool = False


@dataclass(frozen=True)
class _Seam:
    start: int
    end: int
    strength: str


def parts_of(text: str) -> list[Part]:
    """Return the parts of ``text`` in their order, at most four; one part where no rule finds a seam.

    Longer texts than 400 characters are told as one: they tell one story more often than they ask two things.
    A part that leans on the one before ("and give him a license"), that only tells what led to the next ("I restarted
    it."), or that is a word or two, joins its neighbour, so that nothing is lost. A question never only tells.
    """
    if len(text) > _LONGEST:
        return [Part(text)]
    lang = "ko" if HANGUL.search(text) else "en"
    pieces = _pieces(text, lang)
    joined: list[tuple[int, int, str]] = []
    for place, (start, end, strength) in enumerate(pieces):
        before = joined[-1] if joined else None
        if before and (
            _leans(text[start:end], lang, strength)
            or _is_short(text[start:end], lang)
            or _is_short(text[before[0] : before[1]], lang)
            or _tells(_with_mark(text, before[0], before[1]), lang, "says", "continues")
            or (place == len(pieces) - 1 and _tells(_with_mark(text, start, end), lang, "says"))
        ):
            joined[-1] = (before[0], end, before[2])
        else:
            joined.append((start, end, strength))
    if len(joined) > _MOST:
        joined = [*joined[: _MOST - 1], (joined[_MOST - 1][0], joined[-1][1], joined[_MOST - 1][2])]
    parts = [
        Part(_alone(text[start:end], last=end == pieces[-1][1]), strength == "added") for start, end, strength in joined
    ]
    return parts or [Part(text)]


def wants(part: str) -> bool:
    """Tell whether a part asks for something, as a question or as a wish, and doesn't only tell."""
    return bool(_signs()["ko" if HANGUL.search(part) else "en"]["wants"]["asks"].search(part))


def _pieces(text: str, lang: str) -> list[tuple[int, int, str]]:
    """Return what stands between the seams, with the strength of the seam before it."""
    seams = sorted(
        (
            _Seam(*match.span(), strength)
            for strength, rules in _rules()[lang].items()
            for rule in rules
            for match in rule.finditer(text)
        ),
        key=lambda seam: (seam.start, seam.strength != "added", -seam.end),
    )
    pieces = []
    begin, strength = 0, ""
    for seam in [*seams, _Seam(len(text), len(text), "")]:
        if seam.start < begin:
            continue
        if _LETTER.search(text[begin : seam.start]):
            pieces.append((begin, seam.start, strength))
        begin, strength = seam.end, seam.strength
    return pieces or [(0, len(text), "")]


def _alone(piece: str, *, last: bool) -> str:
    part = request_in(piece.lstrip(_EDGES).rstrip(" ,.\n"))
    return part if last else _finished(part)


def _is_short(piece: str, lang: str) -> bool:
    """Tell whether a part is too little to be a request: a word, or nothing but names."""
    part = request_in(piece.strip(_EDGES))
    if len(_LETTER.findall(part)) < _FEWEST_LETTERS[lang] or (lang == "en" and len(part.split()) < 2):
        return True
    for entity in entities_of(part):
        if entity.kind in ("product", "device"):
            part = part.replace(entity.text, " ")
    return _ONLY_JOINS.fullmatch(part) is not None


def _leans(piece: str, lang: str, strength: str) -> bool:
    part = piece.strip(_EDGES)
    leans = _signs()[lang]["leans"]
    return leans["begins"].match(part) is not None or (strength == "weak" and leans["holds"].search(part) is not None)


def _with_mark(text: str, start: int, end: int) -> str:
    """Return a piece with the question mark behind it, which the seam has taken."""
    return text[start:end] + ("?" if text[end : end + 1] == "?" else "")


def _tells(piece: str, lang: str, *signs: str) -> bool:
    part = request_in(piece.strip(_EDGES))
    tells = _signs()[lang]["tells"]
    found = any(sign in tells and tells[sign].search(part) for sign in signs)
    return found and tells["but_not"].search(part) is None


def _finished(part: str) -> str:
    """End a Korean clause that "-고" joined to the next: 까먹었고 becomes 까먹었어요, as it would stand alone."""
    joined = len(part) > 1 and part[-1] in "고구" and "가" <= part[-2] <= "힣"
    return f"{part[:-1]}어요" if joined and (ord(part[-2]) - ord("가")) % _FINALS == _SSANG_SIOT else part


@cache
def _rules() -> dict[str, dict[str, list[re.Pattern[str]]]]:
    seams = load("parts")["seams"]
    return {
        lang: {
            strength: [compiled(rule, {}, f"parts.yaml, seams.{lang}.{strength}") for rule in rules]
            for strength, rules in seams[lang].items()
        }
        for lang in ("ko", "en")
    }


@cache
def _signs() -> dict[str, Any]:
    content = load("parts")
    return {
        lang: {
            sign: {
                name: compiled("|".join(rules), {}, f"parts.yaml, {sign}.{lang}.{name}")
                for name, rules in content[sign][lang].items()
            }
            for sign in ("leans", "tells", "wants")
        }
        for lang in ("ko", "en")
    }

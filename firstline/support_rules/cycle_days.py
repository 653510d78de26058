"""A billing cycle's days in customers' words: when it ends, or when it began."""

import re
from datetime import date, timedelta
from itertools import pairwise

from firstline.support_rules.days import LEFT, day_in

_CYCLE = re.compile(r"구독|약정|주기|계약|플랜|요금제|월간|연간|정기|\b(?:plan|subscription|cycle|term|contract)s?\b")
_BEGINS = r"시작|개시|개통|\b(?:start|began|begin|begun|commenc|kicked)\w*"
_BEGINS_RULE = re.compile(_BEGINS)
# These tell of a cycle's first day only where the cycle was asked for: seats are bought on a day as well.
_BEGINS_WHEN_ASKED = re.compile(
    rf"{_BEGINS}|가입|구매|구입|샀|부터|\b(?:since|from|bought|purchased|signed up|subscribed)\b"
)
_ENDS = re.compile(r"갱신|주기|끝|만료|까지|마감|renew|cycle|\bend|expir|until")
_DIGIT = re.compile(r"\d")
_CLAUSES = re.compile(r"(?:[,;!?\n]|\.(?!\d)|(?<=[고서데])(?=\s)|\b(?:and|but|so|now|then)\b)\s*")


def cycle_end_in(text: str, today: date, *, asked: bool) -> date | None:
    """Return a day on which one of the customer's cycles ends, by what ``text`` says of its end or its beginning.

    A cycle begins the day after another one ended. ``asked``: the text answers the question for it, so that any day is
    one of the cycle's; else ``None`` unless the text says so.
    """
    began, rest = _began(text, asked=asked)
    if began and (first := day_in(began, today, "past")):
        return first - timedelta(days=1)
    return day_in(rest, today, "future") if asked or _ends(rest) else None


def without_cycle(text: str) -> str:
    """Return what ``text`` says beside the days of the cycle, as far as that can be told; empty where nothing can."""
    _, rest = _began(text, asked=False)
    return "" if _ends(rest) else rest


def _ends(text: str) -> bool:
    plain = " ".join(text.casefold().split())
    return bool(_ENDS.search(plain) or LEFT.search(plain))


def _began(text: str, *, asked: bool) -> tuple[str, str]:
    """Return what tells when the cycle began, and the rest."""
    plain = text.casefold()
    if not asked and not _CYCLE.search(plain):
        return "", text
    rule = _BEGINS_WHEN_ASKED if asked else _BEGINS_RULE
    seams = [0, *(match.end() for match in _CLAUSES.finditer(plain)), len(plain)]
    for start, end in pairwise(seams):
        if said := rule.search(plain, start, end):
            # A Korean day stands before its verb: what follows is about something else.
            until = said.end() if said[0][0] >= "가" and _DIGIT.search(plain, start, said.end()) else end
            return plain[start:until], f"{plain[:start]} {plain[until:]}"
    return "", text

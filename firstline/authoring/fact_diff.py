"""Which facts only one language of an article states."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from firstline.authoring.fact_patterns import SENSES, patterns
from firstline.authoring.facts import KINDS, Fact, Kind, facts_of
from firstline.knowledge.articles import Article
from firstline.knowledge.chunking import blocks

_SENTENCE_END = re.compile(r"(?<=[^\d\s][.!?])\s+")
_HEADING = re.compile(r"(?m)^#{1,6}\s.*$")


@dataclass(frozen=True)
class Difference:
    """Facts of one kind that the languages don't share, as they are written."""

    kind: Kind
    ko: tuple[str, ...]
    en: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the difference in the API's shape."""
        return {"kind": self.kind, "ko": list(self.ko), "en": list(self.en), "level": "warn"}


def fact_diff(korean: Article, english: Article) -> list[Difference]:
    """Compare two languages of an article, by title and text; how often and in which order does not matter.

    Dates of saving and ``valid_as_of`` are not compared. For "not" and "only" paragraphs are laid side by side, so
    these are found where both languages have the same sections with as many paragraphs and steps, sentence by
    sentence where a paragraph has as many of them.
    """
    ko = facts_of(f"{korean.title}\n{korean.body}", "ko")
    en = facts_of(f"{english.title}\n{english.body}", "en")
    only_ko, only_en = _alone(ko, en), _alone(en, ko)
    found: dict[Kind, tuple[list[str], list[str]]] = {kind: ([], []) for kind in KINDS}
    for facts, side in ((only_ko, 0), (only_en, 1)):
        for fact in facts:
            found[fact.kind][side].append(fact.text)
    for kind in SENSES:
        for left, right in _side_by_side(korean.body, english.body):
            if _turned(left, "ko", right, "en", kind):
                found[kind][0].append(left)  # type: ignore[index]
            elif _turned(right, "en", left, "ko", kind):
                found[kind][1].append(right)  # type: ignore[index]
    return [Difference(kind, tuple(ko), tuple(en)) for kind, (ko, en) in found.items() if ko or en]


def same_facts(one: Article, other: Article) -> bool:
    """Say whether two texts of one language state the same facts."""
    left = {(fact.kind, fact.key) for fact in facts_of(f"{one.title}\n{one.body}", one.lang) if not fact.soft}
    right = {(fact.kind, fact.key) for fact in facts_of(f"{other.title}\n{other.body}", other.lang) if not fact.soft}
    senses = [
        [len(patterns(article.lang).says[kind].findall(article.body)) for kind in SENSES] for article in (one, other)
    ]
    return left == right and senses[0] == senses[1]


def _alone(facts: Sequence[Fact], others: Sequence[Fact]) -> list[Fact]:
    keys = {(fact.kind, fact.key) for fact in others}
    return [
        fact
        for fact in facts
        if not fact.soft and (fact.kind, fact.key) not in keys and not any(_backs_up(fact, other) for other in others)
    ]


def _backs_up(fact: Fact, other: Fact) -> bool:
    """Whether the same number stands there without a unit: "the 7th" and 7일, "two (for Azure)" and 두 달."""
    return fact.value is not None and fact.value == other.value and (fact.bare or other.bare)


def _side_by_side(korean: str, english: str) -> list[tuple[str, str]]:
    left, right = (_HEADING.split(text) for text in (korean, english))
    pairs: list[tuple[str, str]] = []
    if len(left) != len(right):
        return pairs
    for ko, en in zip(left, right, strict=True):
        ko_blocks, en_blocks = blocks(ko), blocks(en)
        if len(ko_blocks) == len(en_blocks):
            for a, b in zip(ko_blocks, en_blocks, strict=True):
                pairs.extend(_sentences(a.text, b.text))
    return pairs


def _sentences(korean: str, english: str) -> list[tuple[str, str]]:
    left, right = (_SENTENCE_END.split(text) for text in (korean, english))
    return list(zip(left, right, strict=True)) if len(left) == len(right) else [(korean, english)]


def _turned(text: str, lang: str, other: str, other_lang: str, kind: str) -> bool:
    return bool(patterns(lang).says[kind].search(text)) and not patterns(other_lang).echoes[kind].search(other)

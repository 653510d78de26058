"""Which facts only one language of an article states."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from firstline.authoring.alignment import side_by_side
from firstline.authoring.facts import KINDS, Fact, Kind, facts_of
from firstline.authoring.senses import SENSES, Sense, Weight, weigh
from firstline.knowledge.articles import Article


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

    Dates of saving and ``valid_as_of`` are not compared. "Not" and "only" are counted in sentences laid side by side;
    a sentence that one language leaves out altogether is not compared.
    """
    ko = facts_of(f"{korean.title}\n{korean.body}", "ko")
    en = facts_of(f"{english.title}\n{english.body}", "en")
    only_ko, only_en = _alone(ko, en), _alone(en, ko)
    found: dict[Kind, tuple[list[str], list[str]]] = {kind: ([], []) for kind in KINDS}
    for facts, side in ((only_ko, 0), (only_en, 1)):
        for fact in facts:
            found[fact.kind][side].append(fact.text)
    for sense, left, right in _turned(korean.body, english.body):
        found[sense][0].extend(left)
        found[sense][1].extend(right)
    return [Difference(kind, tuple(ko), tuple(en)) for kind, (ko, en) in found.items() if ko or en]


def same_facts(one: Article, other: Article) -> bool:
    """Say whether two texts of one language state the same facts."""
    left = {(fact.kind, fact.key) for fact in facts_of(f"{one.title}\n{one.body}", one.lang) if not fact.soft}
    right = {(fact.kind, fact.key) for fact in facts_of(f"{other.title}\n{other.body}", other.lang) if not fact.soft}
    senses = [
        {sense: weight.said for sense, weight in weigh(article.body, one.lang).items()} for article in (one, other)
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


def _turned(korean: str, english: str) -> Iterator[tuple[Sense, list[str], list[str]]]:
    """Yield sentences that say a sense which their neighbours in the other language don't."""
    for pairs in side_by_side(korean, english):
        weights = [(weigh(ko, "ko"), weigh(en, "en")) for ko, en in pairs]
        for sense in SENSES:
            surplus = _settled([_surplus(ko[sense], en[sense]) for ko, en in weights])
            left = [ko for (ko, _en), more in zip(pairs, surplus, strict=True) if more > 0]
            right = [en for (_ko, en), more in zip(pairs, surplus, strict=True) if more < 0]
            yield sense, left, right


def _surplus(korean: Weight, english: Weight) -> int:
    """Count what only the Korean says; below zero, what only the English says."""
    return max(0, korean.missing(english)) - max(0, english.missing(korean))


def _settled(surplus: list[int]) -> list[int]:
    """Set off a sentence against the next one: a clause may stand on either side of a full stop."""
    for place in range(len(surplus) - 1):
        if surplus[place] * surplus[place + 1] < 0:
            surplus[place : place + 2] = [surplus[place] + surplus[place + 1], 0]
    return surplus

"""Products by the words customers use for them, in both languages."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from firstline.support_rules.dated import data_file

_HANGUL = re.compile(r"[가-힣]")


@dataclass(frozen=True)
class Product:
    """A product: ``services`` are its names in Microsoft Graph, ``prefix`` begins its incident ids, if any."""

    id: str
    name: str
    services: frozenset[str]
    prefix: str | None
    family: Literal["m365", "azure", "other"]
    words: tuple[str, ...]


@cache
def products() -> dict[str, Product]:
    """Return every product by its id."""
    return {
        key: Product(
            key,
            row["name"],
            frozenset(service.casefold() for service in row["services"]),
            row.get("prefix"),
            row.get("family", "m365"),
            tuple(sorted((word.casefold() for word in row["words"]), key=len, reverse=True)),
        )
        for key, row in data_file("products").items()
    }


def named_in(text: str) -> list[Product]:
    """Return the products that ``text`` names, in the order in which it names them.

    A word inside a longer one that also fits counts for the longer one alone: "Teams Phone" is not "phone".
    """
    plain = text.casefold()
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, Product]] = []
    pairs = [(word, product) for product in products().values() for word in product.words]
    for word, product in sorted(pairs, key=lambda pair: -len(pair[0])):
        for match in _pattern(word).finditer(plain):
            if all(match.end() <= start or match.start() >= end for start, end in taken):
                taken.append(match.span())
                found.append((match.start(), product))
    return list(dict.fromkeys(product for _, product in sorted(found, key=lambda pair: pair[0])))


def incident_ids_in(text: str) -> list[str]:
    """Return the ids of Microsoft's incidents that ``text`` names, such as EX943821."""
    begins = "|".join(re.escape(product.prefix) for product in products().values() if product.prefix)
    found = re.findall(rf"(?<![a-z0-9])(?:{begins})\d{{5,8}}(?!\d)", text, re.IGNORECASE)
    return list(dict.fromkeys(issue.upper() for issue in found))


def product_of_service(service: str) -> Product | None:
    """Return the product behind a service name of Microsoft Graph, or ``None``."""
    name = service.casefold()
    return next((product for product in products().values() if name in product.services), None)


@cache
def _pattern(word: str) -> re.Pattern[str]:
    # A Korean word may carry particles and stand in a compound; a Latin one stands alone.
    return re.compile(re.escape(word) if _HANGUL.search(word) else rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])")

"""Who can do or mend something: the customer's own admin, the partner, the product's publisher, or Microsoft."""

import re
from functools import cache
from typing import Literal

from firstline.support_rules.dated import Dated, data_file

Owner = Literal["self", "partner", "isv", "microsoft"]


class OwnerRule(Dated):
    """A rule by its name: who owns what the ``words`` (patterns over lower-case text) speak of."""

    name: str
    owner: Owner
    words: tuple[str, ...] = ()

    def fits(self, text: str) -> bool:
        """Say whether the text speaks of the rule's matter."""
        return bool(self.words) and _pattern(self.words).search(text.casefold()) is not None


@cache
def owner_rules() -> tuple[OwnerRule, ...]:
    """Return the rules, those that win first."""
    return tuple(OwnerRule(name=name, **row) for name, row in data_file("ownership").items())


def owner_by_matter(text: str) -> OwnerRule | None:
    """Return the first rule whose matter ``text`` speaks of, or ``None``."""
    return next((rule for rule in owner_rules() if rule.fits(text)), None)


def owner_by_article(owner: Owner) -> OwnerRule:
    """Return the rule for what an article calls its owner."""
    return next(rule for rule in owner_rules() if rule.name == f"article_{owner}")


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(words))

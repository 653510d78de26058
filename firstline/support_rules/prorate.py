"""What part of a price counts for part of a cycle, by the published rules."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal

from firstline.core.errors import BadInput
from firstline.support_rules.dated import Dated, data_file


class ProrateRule(Dated):
    """How a rule rounds: ``round`` each seat's sum or the total, to ``places``; ``daily_places`` first, if given."""

    round: Literal["seat", "total"]
    how: Literal["down", "half_up"]
    places: int
    daily_places: int | None = None

    def cut(self, amount: Decimal, places: int | None = None) -> Decimal:
        """Return ``amount`` rounded the rule's way."""
        step = Decimal(1).scaleb(-(self.places if places is None else places))
        return amount.quantize(step, ROUND_DOWN if self.how == "down" else ROUND_HALF_UP)


@cache
def prorate_rule(name: str) -> ProrateRule:
    """Return a rule by its name in ``data/billing.yaml``; raises ``KeyError``."""
    return ProrateRule(**data_file("billing")["prorate"][name])


def prorate(rule: ProrateRule, price: Decimal, seats: int, days: int, cycle: int) -> Decimal:
    """Return the sum for ``seats`` at ``price`` a cycle over ``days`` of its ``cycle`` days.

    Raises ``BadInput`` for a negative price, fewer than one seat, or days outside the cycle.
    """
    if price < 0 or seats < 1 or not 0 <= days <= cycle:
        raise BadInput(f"Can't prorate {seats} seats at {price} for {days} of {cycle} days.")
    if rule.daily_places is not None:
        daily = rule.cut(price * seats / cycle, rule.daily_places)
        return rule.cut(daily * days / seats) * seats if rule.round == "seat" else rule.cut(daily * days)
    if rule.round == "seat":
        return rule.cut(price * days / cycle) * seats
    return rule.cut(price * days * seats / cycle)


def currency_places(currency: str) -> int:
    """Return how many places after the point a currency is written with; 2 where nothing is known."""
    return int(data_file("billing")["currency_places"].get(currency, 2))

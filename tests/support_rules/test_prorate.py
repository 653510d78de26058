"""The published golden cases of prorating, and what always holds."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.core.errors import BadInput
from firstline.support_rules.prorate import currency_places, prorate, prorate_rule


@pytest.mark.parametrize(
    ("price", "cycle", "days", "seats", "total"),
    [
        ("10.08", 30, 28, 10, "94.08"),
        ("10.08", 30, 28, 12, "112.89"),
        ("10.08", 30, 28, 8, "75.26"),
        ("12.00", 31, 29, 10, "112.25"),
        ("12.00", 31, 29, 15, "168.38"),
        ("12.00", 31, 26, 15, "150.96"),
        ("12.00", 31, 26, 25, "251.61"),
        ("12.00", 31, 24, 25, "232.25"),
        ("12.00", 31, 24, 23, "213.67"),
        ("12.00", 31, 22, 23, "195.87"),
        ("12.00", 31, 22, 20, "170.32"),
        ("12.00", 31, 11, 20, "85.16"),
        ("12.00", 31, 11, 30, "127.74"),
    ],
)
def test_seats_changed(price: str, cycle: int, days: int, seats: int, total: str) -> None:
    assert prorate(prorate_rule("seats_changed"), Decimal(price), seats, days, cycle) == Decimal(total)


@pytest.mark.parametrize(
    ("price", "cycle", "days", "seats", "total"),
    [("10.08", 31, 29, 10, "94.20"), ("10.08", 30, 23, 300, "2316.00"), ("6.43", 30, 23, 300, "1476.00")],
)
def test_cancelled_or_upgraded(price: str, cycle: int, days: int, seats: int, total: str) -> None:
    assert prorate(prorate_rule("cancelled"), Decimal(price), seats, days, cycle) == Decimal(total)


@pytest.mark.parametrize(
    ("rule", "price", "cycle", "days", "seats", "total"),
    [
        ("legacy_annual_2018", "48.00", 365, 1, 1, "0.13"),
        ("legacy_annual_2018", "48.00", 365, 19, 1, "2.47"),
        ("legacy_annual_2018", "48.00", 365, 346, 2, "89.96"),
        ("legacy_annual_2018", "48.00", 365, 318, 1, "41.34"),
        ("legacy_annual_2017", "211.20", 365, 1, 1, "0.58"),
        ("legacy_annual_2017", "211.20", 365, 27, 2, "31.25"),
        ("legacy_annual_2017", "211.20", 365, 337, 2, "390.00"),
        ("legacy_monthly_2018", "4.00", 31, 19, 1, "2.45"),
        ("legacy_monthly_2018", "4.00", 31, 12, 2, "3.10"),
        ("legacy_monthly_2018", "4.00", 28, 12, 1, "1.72"),
    ],
)
def test_legacy_examples_each_by_their_own_rounding(
    rule: str, price: str, cycle: int, days: int, seats: int, total: str
) -> None:
    assert prorate(prorate_rule(rule), Decimal(price), seats, days, cycle) == Decimal(total)


PRICES = st.decimals(0, 10_000, places=2)


@given(PRICES, st.integers(1, 5000), st.integers(0, 31))
def test_never_more_than_the_exact_share_and_less_by_under_a_cent(price: Decimal, seats: int, days: int) -> None:
    exact = price * seats * days / 31
    total = prorate(prorate_rule("seats_changed"), price, seats, days, 31)
    assert exact - Decimal("0.01") < total <= exact


@given(PRICES, st.integers(1, 500), st.integers(0, 29))
def test_a_day_more_never_costs_less(price: Decimal, seats: int, days: int) -> None:
    rule = prorate_rule("seats_changed")
    assert prorate(rule, price, seats, days, 30) <= prorate(rule, price, seats, days + 1, 30)


@pytest.mark.parametrize(("price", "seats", "days"), [("-1", 1, 1), ("1", 0, 1), ("1", 1, 32), ("1", 1, -1)])
def test_what_cannot_be_is_refused(price: str, seats: int, days: int) -> None:
    with pytest.raises(BadInput):
        prorate(prorate_rule("seats_changed"), Decimal(price), seats, days, 31)


def test_won_have_no_places() -> None:
    rule = prorate_rule("seats_changed").model_copy(update={"places": currency_places("KRW")})
    assert prorate(rule, Decimal(15000), 7, 11, 31) == Decimal(37258)

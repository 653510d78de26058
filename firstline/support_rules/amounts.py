"""Amounts in customers' words, Korean and English: how many seats, and what one of them costs."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from firstline.support_rules.dated import data_file

_MOST_SEATS = 1_000_000
_BARE = re.compile(r"\s*(\d[\d,]*(?:\.\d+)?)\s*[.!~]?\s*")
_NUMBER = r"(?<![\d.,:/-])(?P<digits>\d{1,3}(?:,\d{3})+|\d+)"


# Which of several numbers of seats comes to the others.
_COME = re.compile(r"(?:을|를|만|정도)?\s*(?:더|추가|늘|증설)")
_MORE = re.compile(r"more|additional|extra|new|further")
_ADDED = re.compile(
    r"\b(?:add(?:ing|ed)?|plus|another)\s+(?P<digits>\d{1,6})(?P<words>)"
    r"(?![\d.,:/%-]|\s*(?:days?|weeks?|months?|years?|dollars?|bucks|euros?|usd|eur|won)\b)"
)


@dataclass(frozen=True)
class Price:
    """A price per seat for a month or a year, in a currency by its ISO code."""

    amount: Decimal
    currency: str
    per: Literal["month", "year"] = "month"

    @property
    def monthly(self) -> Decimal:
        """The price of a month."""
        return self.amount / 12 if self.per == "year" else self.amount


def seats_in(text: str, *, bare: bool = False) -> int | None:
    """Return a number of seats: ``20개``, ``스무 명``, ``5 seats``, ``ten users``; a mere number with ``bare``.

    Of ``from 10 to 12 seats`` it is what comes to those that are there, 2, and of ``15 users, adding 5`` the 5.
    ``None`` when there is none, or one that can't be meant.
    """
    plain = text.casefold()
    found: int | None
    step = _step().search(plain)
    if step and (bare or step["unit"] or step["unit_after"]):
        found = int(step["after"]) - int(step["before"])
    elif named := list(_seats().finditer(plain)):
        come = next((one for one in named if _MORE.search(one[0]) or _COME.match(plain, one.end())), None)
        meant = come or _ADDED.search(plain) or named[0]
        number = meant["digits"] or ""
        found = int(number.replace(",", "")) if number else _spelled(meant["words"] or "")
    elif bare and (match := _BARE.fullmatch(plain)):
        found = int(Decimal(match[1].replace(",", "")))
    elif bare:
        found = _spelled(plain.strip())
    else:
        return None
    return found if found and 0 < found <= _MOST_SEATS else None


def price_in(text: str, *, bare: bool = False) -> Price | None:
    """Return a price: ``월 15,000원``, ``1만 5천원``, ``$12.50``, ``12 dollars a month``; a mere number with ``bare``.

    A mere number is won from a thousand on and dollars below it. ``None`` when there is none.
    """
    plain = text.casefold()
    per: Literal["month", "year"] = "year" if _YEARLY.search(plain) else "month"
    if (amount := _won(plain)) is not None:
        return Price(amount, "KRW", per)
    for currency, pattern in _SIGNS.items():
        if match := pattern.search(plain):
            return Price(Decimal(next(filter(None, match.groups())).replace(",", "")), currency, per)
    if bare and (match := _BARE.fullmatch(plain)):
        amount = Decimal(match[1].replace(",", ""))
        return Price(amount, "KRW" if amount >= 1000 else "USD", per)
    return None


_FIGURE = r"(\d[\d,]*(?:\.\d+)?)"
_SIGNS = {
    "USD": re.compile(rf"(?:us)?\$\s*{_FIGURE}|(?:usd)\s*{_FIGURE}|{_FIGURE}\s*(?:달러|불|dollars?|usd|bucks|\$)"),
    "EUR": re.compile(rf"€\s*{_FIGURE}|eur\s*{_FIGURE}|{_FIGURE}\s*(?:유로|euros?|eur|€)"),
    "KRW": re.compile(rf"[₩￦]\s*{_FIGURE}|krw\s*{_FIGURE}|{_FIGURE}\s*(?:krw|won\b)"),
}
_YEARLY = re.compile(r"연간|연\s*\d|1년|년에|매년|per year|a year|/\s*(?:yr|year)|yearly|annual")
# Sums of ten thousands, thousands and the rest, as prices are said: 1만 5천 원, 만오천원, 15,000원.
_WON = re.compile(
    r"(?<![\d.])(?:(?P<man>\d[\d,]*(?:\.\d+)?|[일이삼사오육칠팔구십]*)\s*만)?\s*"
    r"(?:(?P<cheon>\d+|[일이삼사오육칠팔구]?)\s*천)?\s*(?P<rest>\d[\d,]*)?\s*원(?!드|노|격)"
)


def _won(text: str) -> Decimal | None:
    for match in _WON.finditer(text):
        man, cheon, rest = match["man"], match["cheon"], match["rest"]
        if man is None and cheon is None and rest is None:
            continue
        amount = Decimal((rest or "0").replace(",", ""))
        if man is not None:
            amount += _figure(man) * 10_000
        if cheon is not None:
            amount += _figure(cheon) * 1_000
        return amount
    return None


def _figure(text: str) -> Decimal:
    text = text.strip().replace(",", "")
    if not text:
        return Decimal(1)
    if text[0].isdigit():
        return Decimal(text)
    tens, _, ones = text.partition("십") if "십" in text else ("", "", text)
    digits = "일이삼사오육칠팔구"
    value = (digits.index(tens[-1]) + 1 if tens else 1) * 10 if "십" in text else 0
    return Decimal(value + (digits.index(ones[-1]) + 1 if ones else 0))


@cache
def _step() -> re.Pattern[str]:
    """Match a number of seats that becomes another."""
    korean, english = _units()
    unit = rf"\s*(?P<unit>{korean}|(?:{english})\b)?"
    to = r"\s*(?:에서|->|→|\bto\b)\s*"
    after = rf"(?P<after>\d{{1,6}})(?![\d.,:/-]|\s?[월일])\s*(?P<unit_after>(?:{korean})(?!월)|(?:{english})\b)?"
    return re.compile(rf"(?<![\d.,:/-])(?P<before>\d{{1,6}}){unit}{to}{after}")


def _units() -> tuple[str, str]:
    units = data_file("counting")["units"]
    return "|".join(map(re.escape, units["ko"])), "|".join(units["en"])


@cache
def _seats() -> re.Pattern[str]:
    korean, english = _units()
    words = "|".join(sorted(map(re.escape, _spellings()), key=len, reverse=True))
    return re.compile(
        rf"(?:{_NUMBER}"
        rf"|(?<![가-힣a-z])(?P<words>{words}))"
        rf"\s*(?:(?:{korean})(?!월)|(?:more|additional|extra|new|further)?\s*(?:{english})\b)"
    )


@cache
def _spellings() -> dict[str, int]:
    table = data_file("counting")
    tens: dict[str, int] = table["korean_tens"]
    ones: dict[str, int] = table["korean_ones"]
    words = {word: int(number) for number, names in table["numbers"].items() for word in names}
    words |= {ten + one: a + b for ten, a in tens.items() for one, b in ones.items()}
    return words | tens | ones


def _spelled(text: str) -> int | None:
    return _spellings().get(text)

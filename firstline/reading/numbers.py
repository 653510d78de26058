"""Amounts of money and dates as people type them in both languages."""

import re
from collections.abc import Iterator

Found = tuple[str, str, int]
"""The value in one form, the text as it was typed, and where it begins."""

_MANY = {"억": 10**8, "천만": 10**7, "백만": 10**6, "만": 10**4, "천": 10**3}
_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_WON = re.compile(
    rf"(?<![\d,.])({_DIGITS})\s*(억|천만|백만|만|천)?\s?원(?!드)|₩\s?({_DIGITS})|(?<![\d,.])({_DIGITS})\s?(?:krw|won)\b",
    re.IGNORECASE,
)
_OTHER_MONEY = re.compile(
    rf"(?:([$€])|\b(usd|eur)\s)\s?({_DIGITS})|(?<![\d,.])({_DIGITS})\s?(달러|유로|usd|eur|dollars?|euros?)",
    re.IGNORECASE,
)
_EURO = ("€", "eur", "유로")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = [
    re.compile(rule, re.IGNORECASE)
    for rule in (
        r"(?<!\d)(?P<year>\d{4})\s?[-./년]\s?(?P<month>\d{1,2})\s?[-./월]\s?(?P<day>\d{1,2})(?:\s?일)?(?!\d)",
        r"(?<!\d)(?P<month>\d{1,2})\s?월\s?(?P<day>\d{1,2})\s?일",
        rf"\b{_MONTH}\s+{_DAY}\b(?:,?\s+(?P<year>\d{{4}})\b)?",
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}\b(?:\s+(?P<year>\d{{4}})\b)?",
    )
]
_DAYS_BY_WORD = re.compile(
    r"오늘|어제|그제|그저께|내일|모레|(?:지난|이번|다음)\s?[주달]"
    r"|\b(?:today|yesterday|tomorrow|(?:last|this|next) (?:week|month|(?:mon|tues|wednes|thurs|fri)day))\b",
    re.IGNORECASE,
)


def amounts_in(text: str) -> Iterator[Found]:
    """Yield amounts as ``"KRW 12000"`` or ``"USD 12.50"``."""
    for match in _WON.finditer(text):
        yield f"KRW {_number(match[1] or match[3] or match[4], _MANY.get(match[2] or '', 1))}", match[0], match.start()
    for match in _OTHER_MONEY.finditer(text):
        unit = (match[1] or match[2] or match[5]).lower()
        currency = "EUR" if unit.startswith(_EURO) else "USD"
        yield f"{currency} {_number(match[3] or match[4], 1)}", match[0], match.start()


def dates_in(text: str) -> Iterator[Found]:
    """Yield dates as ``2026-03-02``, ``--03-02`` without a year, or the words that only hold on the day."""
    for rule in _DATES:
        for match in rule.finditer(text):
            parts = match.groupdict()
            name = parts.get("name")
            month = _MONTHS.index(name.lower()) + 1 if name else int(parts["month"])
            if 1 <= month <= 12 and 1 <= int(parts["day"]) <= 31:
                yield f"{parts.get('year') or '-'}-{month:02d}-{int(parts['day']):02d}", match[0], match.start()
    for match in _DAYS_BY_WORD.finditer(text):
        yield match[0].lower(), match[0], match.start()


def _number(digits: str, times: int) -> str:
    value = float(digits.replace(",", "")) * times
    return str(int(value)) if value.is_integer() else f"{value:.2f}"

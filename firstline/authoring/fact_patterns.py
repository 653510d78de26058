"""The patterns of facts in one language, put together from ``data/facts.yaml``."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FACTS_FILE = Path(__file__).parent / "data" / "facts.yaml"
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*"
DURATIONS = ("business_day", "second", "minute", "hour", "week", "month", "year", "day")
_RANGE = r"(?:\s?[-–~]\s?|\s(?:to|or|and)\s|(?:에서|또는|이나|나)\s)"
# What Korean counts with: a number word counts as one only before these or a unit of time.
_COUNTERS = "개|대|명|분|가지|번|곳|건|사람|단계|줄|쪽|글자|종류|군데|차례|배"


@dataclass(frozen=True)
class Patterns:
    """Compiled patterns with the tables that say what they found means."""

    products: re.Pattern[str]
    product_names: dict[str, str]
    dates: tuple[re.Pattern[str], ...]
    years: re.Pattern[str]
    month_numbers: dict[str, int]
    money: tuple[tuple[str, re.Pattern[str]], ...]
    spans: re.Pattern[str]
    span_lengths: dict[str, str]
    durations: re.Pattern[str]
    bases: dict[str, tuple[str, float]]
    sizes: re.Pattern[str]
    size_units: tuple[tuple[str, re.Pattern[str]], ...]
    numbers: re.Pattern[str]
    words: re.Pattern[str]
    number_words: dict[str, float]
    multipliers: dict[str, float]


@cache
def patterns(lang: str) -> Patterns:
    """Compile the patterns of ``lang`` (``ko`` or ``en``)."""
    data: dict[str, Any] = yaml.safe_load(FACTS_FILE.read_text("utf-8"))
    names = {spelling.lower(): row[0].lower() for row in data["products"] for spelling in row}
    words: dict[str, float] = data["number_words"][lang]
    spelled = "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))
    if lang == "en":
        spelled = rf"\b(?:{spelled})\b"
    else:
        spelled = rf"(?<![가-힣])(?:{spelled})(?=\s|달|시간|개월|주일|번|개|가지)"
    low = rf"(?:(?P<low>{NUMBER}){_RANGE})?"
    units = "|".join(f"(?P<{name}>{data['durations'][name][2]})" for name in DURATIONS)
    sizes = data["sizes"]
    times = "|".join(data["multipliers"])
    month_names = [name for row in data["months"] for name in row.split("|")]
    months = "|".join(sorted(month_names, key=len, reverse=True))
    counted = rf"(?=\s?(?:{_COUNTERS}))" if lang == "ko" else ""
    return Patterns(
        products=_compile(rf"(?<![가-힣A-Za-z])(?:{'|'.join(map(re.escape, _longest_first(names)))})(?![A-Za-z]|\s?&)"),
        product_names=names,
        dates=_dates(months),
        month_numbers={name: n for n, row in enumerate(data["months"], 1) for name in row.split("|")},
        years=_compile(r"(?<![\d.,])(?P<year>(?:19|20)\d\d)(?![\d]|[.,]\d|\s?(?:개|명|대|번|건))"),
        money=tuple(
            (
                currency,
                _compile(
                    rf"(?:{before})\s?(?P<before>{NUMBER})(?:\s?(?P<before_times>{times}))?"
                    rf"|(?P<after>{NUMBER})(?:\s?(?P<after_times>{times}))?\s?(?:{after})"
                ),
            )
            for currency, (before, after) in data["currencies"].items()
        ),
        spans=_compile("|".join(_longest_first(data["spans"]))),
        span_lengths=data["spans"],
        durations=_compile(rf"{low}(?<![\w.,])(?P<number>{NUMBER}|{spelled})[\s-]?(?:{units})"),
        bases={name: (row[0], float(row[1])) for name, row in data["durations"].items()},
        sizes=_compile(rf"{low}(?<![\w.,])(?P<number>{NUMBER})\s?(?P<unit>{'|'.join(sizes.values())})(?![A-Za-z])"),
        size_units=tuple((name, _compile(pattern)) for name, pattern in sizes.items()),
        numbers=_compile(rf"(?<![A-Za-z\d])(?P<number>{NUMBER})(?:\s?(?P<times>{times})(?![가-힣A-Za-z]))?"),
        words=_compile(rf"(?P<word>{spelled}){counted}"),
        number_words=words,
        multipliers={word: float(value) for word, value in data["multipliers"].items()},
    )


def _dates(months: str) -> tuple[re.Pattern[str], ...]:
    year, day = r"(?P<year>(?:19|20)\d\d)", r"(?P<day>\d{1,2})"
    number = r"(?P<month>\d{1,2})"
    name = rf"(?P<month>{months})\.?"
    return tuple(
        _compile(pattern)
        for pattern in (
            rf"\b{year}[-./]{number}(?:[-./]{day})?(?!\d|[-./]\d)",
            rf"{year}년\s?{number}월(?:\s?{day}일)?",
            rf"(?<!\d){number}월\s?{day}일",
            rf"\b{name}\s{day}(?:st|nd|rd|th)?,?\s{year}\b",
            rf"\b{day}(?:st|nd|rd|th)?\s(?:of\s)?{name}(?:,?\s{year}\b)?(?![a-z])",
            rf"\b{name},?\s{year}\b",
            rf"\b{name}\s{day}(?:st|nd|rd|th)?\b",
            rf"(?<!\d){number}월(?![가-힣]*(?:간|분))",
            # "May" and "march" are words of their own too.
            r"\b(?P<month>(?-i:January|February|March|April|June|July|August|September|October|November|December))\b",
            rf"(?<![\d.,]){year}년(?!\s?[간동])",
        )
    )


def _longest_first(words: Any) -> list[str]:
    return sorted(words, key=len, reverse=True)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)

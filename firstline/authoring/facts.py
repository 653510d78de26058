"""Facts that a text states, in one form for ko and en: numbers, durations, dates, money, addresses, products."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from firstline.authoring.fact_patterns import DURATIONS, NUMBER, Patterns, patterns

Kind = Literal["number", "duration", "date", "money", "url", "product", "negation", "only"]
KINDS: tuple[Kind, ...] = ("number", "duration", "date", "money", "url", "product", "negation", "only")

_LIST_NUMBER = re.compile(r"^\s{0,3}\d{1,3}[.)]\s", re.MULTILINE)
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]\"'가-힣]+"
    r"|\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|kr|dev|ms|microsoft)(?![a-z0-9-])(?:/[^\s<>()\[\]\"'가-힣]*)?",
    re.IGNORECASE,
)
_LANGUAGE_IN_URL = re.compile(r"/(?:ko-kr|en-us|ko|en)(?=/|$)", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
_IGNORED = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*|(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)"  # timestamps and times of day
    r"|(?:오전|오후)\s?\d{1,2}시(?:\s?\d{1,2}분)?|\b\d{1,2}\s?[ap]\.?m\b",
    re.IGNORECASE,
)
_WORKING_DAYS = re.compile(r"(?:영업일|근무일)(?:\s?기준)?(?:으로)?\s?(\d+)\s?일")
_CODE = re.compile(r"(?<![\w.])(?:0x[0-9a-f]{4,}|[A-Z]{2,}\d{3,}|(?P<plan>[EFAGP][1-5]))(?![A-Za-z0-9])")


@dataclass(frozen=True)
class Fact:
    """A fact in a form that is the same in both languages.

    ``text`` is how it is written. ``value`` is its number, if it has one, and ``bare`` says that no unit came with
    it. A ``soft`` fact backs up the other language's, but its absence there means nothing ("one of the people").
    """

    kind: Kind
    key: str
    text: str
    value: float | None = None
    bare: bool = False
    soft: bool = False


def facts_of(text: str, lang: str) -> list[Fact]:
    """Find the facts in Markdown ``text``, each once; list numbers and times of day are none."""
    return _Reader(text, patterns(lang)).read()


class _Reader:
    """Reads one kind after the other; what was read is blanked, so that no digit counts twice."""

    def __init__(self, text: str, known: Patterns) -> None:
        plain = _LIST_NUMBER.sub("\n", unicodedata.normalize("NFKC", text))
        self._text = _WORKING_DAYS.sub(r"\1영업일", plain)
        self._known = known
        self._found: dict[tuple[str, str], Fact] = {}

    def read(self) -> list[Fact]:
        known = self._known
        self._each(_ADDRESS, lambda match: None)
        self._each(_URL, self._url)
        self._each(_IGNORED, lambda match: None)
        self._each(known.products, self._product)
        self._each(_CODE, self._code)
        for pattern in known.dates:
            self._each(pattern, self._date)
        for currency, pattern in known.money:
            self._each(pattern, lambda match, currency=currency: self._money(match, currency))  # type: ignore[misc]
        self._each(known.spans, self._span)
        self._each(known.durations, self._duration)
        self._each(known.sizes, self._size)
        self._each(known.years, self._date)
        self._each(known.numbers, self._number)
        self._each(known.words, self._word)
        return list(self._found.values())

    def _each(self, pattern: re.Pattern[str], note: Callable[[re.Match[str]], None]) -> None:
        def take(match: re.Match[str]) -> str:
            note(match)
            return " " + "\x00" * max(len(match.group()) - 1, 0)

        self._text = pattern.sub(take, self._text)

    def _add(self, fact: Fact) -> None:
        place = (fact.kind, fact.key)
        if place not in self._found or self._found[place].soft:
            self._found[place] = fact

    def _url(self, match: re.Match[str]) -> None:
        address = match.group().rstrip(".,;:!?*_")
        plain = _LANGUAGE_IN_URL.sub("", re.sub(r"^(?:https?://)?(?:www\.)?", "", address.lower())).rstrip("/")
        self._add(Fact("url", plain, address))

    def _product(self, match: re.Match[str]) -> None:
        self._add(Fact("product", self._known.product_names[match.group().lower()], match.group()))

    def _code(self, match: re.Match[str]) -> None:
        self._add(Fact("product" if match["plan"] else "number", match.group().lower(), match.group()))

    def _date(self, match: re.Match[str]) -> None:
        parts = match.groupdict()
        month = parts.get("month") or ""
        if month and not month.isdigit():
            month = str(self._known.month_numbers[month.lower()])
        day = parts.get("day") or ""
        key = "-".join(part.lstrip("0") or "?" for part in (parts.get("year") or "", month, day))
        self._add(Fact("date", key, match.group().strip()))

    def _money(self, match: re.Match[str], currency: str) -> None:
        groups = match.groupdict()
        value = _value(groups["before"] or groups["after"]) * self._times(
            groups["before_times"] or groups["after_times"]
        )
        self._add(Fact("money", f"{value:.10g}{currency}", match.group().strip(), value))

    def _span(self, match: re.Match[str]) -> None:
        number, unit = self._known.span_lengths[match.group()].split()
        self._length(float(number), unit, match.group(), soft=number == "1")

    def _duration(self, match: re.Match[str]) -> None:
        unit = next(name for name in DURATIONS if match[name])
        for group in ("low", "number"):
            if (written := match[group]) is None:
                continue
            word = written.lower()
            value = self._known.number_words.get(word)
            soft = word in ("a", "an", "one", "한")
            self._length(_value(written) if value is None else value, unit, match.group().strip(), soft=soft)

    def _length(self, number: float, unit: str, text: str, *, soft: bool = False) -> None:
        base, size = self._known.bases[unit]
        self._add(Fact("duration", f"{number * size:.10g} {base}", text, number, soft=soft))

    def _size(self, match: re.Match[str]) -> None:
        for group in ("low", "number"):
            if match[group]:
                unit = next(name for name, pattern in self._known.size_units if pattern.fullmatch(match["unit"]))
                value = _value(match[group])
                self._add(Fact("number", f"{value:.10g}{unit}", match.group().strip(), value))

    def _number(self, match: re.Match[str]) -> None:
        written = match["number"]
        if written.count(".") > 1 or (written.startswith("0") and not written.startswith("0.") and written != "0"):
            self._add(Fact("number", written, written))
            return
        value = _value(written) * self._times(match["times"])
        self._add(Fact("number", f"{value:.15g}", match.group().strip(), value, bare=True))

    def _word(self, match: re.Match[str]) -> None:
        value = self._known.number_words[match["word"].lower()]
        self._add(Fact("number", f"{value:.10g}", match.group().strip(), value, bare=True, soft=True))

    def _times(self, word: str | None) -> float:
        return self._known.multipliers.get((word or "").strip().lower(), 1.0)


def _value(written: str) -> float:
    match = re.fullmatch(NUMBER, written)
    return float(written.replace(",", "")) if match and written.count(".") <= 1 else float(written.split(".")[0])

"""A day in customers' words, Korean and English: ``11월 3일``, ``3 Nov``, ``어제``, ``last Friday``, ``2026-11-03``."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from firstline.support_rules.calendar_months import add_months, month_end

Prefer = Literal["past", "future", "near"]

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s*(?P<year>20\d{2}))?"
_WEEKDAYS = {"월": 0, "화": 1, "수": 2, "목": 3, "금": 4, "토": 5, "일": 6} | {
    name: index for index, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
}
_RELATIVE = {
    "그끄저께": -3, "그저께": -2, "그제": -2, "엊그제": -2, "어제": -1, "어저께": -1, "오늘": 0, "방금": 0, "아까": 0,
    "내일": 1, "모레": 2, "day before yesterday": -2, "yesterday": -1, "today": 0, "just now": 0, "this morning": 0,
    "day after tomorrow": 2, "tomorrow": 1,
}  # fmt: skip
_RELATIVE_WORDS = sorted(_RELATIVE, key=len, reverse=True)
_FULL = re.compile(r"(?<!\d)(?P<year>20\d{2})\s*[-./년]\s*(?P<month>\d{1,2})\s*[-./월]\s*(?P<day>\d{1,2})(?!\d)")
_KOREAN = re.compile(r"(?<!\d)(?P<month>\d{1,2})\s*월\s*(?P<day>\d{1,2})\s*일")
_SLASHED = re.compile(r"(?<![\d/.])(?P<month>\d{1,2})\s*/\s*(?P<day>\d{1,2})(?![\d/])")
_ENGLISH = (
    re.compile(rf"(?<!\d){_DAY}\s*(?:of\s+)?{_MONTH}{_YEAR}(?![a-z])"),
    re.compile(rf"\b{_MONTH}\s*{_DAY}{_YEAR}(?!\d)"),
)
_AGO = re.compile(
    r"(?P<n>\d{1,3}|a|one|two|three|four|five|six|일주|하루|이틀|사흘|한)\s*"
    r"(?P<unit>일|주일|주|달|개월|days?|weeks?|months?)?\s*(?P<way>전|뒤|후|ago|from now)"
)
# "산 지 3일 됐어요": so long ago, not on the third.
_SINCE = re.compile(
    r"(?P<n>\d{1,3}|일주|하루|이틀|사흘|한)\s*(?P<unit>일|주일|주|달|개월)?\s*(?:이|가|은|도)?\s*(?:좀\s*)?"
    r"(?P<way>됐|되었|됨|됬|된\s|지났|지남|지나|째|넘었|넘음|경과)"
    r"|(?:it has been|it's been|its been)\s"
    r"(?P<en>\d{1,3}|a|one|two|three|four|five|six)\s(?P<en_unit>days?|weeks?|months?)"
)
# "10일 남았어요", "10 days left", "남은 기간이 10일": so long from now, not on the tenth. Today is the first of them.
LEFT = re.compile(
    r"(?P<n>\d{1,3}|일주|하루|이틀|사흘|한)\s*(?P<unit>일|주일|주|달|개월)?\s*(?:이|은|도|만)?\s*"
    r"(?:(?:정도|쯤|가량|밖에|아직|더|안)\s*)*남(?=[기긴길은았아음습겨겼을는])"
    r"|\b(?P<en>\d{1,3}|a|one|two|three|four|five|six)\s(?P<en_unit>days?|weeks?|months?)\s"
    r"(?:(?:is|are|were|still|only)\s)*(?:left|remaining|remain|to go)\b"
    r"|(?:남은|잔여)\s*(?:기간|날짜|날|일수)(?:이|은|는)?\s*(?P<rest>\d{1,3}|일주|하루|이틀|사흘|한)\s*(?P<rest_unit>일|주일|주|달|개월)?"
)
_COUNTS = {
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "한": 1,
    "하루": 1,
    "이틀": 2,
    "사흘": 3,
}
_KOREAN_MONTH = re.compile(r"(?P<which>지난|저번|이번|다음)\s*달\s*(?:(?P<day>\d{1,2})\s*일|(?P<end>말일|말))")
_KOREAN_WEEK = re.compile(r"(?P<which>지지난|지난|저번|이번|다음)\s*주\s*(?P<weekday>[월화수목금토일])(?:요일|욜)?")
_ENGLISH_WEEK = re.compile(r"\b(?P<which>last|this|next|on)\s+(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*")
_MONTH_END = re.compile(r"월말|이달 ?말|말일|end of (?:the|this) month|month.?end")
_BARE_DAY = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\s*일(?![가-힣]*(?:동안|간|치))|\bthe\s+(?P<nth>\d{1,2})(?:st|nd|rd|th)\b"
)


def day_in(text: str, today: date, prefer: Prefer = "near") -> date | None:
    """Return the first day that ``text`` names, seen from ``today``; ``None`` when it names none that exists.

    Without a year the nearest such day is meant, or the nearest past or coming one if ``prefer`` says so.
    """
    plain = " ".join(text.casefold().split())
    for found in _readings(plain, today, prefer):
        if found is not None:
            return found
    return None


def _readings(text: str, today: date, prefer: Prefer) -> Iterator[date | None]:
    if match := _FULL.search(text):
        yield _day(int(match["year"]), int(match["month"]), int(match["day"]))
        return
    if match := _KOREAN.search(text):
        yield _without_year(int(match["month"]), int(match["day"]), today, prefer)
    for pattern in _ENGLISH:
        if match := pattern.search(text):
            month = _MONTHS.index(match["month"][:3]) + 1
            if match["year"]:
                yield _day(int(match["year"]), month, int(match["day"]))
            else:
                yield _without_year(month, int(match["day"]), today, prefer)
    for word in _RELATIVE_WORDS:
        if word in text:
            yield today + timedelta(days=_RELATIVE[word])
    if match := _KOREAN_MONTH.search(text):
        yield _in_month(today, {"이번": 0, "다음": 1}.get(match["which"], -1), match["day"])
    if match := _KOREAN_WEEK.search(text):
        weeks = {"지지난": -2, "이번": 0, "다음": 1}.get(match["which"], -1)
        yield _monday(today) + timedelta(days=7 * weeks + _WEEKDAYS[match["weekday"]])
    if match := _ENGLISH_WEEK.search(text):
        yield _weekday(today, _WEEKDAYS[match["weekday"]], match["which"])
    if match := _AGO.search(text):
        yield _moved(today, match["n"], match["unit"] or "", -1 if match["way"] in ("전", "ago") else 1)
    if match := LEFT.search(text):
        count, unit = (
            match["n"] or match["en"] or match["rest"],
            match["unit"] or match["en_unit"] or match["rest_unit"],
        )
        beyond = _moved(today, count, unit or "", 1)
        yield beyond and beyond - timedelta(days=1)
    if match := _SINCE.search(text):
        yield _moved(today, match["n"] or match["en"], match["unit"] or match["en_unit"] or "", -1)
    if match := _SLASHED.search(text):
        yield _without_year(int(match["month"]), int(match["day"]), today, prefer)
    if _MONTH_END.search(text):
        yield month_end(today)
    if match := _BARE_DAY.search(text):
        yield _bare(int(match["day"] or match["nth"]), today, prefer)


def _day(year: int, month: int, day: int) -> date | None:
    exists = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    return date(year, month, day) if exists else None


def _without_year(month: int, day: int, today: date, prefer: Prefer) -> date | None:
    years = (today.year - 1, today.year, today.year + 1)
    return _nearest([found for year in years if (found := _day(year, month, day))], today, prefer)


def _bare(day: int, today: date, prefer: Prefer) -> date | None:
    months = (add_months(today.replace(day=1), offset) for offset in (-1, 0, 1))
    return _nearest([found for first in months if (found := _day(first.year, first.month, day))], today, prefer)


def _nearest(days: list[date], today: date, prefer: Prefer) -> date | None:
    wanted = [day for day in days if prefer == "near" or (day <= today if prefer == "past" else day >= today)]
    return min(wanted or days, key=lambda day: abs(day - today), default=None)


def _in_month(today: date, offset: int, day: str | None) -> date | None:
    first = add_months(today.replace(day=1), offset)
    return _day(first.year, first.month, int(day)) if day else month_end(first)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weekday(today: date, weekday: int, which: str) -> date:
    behind = (today.weekday() - weekday) % 7
    if which == "next":
        return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)
    if which == "this":
        return _monday(today) + timedelta(days=weekday)
    return today - timedelta(days=behind or (7 if which == "last" else 0))


def _moved(today: date, word: str, unit: str, sign: int) -> date | None:
    if word == "일주":
        return today + timedelta(days=7 * sign)
    count = int(word) if word.isdigit() else _COUNTS[word]
    if unit.startswith(("달", "개월", "month")):
        return add_months(today, sign * count)
    if not unit and word not in ("하루", "이틀", "사흘"):
        return None
    return today + timedelta(days=sign * count * (7 if unit.startswith(("주", "week")) else 1))

"""Public holidays by country and year, from the ``holidays`` package. Holidays are data; none is written here."""

import datetime
from collections.abc import Mapping
from functools import lru_cache

import holidays as holiday_data

from firstline.charter.calendars import Calendar, HolidaySet

_LOCALES = {"en": "en_US"}


def holiday_name(calendar: Calendar, day: datetime.date, lang: str = "en") -> str | None:
    """Return the name of the holiday on a local day, ``""`` when it has none, ``None`` on a day that is no holiday."""
    rules = calendar.holidays
    if rules is None or day in rules.exclude:
        return None
    for extra in rules.include:
        if extra.date == day:
            return extra.name.say(lang) if extra.name else ""
    return _year(rules.country, rules.subdivision, day.year, lang).get(day)


def is_known(rules: HolidaySet) -> bool:
    """Tell whether the data have this country and subdivision."""
    known = holiday_data.list_supported_countries(include_aliases=True)
    return rules.country in known and (rules.subdivision is None or rules.subdivision in known[rules.country])


def last_day(rules: HolidaySet) -> datetime.date:
    """Last day for which the holidays are known: what the charter confirms, or the end of the data if earlier."""
    end_year = holiday_data.country_holidays(rules.country).end_year
    return min(rules.confirmed_through, datetime.date(end_year, 12, 31))


@lru_cache(maxsize=256)
def _year(country: str, subdivision: str | None, year: int, lang: str) -> Mapping[datetime.date, str]:
    locale = _LOCALES.get(lang, lang)
    languages = holiday_data.country_holidays(country).supported_languages
    return dict(
        holiday_data.country_holidays(
            country,
            subdiv=subdivision,
            years=year,
            expand=False,
            language=locale if locale in languages else None,
        ).items()
    )

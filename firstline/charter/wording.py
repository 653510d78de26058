"""Dates, times, durations and prices in a customer's language. The words stand in ``texts/<language>.yaml``."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from firstline.charter.parts import Price
from firstline.charter.targets import Target
from firstline.core.texts import StringTable, string_table

_TEXTS = Path(__file__).parent / "texts"


def words() -> StringTable:
    """Return the string table of the charter."""
    return string_table(_TEXTS)


def has_words(key: str) -> bool:
    """Tell whether the string table has a text of this key."""
    return key in _keys()


def format_datetime(moment: datetime, lang: str, tz: str) -> str:
    """Write an aware instant as local time: ``2026년 11월 23일(월) 오후 2시 30분``, ``Mon 23 Nov 2026, 14:30 (KST)``.

    Seconds are cut off. Korean names the zone only outside Korea.
    """
    local = moment.astimezone(ZoneInfo(tz))
    zone = "" if tz == words().get(lang, "dates.home_zone") else words().get(lang, "dates.zone", zone=_zone(local, tz))
    return words().get(lang, "dates.datetime", **_date_values(local, lang), time=_time(local, lang), zone=zone)


def format_date(day: date, lang: str) -> str:
    """Write a day: ``2026년 11월 23일(월)``, ``Mon 23 Nov 2026``."""
    return words().get(lang, "dates.date", **_date_values(day, lang))


def deadline_text(due: datetime, lang: str, tz: str) -> str:
    """Write until when something is promised: ``... 오후 2시 30분까지``, ``by Mon 23 Nov 2026, 14:30 (KST)``."""
    return words().get(lang, "dates.by", when=format_datetime(due, lang, tz))


def target_text(target: Target | None, lang: str) -> str:
    """Write a target: ``4영업시간 이내``, ``within 4 business hours``; best effort and no promise in words."""
    if target is None:
        return words().get(lang, "targets.none")
    if target.best_effort or target.value is None or target.unit is None:
        return words().get(lang, "targets.best_effort")
    form = f"{target.unit}_one" if target.value == 1 else target.unit
    clock = target.clock or "business"
    return words().get(lang, f"targets.{clock}.{form}", value=number_text(target.value))


def price_text(price: Price | None, lang: str) -> str:
    """Write a price: ``월 300,000원(부가세 별도)``, ``KRW 300,000 per month (VAT excluded)``; no price is free."""
    if price is None:
        return words().get(lang, "price.free")
    currency = price.currency if has_words(f"price.currency.{price.currency}") else "other"
    amount = number_text(price.amount)
    amount = words().get(lang, f"price.currency.{currency}", amount=amount, currency=price.currency)
    text = words().get(lang, f"price.per.{price.per}", amount=amount)
    return words().get(lang, f"price.vat.{price.vat}", price=text) if price.vat else text


def plain_number(value: float) -> int | float:
    """Return a whole number as an integer, so that JSON says ``4`` and not ``4.0``."""
    return int(value) if value == int(value) else value


def number_text(value: float) -> str:
    """Write a number with thousands separators and no needless decimals: ``300,000``, ``1.5``, ``9.90``."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.1f}" if round(value, 1) == value else f"{value:,.2f}"


@cache
def _keys() -> frozenset[str]:
    return frozenset(words().keys())


def _date_values(day: date, lang: str) -> dict[str, object]:
    return {
        "year": day.year,
        "month": words().get(lang, f"dates.month.m{day.month}"),
        "day": day.day,
        "weekday": words().get(lang, f"dates.weekday.d{day.weekday()}"),
    }


def _time(local: datetime, lang: str) -> str:
    form = {0: "midnight", 12: "noon"}.get(local.hour, "am" if local.hour < 12 else "pm")
    values = {
        "hour24": f"{local.hour:02d}",
        "hour12": local.hour % 12 or 12,
        "minute": local.minute,
        "minute2": f"{local.minute:02d}",
    }
    minutes = words().get(lang, "dates.minutes", **values) if local.minute else ""
    return words().get(lang, f"dates.{form}", **values, minutes=minutes)


def _zone(local: datetime, tz: str) -> str:
    name = local.tzname() or tz
    return tz if name[0] in "+-" else name

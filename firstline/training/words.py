"""Figures, days and reasons in words, in both languages."""

from datetime import date
from pathlib import Path

from firstline.core.texts import LANGUAGES, Language, string_table
from firstline.support_rules.products import products
from firstline.training.courses import Thresholds
from firstline.training.models import ALL
from firstline.training.reasons import Reason

TEXTS = string_table(Path(__file__).parent / "texts")
_LIMITS = {"deployment": "deployment_below", "usage": "usage_below"}


def day_text(day: date, lang: Language) -> str:
    """Return a day in full."""
    return TEXTS.get(lang, "day", year=day.year, month=TEXTS.get(lang, f"month.{day.month}"), day=day.day)


def percent(share: float) -> str:
    """Return a share as a percentage with a decimal where it has one; never cut off at 100 %."""
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def number(value: float) -> str:
    """Return a number with a decimal where it has one."""
    return f"{value:,.1f}".removesuffix(".0")


def product_name(product: str, lang: Language) -> str:
    """Return a product's name; one that isn't ours as it was imported."""
    if product == ALL:
        return TEXTS.get(lang, "product_all")
    known = products().get(product)
    return known.name if known else product


def reason_text(reason: Reason, limits: Thresholds) -> dict[str, str]:
    """Return a reason as a sentence by language."""
    limit = getattr(limits, _LIMITS[reason.why]) if reason.why in _LIMITS else None
    said: dict[str, str] = {}
    for lang in LANGUAGES:
        values: dict[str, object] = {"product": product_name(reason.product, lang)}
        for name, value in reason.values.items():
            if isinstance(value, date):
                values[name] = day_text(value, lang)
            elif name in ("share", "usage"):
                values[name] = percent(value)
            else:
                values[name] = number(value)
        if limit is not None:
            values["limit"] = percent(limit)
        said[lang] = TEXTS.get(lang, f"reason.{reason.why}", **values)
    return said

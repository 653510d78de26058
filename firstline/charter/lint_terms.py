"""Lint rules about terms and words: L1 to L4, L15 to L19."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from firstline.charter.base import Text
from firstline.charter.findings import Finding
from firstline.charter.model import Charter
from firstline.charter.parts import CATEGORIES, Channel, Price
from firstline.charter.targets import KINDS
from firstline.core.texts import LANGUAGES, string_table

_TEXTS = Path(__file__).parent / "texts"


def l1_what_must_be_stated(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L1: types of support, hours and a way to make contact are stated (Partner Center, 2020 to 2023)."""
    missing = [name for name in CATEGORIES if name not in charter.support_types]
    if missing:
        yield Finding("L1", "error", "support_types", "L1.support_types", {"missing": ", ".join(missing)})
    if not charter.calendars:
        yield Finding("L1", "error", "calendars", "L1.hours")
    if not charter.channels:
        yield Finding("L1", "error", "channels", "L1.contact")
    for channel in charter.channels:
        if channel.kind != "chat" and not (channel.address or "").strip():
            yield Finding("L1", "error", f"channels.{channel.kind}.address", "L1.address")


def l2_price_or_free(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L2: a tier has a price or is free, not both."""
    for name, tier in charter.tiers.items():
        if tier.free == (tier.price is not None):
            yield Finding("L2", "error", f"tiers.{name}", "L2.price")


def l3_phone_or_targets(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L3: without a phone that is open round the clock, a complete table of targets explains the support."""
    phones = [item for item in charter.channels if item.kind == "phone"]
    if any(charter.calendar(item.calendar).round_the_clock for item in phones):
        return
    for tier in charter.tiers:
        for severity in charter.tier_severities(tier):
            targets = charter.target(tier, severity)
            missing = [kind for kind in KINDS if targets.of(kind) is None]
            if missing:
                values = {"missing": ", ".join(missing)}
                yield Finding("L3", "error", f"targets.{tier}.{severity}", "L3.targets", values)


def l4_every_language(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L4: every text is there in every language the charter offers."""
    for where, text in _texts(charter):
        missing = [lang for lang in charter.languages if not text.root.get(lang, "").strip()]
        if missing:
            yield Finding("L4", "error", where, "L4.language", {"missing": ", ".join(missing)})


def l15_collections(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L15: the collections policy says on which day access is affected."""
    if charter.collections is None:
        yield Finding("L15", "warn", "collections", "L15.missing")
    elif charter.collections.access_affected_day is None:
        yield Finding("L15", "warn", "collections.access_affected_day", "L15.day")


def l16_out_of_hours(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L16: closed hours have a route for every severity, and the top one leads to a person."""
    for tier in charter.tiers:
        if any(charter.calendar(item.calendar).round_the_clock for item in charter.tier_channels(tier)):
            continue
        severities = charter.tier_severities(tier)
        for severity in severities:
            if charter.route(tier, severity) is None:
                values = {"tier": tier, "severity": severity}
                yield Finding("L16", "error", "out_of_hours", "L16.no_route", values)
        if severities and charter.route(tier, severities[0]) == "case_only":
            values = {"tier": tier, "severity": severities[0]}
            yield Finding("L16", "warn", "out_of_hours", "L16.nobody", values)


def l17_upstream(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L17: an indirect reseller says whom it escalates to and who can file."""
    if charter.partner.role != "indirect_reseller":
        return
    if not charter.upstream:
        yield Finding("L17", "error", "upstream", "L17.no_provider")
    elif not any(hop.can_file for hop in charter.upstream):
        yield Finding("L17", "error", "upstream[0].can_file", "L17.can_file")


def l18_claims(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L18: words such as 24/7 stand only where hours are round the clock."""
    table = string_table(_TEXTS)
    claims = {lang: re.compile(table.get(lang, "claims.round_the_clock"), re.IGNORECASE) for lang in LANGUAGES}
    true_somewhere = any(charter.calendar(item.calendar).round_the_clock for item in charter.channels)
    true_by_channel = {item.kind: charter.calendar(item.calendar).round_the_clock for item in charter.channels}
    for where, text in _texts(charter):
        root, _, rest = where.partition(".")
        true = true_by_channel.get(rest.partition(".")[0], False) if root == "channels" else true_somewhere  # type: ignore[call-overload]
        found = next(
            (hit[0] for words in text.root.values() for claim in claims.values() if (hit := claim.search(words))), None
        )
        if found and not true:
            yield Finding("L18", "warn", where, "L18.claim", {"words": found})


def l19_tax(charter: Charter, at: datetime) -> Iterator[Finding]:
    """L19: a Korean price says whether VAT is in it."""
    for where, price in _prices(charter):
        if price.currency == "KRW" and price.vat is None:
            yield Finding("L19", "warn", where, "L19.tax")


def _prices(charter: Charter) -> Iterator[tuple[str, Price]]:
    for name, tier in charter.tiers.items():
        if tier.price:
            yield f"tiers.{name}.price", tier.price
    if charter.out_of_hours and charter.out_of_hours.on_call_price:
        yield "out_of_hours.on_call_price", charter.out_of_hours.on_call_price


def _texts(value: object, where: str = "") -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield where, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name), f"{where}.{name}" if where else name)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, f"{where}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{where}.{item.kind}" if isinstance(item, Channel) else f"{where}[{index}]")

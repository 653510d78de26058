"""The support terms as plain data, in one language and at one moment: what ``GET /api/charter`` answers."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from firstline.charter.describe_rules import describe_rules
from firstline.charter.model import Charter
from firstline.charter.opening import hours_text, opening, upcoming_days
from firstline.charter.parts import Channel
from firstline.charter.promise import promise
from firstline.charter.targets import KINDS, Kind
from firstline.charter.wording import deadline_text, format_date, plain_number, price_text, target_text, words


def describe(
    charter: Charter, lang: str, at: datetime, tiers: Collection[str] | None = None, kinds: Collection[Kind] = KINDS
) -> dict[str, Any]:
    """Return the terms for ``at``, an aware instant; a language the charter doesn't offer gives its first one.

    Targets are those of ``tiers``, all where it is None, and of ``kinds``: each is worked out on a calendar.

    JSON types only; instants are ISO 8601 with the offset of their calendar. ``open_now``, ``closes_at``,
    ``next_open``, ``closed_reason``, ``hours_text`` and ``now_text`` are those of the main calendar (the chat's);
    each channel has its own. ``valid_as_of`` is the sentence to show beside every number.
    """
    if lang not in charter.languages:
        lang = charter.default_language
    calendar = charter.main_calendar
    zone = ZoneInfo(calendar.tz)
    state = opening(calendar, at, lang)
    reason = {"code": state.reason_code, "text": state.reason_text} if state.reason_code else None
    return {
        "partner": {
            "name": charter.partner.name.say(lang),
            "legal_name": charter.partner.legal_name.say(lang) if charter.partner.legal_name else None,
            "role": charter.partner.role,
            "role_text": words().get(lang, f"roles.{charter.partner.role}"),
        },
        "id": charter.id,
        "version": charter.version,
        "valid_from": charter.valid_from.isoformat(),
        "valid_to": charter.valid_to.isoformat() if charter.valid_to else None,
        "valid_as_of": _valid_text(charter, lang),
        "lang": lang,
        "languages": list(charter.languages),
        "at": at.astimezone(zone).isoformat(timespec="seconds"),
        "timezone": calendar.tz,
        "open_now": state.open_now,
        "closes_at": _iso(state.closes_at),
        "next_open": _iso(state.next_open),
        "closed_reason": reason,
        "hours_text": hours_text(calendar, lang),
        "now_text": state.now_text,
        "upcoming_days": upcoming_days(calendar, at, lang),
        "channels": [_channel(charter, channel, lang, at) for channel in charter.channels],
        "tiers": [_tier(charter, tier, lang) for tier in charter.tiers],
        "severities": [_severity(charter, severity, lang, at, tiers, kinds) for severity in charter.severities_by_rank],
        "support_types": [_support_type(charter, category, lang) for category in charter.support_types],
        **describe_rules(charter, lang),
    }


def _channel(charter: Charter, channel: Channel, lang: str, at: datetime) -> dict[str, Any]:
    calendar = charter.calendar(channel.calendar)
    state = opening(calendar, at, lang)
    languages = list(channel.languages or charter.languages)
    comma = words().get(lang, "hours.list")
    return {
        "kind": channel.kind,
        "name": channel.name.say(lang) if channel.name else words().get(lang, f"channels.{channel.kind}"),
        "address": channel.address,
        "languages": languages,
        "languages_text": comma.join(words().get(lang, f"languages.{code}") for code in languages),
        "tiers": [tier for tier in charter.tiers if channel in charter.tier_channels(tier)],
        "round_the_clock": calendar.round_the_clock,
        "hours_text": hours_text(calendar, lang),
        "open_now": state.open_now,
        "next_open": _iso(state.next_open),
        "now_text": state.now_text,
    }


def _tier(charter: Charter, name: str, lang: str) -> dict[str, Any]:
    tier = charter.tiers[name]
    return {
        "id": name,
        "name": tier.name.say(lang),
        "free": tier.free,
        "price": tier.price.model_dump(mode="json") | {"amount": plain_number(tier.price.amount)}
        if tier.price
        else None,
        "price_text": price_text(tier.price, lang),
        "severities": charter.tier_severities(name),
        "channels": [channel.kind for channel in charter.tier_channels(name)],
    }


def _severity(
    charter: Charter, name: str, lang: str, at: datetime, tiers: Collection[str] | None, kinds: Collection[Kind]
) -> dict[str, Any]:
    severity = charter.severities[name]
    wanted = charter.tiers if tiers is None else tiers
    sold_in = [tier for tier in charter.tiers if tier in wanted and name in charter.tier_severities(tier)]
    return {
        "id": name,
        "rank": severity.rank,
        "name": severity.name.say(lang),
        "definition": severity.definition.say(lang),
        "examples": [example.say(lang) for example in severity.examples],
        "targets": {tier: {kind: _target(charter, tier, name, kind, lang, at) for kind in kinds} for tier in sold_in},
    }


def _target(charter: Charter, tier: str, severity: str, kind: Kind, lang: str, at: datetime) -> dict[str, Any]:
    """Describe one promise; ``value`` and ``respond_by`` are ``None`` for best effort and where nothing is promised."""
    given = promise(charter, tier, severity, kind, at)
    target = given.target if given else None
    zone = charter.calendars[given.calendar].tz if given and given.calendar else charter.main_calendar.tz
    due = given.due.astimezone(ZoneInfo(zone)) if given and given.due else None
    return {
        "value": plain_number(target.value) if target and target.value is not None else None,
        "unit": target.unit if target else None,
        "clock": target.clock if target else None,
        "best_effort": bool(target and target.best_effort),
        "text": target_text(target, lang),
        "respond_by": _iso(due),
        "respond_by_text": deadline_text(due, lang, zone) if due else None,
    }


def _support_type(charter: Charter, category: str, lang: str) -> dict[str, Any]:
    terms = charter.support_types[category]  # type: ignore[index]
    provider = terms.provider.say(lang) if terms.provider else None
    return {
        "id": category,
        "name": words().get(lang, f"support_types.{category}"),
        "provided_by": terms.provided_by,
        "provider": provider,
        "text": words().get(lang, f"provided_by.{terms.provided_by}", provider=provider),
        "note": terms.note.say(lang) if terms.note else None,
    }


def _valid_text(charter: Charter, lang: str) -> str:
    start = format_date(charter.valid_from, lang)
    if charter.valid_to is None:
        return words().get(lang, "valid.text", date=start, version=charter.version)
    end = format_date(charter.valid_to, lang)
    return words().get(lang, "valid.until", date=start, end=end, version=charter.version)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None

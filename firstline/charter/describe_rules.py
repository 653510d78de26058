"""The part of the support terms that doesn't depend on the moment: closed hours, closing, payment, privacy."""

from typing import Any

from firstline.charter.model import Charter
from firstline.charter.parts import OutOfHours, Route
from firstline.charter.wording import price_text, words


def describe_rules(charter: Charter, lang: str) -> dict[str, Any]:
    """Return ``out_of_hours, closing, collections, maintenance_notice, identity_check, privacy``.

    Each is ``None`` where the charter says nothing about it, else an object with ``text`` and its values.
    """
    return {
        "out_of_hours": _out_of_hours(charter, lang),
        "closing": _closing(charter, lang),
        "collections": _collections(charter, lang),
        "maintenance_notice": _maintenance(charter, lang),
        "identity_check": {"text": charter.identity_check.text.say(lang)} if charter.identity_check else None,
        "privacy": _privacy(charter, lang),
    }


def _out_of_hours(charter: Charter, lang: str) -> dict[str, Any] | None:
    rules = charter.out_of_hours
    if rules is None:
        return None
    return {
        "at_opening": rules.at_opening.say(lang) if rules.at_opening else None,
        "on_call_contact": rules.on_call_contact,
        "on_call_price_text": price_text(rules.on_call_price, lang) if rules.on_call_price else None,
        "severities": {severity: _routes(charter, rules, severity, lang) for severity in charter.severities_by_rank},
    }


def _routes(charter: Charter, rules: OutOfHours, severity: str, lang: str) -> dict[str, Any]:
    """Describe the way of one severity in closed hours, by tier; ``text`` puts the tiers that differ side by side."""
    tiers: dict[str, dict[str, str | None]] = {}
    for tier in charter.tiers:
        if severity in charter.tier_severities(tier):
            route = None if _never_closed(charter, tier) else charter.route(tier, severity)
            tiers[tier] = {"route": route, "text": _route_text(rules, route, lang)}
    texts = {str(item["text"]) for item in tiers.values()}
    if len(texts) == 1:
        return {"text": texts.pop(), "tiers": tiers}
    lines = [
        words().get(lang, "out_of_hours.by_tier", tier=charter.tiers[tier].name.say(lang), text=item["text"])
        for tier, item in tiers.items()
    ]
    return {"text": words().get(lang, "out_of_hours.tier_join").join(lines), "tiers": tiers}


def closed_route(charter: Charter, tier: str, severity: str, lang: str) -> tuple[Route | None, str]:
    """Return the way a request of one tier and severity takes in closed hours, and its sentence.

    ``None`` and no sentence where the charter names no way.
    """
    rules, route = charter.out_of_hours, charter.route(tier, severity)
    return (route, _route_text(rules, route, lang)) if rules and route else (None, "")


def _route_text(rules: OutOfHours, route: Route | None, lang: str) -> str:
    if route == "on_call" and rules.on_call_contact:
        return words().get(lang, "out_of_hours.on_call_contact", contact=rules.on_call_contact)
    if route == "email" and rules.email:
        return words().get(lang, "out_of_hours.email_address", address=rules.email)
    return words().get(lang, f"out_of_hours.{route or 'none'}")


def _never_closed(charter: Charter, tier: str) -> bool:
    return any(charter.calendar(channel.calendar).round_the_clock for channel in charter.tier_channels(tier))


def _closing(charter: Charter, lang: str) -> dict[str, Any]:
    days, reopen = charter.closing.days, charter.closing.reopen_days
    text = words().get(lang, "closing.text" if reopen else "closing.no_reopen", days=days, reopen=reopen)
    return {"days": days, "reopen_days": reopen, "text": text}


def _collections(charter: Charter, lang: str) -> dict[str, Any] | None:
    terms = charter.collections
    if terms is None:
        return None
    days = [_reminder(day, lang) for day in sorted(terms.reminder_days)]
    listed = words().get(lang, "hours.list").join(days)
    affected = terms.access_affected_day
    text = words().get(
        lang,
        "collections.text",
        due=terms.due_days,
        reminders=words().get(lang, "collections.reminders", days=listed) if days else "",
        grace=words().get(lang, "collections.grace", days=terms.grace_days) if terms.grace_days else "",
        affected=words().get(lang, "collections.affected", days=affected)
        if affected is not None
        else words().get(lang, "collections.not_affected"),
    )
    return {
        "due_days": terms.due_days,
        "reminder_days": sorted(terms.reminder_days),
        "grace_days": terms.grace_days,
        "access_affected_day": affected,
        "stops": terms.stops.say(lang) if terms.stops else None,
        "contact": terms.contact,
        "text": text,
    }


def _reminder(day: int, lang: str) -> str:
    if day == 0:
        return words().get(lang, "collections.day_of")
    return words().get(lang, f"collections.day_{'before' if day < 0 else 'after'}", days=abs(day))


def _maintenance(charter: Charter, lang: str) -> dict[str, Any] | None:
    notice = charter.maintenance_notice
    if notice is None:
        return None
    channels = words().get(lang, "hours.list").join(words().get(lang, f"channels.{kind}") for kind in notice.channels)
    return {
        "days": notice.days,
        "channels": list(notice.channels),
        "text": words().get(lang, "maintenance.text", days=notice.days, channels=channels),
        "note": notice.text.say(lang) if notice.text else None,
    }


def _privacy(charter: Charter, lang: str) -> dict[str, Any] | None:
    rules = charter.privacy
    if rules is None:
        return None
    kinds = words().get(lang, "hours.list").join(words().get(lang, f"privacy.kinds.{kind}") for kind in rules.masked)
    masked = words().get(lang, "privacy.masked", kinds=kinds) if kinds else ""
    return {
        "chat_retention_days": rules.chat_retention_days,
        "masked": list(rules.masked),
        "deletion_contact": rules.deletion_contact,
        "text": words().get(lang, "privacy.text", days=rules.chat_retention_days, masked=masked),
    }

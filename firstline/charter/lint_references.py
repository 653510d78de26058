"""Names in a charter that stand for something else in it: calendars, tiers, severities, channels."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from firstline.charter.findings import Finding
from firstline.charter.model import Charter
from firstline.charter.public_holidays import is_known
from firstline.charter.targets import KINDS


def names(charter: Charter, at: datetime) -> Iterator[Finding]:
    """Every name used must be one that the charter defines, and every holiday set one that the data have."""
    for where, used, defined, what in _uses(charter):
        if used not in defined:
            known = ", ".join(defined) or "-"
            yield Finding(
                "reference", "error", where, "reference.unknown", {"what": what, "name": used, "known": known}
            )
    if charter.partner.provider == charter.id:
        yield Finding("reference", "error", "partner.provider", "reference.itself")
    for name, calendar in charter.calendars.items():
        if calendar.holidays and not is_known(calendar.holidays):
            where = f"calendars.{name}.holidays.set"
            yield Finding("reference", "error", where, "reference.holidays", {"country": calendar.holidays.country})


def _uses(charter: Charter) -> Iterator[tuple[str, str, Iterable[str], str]]:
    calendars, tiers, severities = list(charter.calendars), list(charter.tiers), list(charter.severities)
    kinds = [channel.kind for channel in charter.channels]
    for channel in charter.channels:
        if calendars:
            yield f"channels.{channel.kind}.calendar", charter.calendar_name(channel.calendar), calendars, "calendar"
        for tier in channel.tiers or []:
            yield f"channels.{channel.kind}.tiers", tier, tiers, "tier"
    for index, hop in enumerate(charter.upstream):
        if hop.calendar:
            yield f"upstream[{index}].calendar", hop.calendar, calendars, "calendar"
    for name, terms in charter.tiers.items():
        for severity in terms.severities or []:
            yield f"tiers.{name}.severities", severity, severities, "severity"
        for kind in terms.channels or []:
            yield f"tiers.{name}.channels", kind, kinds, "channel"
    if charter.target_defaults.calendar:
        yield "target_defaults.calendar", charter.target_defaults.calendar, calendars, "calendar"
    for tier, table in charter.targets.items():
        for severity, targets in table.items():
            yield f"targets.{tier}.{severity}", severity, severities, "severity"
            for kind_of_target in KINDS:
                target = targets.of(kind_of_target)
                if target and target.calendar:
                    yield f"targets.{tier}.{severity}.{kind_of_target}", target.calendar, calendars, "calendar"
    if charter.out_of_hours:
        for severity in charter.out_of_hours.routes:
            yield f"out_of_hours.{severity}", severity, severities, "severity"
        for tier in charter.out_of_hours.on_call_tiers or []:
            yield "out_of_hours.on_call_tiers", tier, tiers, "tier"
    if charter.maintenance_notice:
        for kind in charter.maintenance_notice.channels:
            yield "maintenance_notice.channels", kind, kinds, "channel"

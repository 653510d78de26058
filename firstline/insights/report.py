"""The whole report but the gaps, as the API and the command give it."""

from datetime import datetime
from typing import Any

from firstline.charter import Charter
from firstline.core.database import Database
from firstline.core.times import iso
from firstline.insights.figures import figures
from firstline.insights.period import period_of
from firstline.insights.scope import Scope


def scope_of(
    partner: str,
    charter: Charter,
    layers: list[str],
    now: datetime,
    *,
    since: str | None = None,
    until: str | None = None,
    lang: str | None = None,
) -> Scope:
    """Return the scope of a report on ``partner``, in the time zone of its charter; raises as ``period_of`` does."""
    return Scope(partner, layers, period_of(since, until, charter.main_calendar.tz, now), now, lang)


async def report(database: Database, scope: Scope, charter: Charter) -> dict[str, Any]:
    """Return what the report is about, the names that its codes have in the charter, and every figure."""
    async with database.reading() as session:
        counted = await figures(session, scope)
    return {
        "partner": scope.partner,
        "zone": scope.period.zone,
        "since": str(scope.period.since),
        "until": str(scope.period.until),
        "lang": scope.language,
        "now": iso(scope.now),
        "severities": {key: severity.name.root for key, severity in charter.severities.items()},
        **counted,
    }

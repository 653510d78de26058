"""One row for each promise that was given in the period: of what kind, and whether it was kept."""

from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_, select

from firstline.core.times import UtcDateTime
from firstline.desk.models import Case, CasePromise
from firstline.insights.conversations import NO_CATEGORY
from firstline.insights.functions import SecondsBetween, day_of
from firstline.insights.scope import Scope

STATES = ("kept", "late", "running", "withdrawn")


def promise_rows(scope: Scope) -> Select[Any]:
    """Select ``id, at, day, number, kind, severity, language, category, state, due, met_at, late_seconds``.

    ``state``: ``kept`` in time; ``late``, whether it was met afterwards or not yet; ``running``, its time still to come
    or standing still; ``withdrawn``, ended in time by the customer, who needed it no more: neither kept nor broken.
    ``late_seconds`` is how much later than promised, or is by now.
    """
    now = literal(scope.now, UtcDateTime())
    met = CasePromise.met_at
    end = func.coalesce(met, CasePromise.paused_at, now)
    late = or_(met > CasePromise.due, and_(met.is_(None), CasePromise.paused_at.is_(None), CasePromise.due <= now))
    late = or_(late, and_(met.is_(None), CasePromise.breached_at.is_not(None)))
    # Closing a case ends what still ran; only of a withdrawn one nobody had done what was promised.
    given_up = and_(Case.outcome == "withdrawn", met == Case.closed_at)
    query = (
        select(
            CasePromise.id.label("id"),
            CasePromise.started_at.label("at"),
            day_of(CasePromise.started_at.expression, scope.period.offsets()).label("day"),
            Case.number.label("number"),
            CasePromise.kind.label("kind"),
            CasePromise.severity.label("severity"),
            Case.language.label("language"),
            func.coalesce(Case.category, NO_CATEGORY).label("category"),
            case((late, "late"), (met.is_(None), "running"), (given_up, "withdrawn"), else_="kept").label("state"),
            CasePromise.due.label("due"),
            met.label("met_at"),
            case((late, SecondsBetween(CasePromise.due, end))).label("late_seconds"),
        )
        .join(Case, Case.id == CasePromise.case_id)
        .where(
            Case.partner == scope.partner,
            CasePromise.started_at >= scope.period.begin,
            CasePromise.started_at < scope.period.end,
        )
    )
    return query.where(Case.language == scope.language) if scope.language else query

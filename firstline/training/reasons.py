"""Why a customer would gain from training, by the partner's thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from firstline.training.counting import Scope
from firstline.training.courses import Thresholds
from firstline.training.figures import History

Why = Literal["wanted", "questions", "questions_limit", "deployment", "usage", "growth"]


@dataclass(frozen=True)
class Reason:
    """One reason, the product it is about (``""``: everything), and what its sentence needs."""

    why: Why
    product: str
    values: dict[str, Any] = field(default_factory=dict)


def reasons_of(
    scopes: Sequence[Scope], history: History, wanted: Sequence[date], limits: Thresholds, today: date
) -> list[Reason]:
    """Return every reason there is, the customer's own wish first."""
    found = []
    if wanted:
        found.append(Reason("wanted", "", {"count": len(wanted), "on": max(wanted)}))
    found += [reason for scope in scopes if (reason := _many(scope, limits))]
    since = today - timedelta(days=limits.figure_days)
    deployment, usage = (history.newest(what, today, since) for what in ("deployment", "usage"))
    for product, row in deployment.items():
        if (row.deployment or 0) < limits.deployment_below:
            found.append(Reason("deployment", product, {"share": row.deployment, "on": row.as_of}))
    for product, row in usage.items():
        if (row.usage or 0) < limits.usage_below:
            found.append(Reason("usage", product, {"share": row.usage, "on": row.as_of}))
    for product in deployment.keys() & usage.keys():
        full, active = deployment[product], usage[product]
        if (full.deployment or 0) >= limits.full_deployment and (active.usage or 0) >= limits.full_usage:
            values = {"share": full.deployment, "on": full.as_of, "usage": active.usage, "usage_on": active.as_of}
            found.append(Reason("growth", product, values))
    return found


def _many(scope: Scope, limits: Thresholds) -> Reason | None:
    if scope.questions < limits.least_questions or scope.per_100_seats is None:
        return None
    values: dict[str, Any] = {"count": scope.questions, "rate": scope.per_100_seats}
    against = scope.compared
    if against and against.ratio >= limits.ratio and against.chance <= limits.chance:
        return Reason("questions", scope.product, values | {"expected": against.expected, "ratio": against.ratio})
    if limits.per_100_seats is not None and scope.per_100_seats >= limits.per_100_seats:
        return Reason("questions_limit", scope.product, values | {"limit": limits.per_100_seats})
    return None

"""The audit log: who did what on the staff's side, when and from where; never a customer's words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.logs import client_address
from firstline.core.times import iso
from firstline.desk.models import Staff
from firstline.desk.staff_models import AuditEntry

_NOTHING: frozenset[str] = frozenset()

AUDITED: dict[str, frozenset[str]] = {
    "login.succeeded": frozenset({"how"}),
    "login.failed": frozenset({"how", "reason"}),
    "login.blocked": frozenset({"seconds"}),
    "logout": _NOTHING,
    "session.revoked": frozenset({"count"}),
    "password.changed": frozenset({"how"}),
    "staff.added": frozenset({"roles", "how"}),
    "staff.changed": frozenset({"fields", "roles"}),
    "staff.invited": _NOTHING,
    "staff.disabled": _NOTHING,
    "staff.enabled": _NOTHING,
    "partner.switched": frozenset({"from"}),
    "audit.exported": frozenset({"rows"}),
    "insights.exported": _NOTHING,
    "case": frozenset({"to_agent", "from_agent", "late", "severity", "outcome", "status", "level", "language"}),
    "incident.declared": frozenset({"product"}),
    "incident.ended": _NOTHING,
    "health.imported": frozenset({"added", "changed", "unchanged", "removed"}),
    "article": frozenset({"version", "lang", "status"}),
    "articles.imported": frozenset({"count", "failed"}),
    "articles.exported": frozenset({"count"}),
    "picture.added": _NOTHING,
    "charter.published": frozenset({"replaces"}),
    "view": frozenset({"shared"}),
    "canned_reply": frozenset({"shared"}),
    "notice.retried": frozenset({"count"}),
    "notice.given_up": frozenset({"reason"}),
    "customer.exported": frozenset({"cases", "messages", "files"}),
    "customer.erased": frozenset({"how", "cases", "messages", "files"}),
    "presence": frozenset({"cases"}),
    "training.imported": frozenset({"rows", "added", "changed"}),
    "training.exported": frozenset({"rows"}),
    "training.held": frozenset({"course"}),
    "training.removed": frozenset({"course"}),
    "training.forgotten": _NOTHING,
}
"""The actions that are logged and the data each may carry; ``case`` stands for ``case.claimed`` and all its others.

Data are names, numbers and codes. A remark, a reason in words or a message has no place here: it may hold what a
customer said.
"""

_LONGEST_VALUE = 200


def audit(
    session: AsyncSession,
    staff: Staff | None,
    action: str,
    target: str | int = "",
    *,
    partner: str | None = None,
    who: str = "",
    **data: Any,
) -> None:
    """Note in the transaction of the change that ``staff`` did ``action`` to ``target`` (a number, a slug, an address).

    The address comes from the request. Without ``staff`` the caller names ``partner`` and ``who`` (a command, or an
    unknown who tried to log in). Raises ``ValueError`` for an action or data that ``AUDITED`` doesn't have.
    """
    allowed = AUDITED.get(action, AUDITED.get(action.partition(".")[0]))
    if allowed is None or not data.keys() <= allowed:
        raise ValueError(f"the audit log has no {action!r} with {sorted(data)}; add it to AUDITED")
    session.add(
        AuditEntry(
            partner=partner or (staff.partner if staff else ""),
            staff_id=staff.id if staff else None,
            who=staff.email if staff else who,
            home=staff.home if staff else None,
            action=action,
            target=str(target)[:254],
            address=client_address.get(),
            data={key: _short(value) for key, value in data.items() if value is not None},
        )
    )


@dataclass(frozen=True)
class Wanted:
    """Which entries are wanted; an empty field wants all. ``action`` also takes a group, such as ``case``."""

    who: str = ""
    action: str = ""
    target: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


async def entries(session: AsyncSession, partner: str, wanted: Wanted, limit: int) -> Sequence[AuditEntry]:
    """Return a partner's newest ``limit`` entries that are wanted, newest first."""
    query = select(AuditEntry).where(AuditEntry.partner == partner).order_by(AuditEntry.id.desc()).limit(limit)
    if wanted.who:
        query = query.where(AuditEntry.who == wanted.who.strip().lower())
    if wanted.action:
        group = wanted.action.replace("_", r"\_")
        query = query.where(or_(AuditEntry.action == wanted.action, AuditEntry.action.like(f"{group}.%", escape="\\")))
    if wanted.target:
        query = query.where(AuditEntry.target == wanted.target.strip())
    if wanted.since:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until:
        query = query.where(AuditEntry.at < wanted.until)
    if wanted.before is not None:
        query = query.where(AuditEntry.id < wanted.before)
    return (await session.scalars(query)).all()


def entry_json(entry: AuditEntry) -> dict[str, Any]:
    """Return an entry for the audit page."""
    return {
        "id": entry.id,
        "at": iso(entry.at),
        "who": entry.who,
        "home": entry.home,
        "action": entry.action,
        "target": entry.target,
        "address": entry.address,
        "data": entry.data,
    }


def _short(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_short(item) for item in value]
    return str(value)[:_LONGEST_VALUE]

"""Keep imported issues and find the ones that are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.times import iso, utcnow
from firstline.service_health.graph_issue import GraphIssue
from firstline.service_health.models import HealthFollower, HealthIssue


@dataclass(frozen=True)
class Imported:
    """What an import did; ``news`` are issues whose status changed, for those who wait for it."""

    added: int
    changed: int
    unchanged: int
    removed: int
    news: tuple[HealthIssue, ...]

    def counts(self) -> dict[str, int]:
        """Return the counts as JSON."""
        return {name: getattr(self, name) for name in ("added", "changed", "unchanged", "removed")}


async def keep_issues(
    session: AsyncSession, partner: str, issues: Sequence[GraphIssue], *, replace: bool = False
) -> Imported:
    """Add the issues or bring them up to date; ``replace`` removes those that aren't among them.

    An issue that is kept in a later state already stays as it is.
    """
    known = {row.issue_id: row for row in await session.scalars(_of(partner))}
    added = changed = 0
    news: list[HealthIssue] = []
    for issue in issues:
        row = known.pop(issue.id, None)
        if row is None:
            session.add(HealthIssue(partner=partner, issue_id=issue.id, **_columns(issue)))
            added += 1
        elif issue.modified >= row.modified_at and (columns := _differing(row, issue)):
            if {"status", "is_resolved"} & columns.keys():
                news.append(row)
            for name, value in columns.items():
                setattr(row, name, value)
            row.imported_at = utcnow()
            changed += 1
    removed = await _remove(session, list(known.values())) if replace else 0
    await session.flush()
    return Imported(added, changed, len(issues) - added - changed, removed, tuple(news))


async def open_issues(session: AsyncSession, partner: str, at: datetime) -> Sequence[HealthIssue]:
    """Return the partner's issues that have begun and not ended at ``at``, incidents first, then the newest."""
    query = _of(partner).where(
        HealthIssue.is_resolved.is_(False),
        HealthIssue.started_at <= at,
        or_(HealthIssue.ended_at.is_(None), HealthIssue.ended_at > at),
    )
    rows = (await session.scalars(query.order_by(HealthIssue.started_at.desc()))).all()
    return sorted(rows, key=lambda row: row.classification != "incident")


async def issues_named(session: AsyncSession, partner: str, ids: Sequence[str]) -> Sequence[HealthIssue]:
    """Return the partner's issues of these ids, open or over."""
    return (await session.scalars(_of(partner).where(HealthIssue.issue_id.in_(ids)))).all()


def is_over(issue: HealthIssue, at: datetime) -> bool:
    """Say whether an issue was resolved or ended before ``at``."""
    return issue.is_resolved or (issue.ended_at is not None and issue.ended_at <= at)


async def follow(session: AsyncSession, conversation_id: str, issue_ids: Sequence[int]) -> int:
    """Let a conversation hear of news of issues; return how many of them it follows now."""
    issues = set(await session.scalars(select(HealthIssue.id).where(HealthIssue.id.in_(issue_ids))))
    query = select(HealthFollower.issue_id).where(HealthFollower.conversation_id == conversation_id)
    for issue in issues - set(await session.scalars(query)):
        session.add(HealthFollower(issue_id=issue, conversation_id=conversation_id))
    return len(issues)


async def followers(session: AsyncSession, issue: HealthIssue) -> Sequence[str]:
    """Return the conversations that wait for news of an issue."""
    query = select(HealthFollower.conversation_id).where(HealthFollower.issue_id == issue.id)
    return (await session.scalars(query)).all()


def issue_json(issue: HealthIssue) -> dict[str, Any]:
    """Return an issue as the staff API shows it."""
    plain = ("title", "service", "feature", "classification", "status", "impact", "is_resolved")
    return {
        "id": issue.issue_id,
        **{name: getattr(issue, name) for name in plain},
        "started_at": iso(issue.started_at),
        "ended_at": iso(issue.ended_at) if issue.ended_at else None,
        "modified_at": iso(issue.modified_at),
    }


def _of(partner: str) -> Any:
    return select(HealthIssue).where(HealthIssue.partner == partner)


def _columns(issue: GraphIssue) -> dict[str, Any]:
    return {
        "title": issue.title,
        "service": issue.service,
        "feature": issue.feature or "",
        "classification": issue.classification,
        "status": issue.status,
        "impact": issue.impact_description or issue.title,
        "is_resolved": issue.is_resolved,
        "started_at": issue.start_date_time,
        "ended_at": issue.end_date_time,
        "modified_at": issue.modified,
    }


def _differing(row: HealthIssue, issue: GraphIssue) -> dict[str, Any]:
    return {name: value for name, value in _columns(issue).items() if getattr(row, name) != value}


async def _remove(session: AsyncSession, rows: Sequence[HealthIssue]) -> int:
    for row in rows:
        for follower in await session.scalars(select(HealthFollower).where(HealthFollower.issue_id == row.id)):
            await session.delete(follower)
        await session.flush()
        await session.delete(row)
    return len(rows)

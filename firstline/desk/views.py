"""Views of the queue: those every desk has, and those that agents save for themselves or their team."""

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.errors import BadInput, Conflict, Forbidden, NotFound
from firstline.desk.filters import CaseFilter
from firstline.desk.models import Staff
from firstline.desk.tool_models import TEAM, CannedReply, DefaultView, SavedView

Kept = TypeVar("Kept", SavedView, CannedReply)

FIRST = "open"
BUILT_IN: dict[str, CaseFilter] = {
    FIRST: CaseFilter(status=["waiting", "human", "bot"]),
    "mine": CaseFilter(status=["mine"]),
    "unassigned": CaseFilter(status=["waiting"], agent=["none"]),
    "late": CaseFilter(status=["open"], due=["overdue", "warning"]),
    "closing": CaseFilter(status=["closing"]),
    "closed": CaseFilter(status=["closed"]),
}
"""Views without a name of their own: the pages have the words for them."""

MOST = 50


@dataclass(frozen=True)
class View:
    """A view as an agent sees it; ``scope``: ``built_in``, ``own`` or ``team``."""

    id: str
    scope: str
    name: str | None
    filter: CaseFilter

    def as_json(self) -> dict[str, Any]:
        """Return it for the page."""
        return {"id": self.id, "scope": self.scope, "name": self.name, "filter": self.filter.model_dump()}


def owner_of(staff: Staff, scope: str) -> int:
    """Return whose a thing of this scope is; raises ``Forbidden`` where it is the team's and not theirs to change."""
    if scope != "team":
        return staff.id
    if not staff.may("team.keep"):
        raise Forbidden("Only leads and admins change what the team shares; save it as your own.", code="wrong_role")
    return TEAM


def changeable(kept: Kept | None, staff: Staff, missing: NotFound) -> Kept:
    """Return what the agent may change, their own or the team's.

    Raises ``missing`` where they have no such thing, ``Forbidden`` where it is the team's and not theirs to change.
    """
    if kept is None or kept.partner != staff.partner or kept.owner not in (TEAM, staff.id):
        raise missing
    owner_of(staff, "team" if kept.owner == TEAM else "own")
    return kept


async def views_of(session: AsyncSession, staff: Staff) -> list[View]:
    """Return the built-in views, then the team's, then the agent's own."""
    query = (
        select(SavedView)
        .where(SavedView.partner == staff.partner, or_(SavedView.owner == TEAM, SavedView.owner == staff.id))
        .order_by(SavedView.owner, SavedView.name)
    )
    saved = [_view(view) for view in await session.scalars(query)]
    return [View(name, "built_in", None, wanted) for name, wanted in BUILT_IN.items()] + saved


async def default_view(session: AsyncSession, staff: Staff) -> str:
    """Return the id of the view that the agent's desk opens with; the first one if the chosen one is gone."""
    chosen = await session.get(DefaultView, (staff.id, staff.partner))
    if chosen is None or chosen.view in BUILT_IN:
        return chosen.view if chosen else FIRST
    return chosen.view if chosen.view in {view.id for view in await views_of(session, staff)} else FIRST


async def choose_default(session: AsyncSession, staff: Staff, view: str) -> None:
    """Let the agent's desk open with ``view``; raises ``NotFound`` for one that the agent doesn't have."""
    if view not in {known.id for known in await views_of(session, staff)}:
        raise NotFound(f"There is no view {view}.", code="no_view")
    await session.merge(DefaultView(staff_id=staff.id, partner=staff.partner, view=view))


async def save_view(session: AsyncSession, staff: Staff, scope: str, name: str, wanted: CaseFilter) -> View:
    """Save a filter under a name. Raises ``Conflict`` for a name taken, ``Forbidden`` for others' scope."""
    owner = owner_of(staff, scope)
    name = await _free_name(session, staff, owner, name)
    if len(await views_of(session, staff)) - len(BUILT_IN) >= MOST:
        raise BadInput(f"There are {MOST} saved views already; delete one first.", code="too_many_views")
    saved = SavedView(partner=staff.partner, owner=owner, name=name, filter=wanted.model_dump())
    session.add(saved)
    await session.flush()
    return _view(saved)


async def change_view(
    session: AsyncSession, staff: Staff, view_id: int, scope: str, name: str, wanted: CaseFilter
) -> View:
    """Give a saved view another name, filter or scope; raises as ``save_view``, and ``NotFound``."""
    saved = await _own(session, staff, view_id)
    owner = owner_of(staff, scope)
    saved.name = await _free_name(session, staff, owner, name, but=saved.id)
    saved.owner, saved.filter = owner, wanted.model_dump()
    return _view(saved)


async def delete_view(session: AsyncSession, staff: Staff, view_id: int) -> None:
    """Delete a saved view; desks that opened with it open with the first one."""
    await session.delete(await _own(session, staff, view_id))


async def _own(session: AsyncSession, staff: Staff, view_id: int) -> SavedView:
    missing = NotFound(f"There is no view {view_id}.", code="no_view")
    return changeable(await session.get(SavedView, view_id), staff, missing)


async def _free_name(session: AsyncSession, staff: Staff, owner: int, name: str, but: int | None = None) -> str:
    name = name.strip()
    if not name:
        raise BadInput("Give the view a name.", code="empty")
    query = select(SavedView.id).where(
        SavedView.partner == staff.partner, SavedView.owner == owner, SavedView.name == name, SavedView.id != (but or 0)
    )
    if await session.scalar(query):
        raise Conflict(f"There is a view named '{name}' already.", code="name_taken")
    return name


def _view(saved: SavedView) -> View:
    scope = "team" if saved.owner == TEAM else "own"
    return View(f"v{saved.id}", scope, saved.name, CaseFilter.model_validate(saved.filter))

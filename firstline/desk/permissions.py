"""Who may do what: roles and the actions each one allows, in one table (docs/staff.md shows the same)."""

from collections.abc import Collection, Iterable
from typing import Literal, get_args

Role = Literal["author", "agent", "lead", "admin", "provider"]
ROLES: tuple[Role, ...] = get_args(Role)

Action = Literal[
    "account.own",
    "article.write",
    "case.read",
    "case.work",
    "case.transfer",
    "case.watch",
    "case.take_over",
    "case.reassign",
    "team.read",
    "team.keep",
    "health.keep",
    "training.keep",
    "staff.keep",
    "session.keep",
    "audit.read",
    "charter.keep",
    "notice.keep",
    "insights.read",
    "reseller.read",
    "reseller.act",
]
ACTIONS: tuple[Action, ...] = get_args(Action)

_AGENT: frozenset[Action] = frozenset(
    {
        "account.own",
        "case.read",
        "case.work",
        "case.transfer",
        "case.watch",
        "case.take_over",
        "team.read",
        "health.keep",
    }
)
_LEAD: frozenset[Action] = _AGENT | {"case.reassign", "team.keep", "insights.read", "training.keep", "notice.keep"}
_AUTHOR: frozenset[Action] = frozenset({"account.own", "article.write"})

MATRIX: dict[Role, frozenset[Action]] = {
    "author": _AUTHOR,
    "agent": _AGENT,
    "lead": _LEAD,
    "admin": _AUTHOR | _LEAD | {"staff.keep", "session.keep", "audit.read", "charter.keep"},
    "provider": frozenset({"account.own", "reseller.read", "reseller.act"}),
}
"""The actions of each role. Somebody with several roles may do what any of them allows.

``team.keep`` is how many cases an agent takes, and what agents share: saved views and canned replies for everybody.
``reseller.act`` is working as lead at a partner that names this one as its provider.
"""

ACTING_ROLES: tuple[Role, ...] = ("lead",)
"""What a provider's person is while acting at a reseller, whatever their roles are at home."""

_INCLUDED: dict[Role, frozenset[Role]] = {
    "lead": frozenset({"agent"}),
    "admin": frozenset({"author", "agent", "lead"}),
}


def may(roles: Iterable[str], action: Action) -> bool:
    """Say whether somebody with ``roles`` may do ``action``; an unknown role allows nothing."""
    return any(action in MATRIX[role] for role in ROLES if role in set(roles))


def has_role(roles: Iterable[str], wanted: Collection[str]) -> bool:
    """Say whether one of ``roles`` is one of ``wanted``, or includes it as lead includes agent."""
    return any(role in wanted or _INCLUDED.get(role, frozenset()) & set(wanted) for role in ROLES if role in set(roles))


def in_order(roles: Iterable[str]) -> list[str]:
    """Return known roles once each, in the order of ``ROLES``, so that one set is always written the same way."""
    return [role for role in ROLES if role in set(roles)]

"""What of the queue an agent wants to see, as conditions on cases and their conversations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, and_, exists, false, or_

from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.desk.facets import folded
from firstline.desk.models import Case, CasePromise

Status = Literal["open", "mine", "waiting", "human", "bot", "closing", "closed"]
Sort = Literal["due", "newest", "oldest", "updated"]
Words = Sequence[str]


class CaseFilter(BaseModel):
    """A filter of the queue; an empty field takes everything, several values of one field are alternatives.

    ``status``: what the customer would call it; ``open`` is everything but closed, ``mine`` the open ones that the
    agent has. ``agent``: ``me``, ``none``, or an account's id. ``due``: past the promised time, or near it. ``text``:
    the number or words of the customer's messages, all of which have to occur.
    """

    model_config = ConfigDict(extra="forbid")

    status: list[Status] = Field(["open"], max_length=10)
    severity: list[str] = Field([], max_length=20)
    category: list[str] = Field([], max_length=20)
    product: list[str] = Field([], max_length=50)
    language: list[Literal["ko", "en"]] = Field([], max_length=2)
    agent: list[str] = Field([], max_length=50, description="me, none, or ids of accounts")
    reason: list[str] = Field([], max_length=20)
    due: list[Literal["overdue", "warning"]] = Field([], max_length=2)
    text: str = Field("", max_length=200)
    sort: Sort = "due"

    @property
    def only_closed(self) -> bool:
        """Say whether nothing open can be found."""
        return bool(self.status) and set(self.status) <= {"closed"}

    @property
    def is_personal(self) -> bool:
        """Say whether two agents may find different cases."""
        return "mine" in self.status or "me" in self.agent

    @property
    def is_own(self) -> bool:
        """Say whether nothing but the agent's own cases can be found."""
        return self.status == ["mine"] or self.agent == ["me"]

    @property
    def is_by_standing(self) -> bool:
        """Say whether only status and agent decide, so that words alone change nothing."""
        return not any(
            (self.severity, self.category, self.product, self.language, self.reason, self.due, self.text.strip())
        )

    def takes_closed(self) -> bool:
        """Say whether closed cases can be found."""
        return not self.status or "closed" in self.status


def conditions(wanted: CaseFilter, partner: str, staff_id: int, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a case of ``partner``, joined with its conversation, has to meet for this agent."""
    parts: list[ColumnElement[bool]] = [Case.partner == partner]
    if wanted.status:
        parts.append(or_(*(_status(status, staff_id) for status in wanted.status)))
    for column, values in (
        (Case.severity, wanted.severity),
        (Case.category, wanted.category),
        (Case.product, wanted.product),
        (Case.reason, wanted.reason),
        (Conversation.language, wanted.language),
    ):
        if values:
            parts.append(column.in_(values))
    if wanted.agent:
        parts.append(or_(*(_agent(agent, staff_id) for agent in wanted.agent)))
    if wanted.due:
        parts.append(or_(*(_overdue(now) if due == "overdue" else _near(now) for due in wanted.due)))
    parts += [Case.search_text.contains(word, autoescape=True) for word in folded(wanted.text).split(" ") if word]
    return and_(*parts)


def _status(status: str, staff_id: int) -> ColumnElement[bool]:
    match status:
        case "open":
            return Case.status != "closed"
        case "mine":
            return and_(Case.status != "closed", Conversation.agent_id == staff_id)
        case "closing" | "closed":
            return Case.status == status
        case _:
            return and_(Case.status == "open", Conversation.state == State(status))


def _agent(agent: str, staff_id: int) -> ColumnElement[bool]:
    if agent == "none":
        return Conversation.agent_id.is_(None)
    if agent == "me":
        return Conversation.agent_id == staff_id
    return Conversation.agent_id == int(agent) if agent.isdecimal() and len(agent) < 10 else false()


def _overdue(now: datetime) -> ColumnElement[bool]:
    """Return the same rule as the row's ``overdue``."""
    return _owes(or_(CasePromise.breached_at.is_not(None), CasePromise.due <= now))


def _near(now: datetime) -> ColumnElement[bool]:
    """Return the same rule as the row's ``warning``."""
    warned = or_(CasePromise.warned_at.is_not(None), CasePromise.warn_at <= now)
    return _owes(and_(CasePromise.breached_at.is_(None), CasePromise.due > now, warned))


def _owes(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    running = and_(CasePromise.case_id == Case.id, CasePromise.met_at.is_(None), CasePromise.paused_at.is_(None))
    return and_(Case.status != "closed", exists().where(running, condition))

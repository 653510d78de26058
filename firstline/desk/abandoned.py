"""Cases whose agent is not there any more go back into the queue.

The rule: an agent who chose *off* keeps no open case; one who gives no sign of life for the idle limit loses theirs;
and one whose customer has waited for an answer for the idle limit loses that case when they did nothing at the desk
in that time. What waits for the customer's "solved" stays until the customer writes.
"""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter, Charters
from firstline.conversations.models import Conversation, Message
from firstline.conversations.states import State
from firstline.core.database import Database
from firstline.desk.history import alert, record
from firstline.desk.models import Case, Staff
from firstline.desk.putting_back import put_back
from firstline.desk.queue import locked_case
from firstline.desk.team_models import Presence

Cause = Literal["agent_off", "agent_gone", "agent_idle"]
# A longer pause between two looks means that this process slept, was down, or the clock was set.
_SLEPT = timedelta(minutes=3)


class Abandoned:
    """Looks for cases whose agent is not there, and puts them back; made once per process, asked once a minute."""

    def __init__(self, database: Database, charters: Charters, idle: timedelta) -> None:
        """Put a case back after ``idle`` without its agent."""
        self._database = database
        self._charters = charters
        self._idle = idle
        self._awake_since: datetime | None = None
        self._looked_at: datetime | None = None

    async def put_back(self, now: datetime) -> int:
        """Put back what is abandoned at ``now``; return how many cases.

        After a downtime, a sleep or a clock that was set nobody could give a sign: the limit counts from then.
        """
        last = self._looked_at
        if last is None or not timedelta() <= now - last <= _SLEPT:
            self._awake_since = now
        self._looked_at = now
        async with self._database.reading() as session:
            held = (await session.execute(_held())).all()
        done = 0
        for partner, number in held:
            async with self._database.session() as session:
                done += await self._put_back_one(session, partner, number, now)
        return done

    async def _put_back_one(self, session: AsyncSession, partner: str, number: str, now: datetime) -> bool:
        case, conversation = await locked_case(session, partner, number)
        if conversation.state != State.HUMAN or conversation.agent_id is None or case.status == "closed":
            return False
        cause = await self._cause(session, case, conversation, now)
        if cause is None:
            return False
        await _give_up(session, case, conversation, self._charters.get(partner), now, cause)
        return True

    async def _cause(
        self, session: AsyncSession, case: Case, conversation: Conversation, now: datetime
    ) -> Cause | None:
        since = await _unanswered_since(session, conversation.id)
        if case.status == "closing" and (since is None or case.closing_sent_at is None or since < case.closing_sent_at):
            return None
        presence = await session.get(Presence, conversation.agent_id)
        if presence is not None and presence.mode == "off":
            return "agent_off"
        limit = now - self._idle
        if self._awake_since is None or self._awake_since > limit:
            return None
        if presence is None or presence.seen_at <= limit:
            return "agent_gone"
        waits = since is not None and since <= limit
        return "agent_idle" if waits and presence.active_at <= limit else None


async def leave(session: AsyncSession, staff: Staff, charter: Charter, now: datetime) -> list[str]:
    """Put the open cases of an agent who goes off back into the queue; return their numbers."""
    query = _held().where(Conversation.agent_id == staff.id, Case.status == "open")
    left = []
    for partner, number in (await session.execute(query)).all():
        case, conversation = await locked_case(session, partner, number)
        if conversation.state == State.HUMAN and conversation.agent_id == staff.id:
            await _give_up(session, case, conversation, charter, now, "agent_off")
            left.append(number)
    return left


async def _give_up(
    session: AsyncSession, case: Case, conversation: Conversation, charter: Charter, now: datetime, cause: Cause
) -> None:
    before, agent = conversation.agent_name, conversation.agent_id
    await put_back(session, case, conversation, charter, now, key="human.lost", name=before or "")
    record(session, case, "returned", "clock", {"cause": cause, "from_agent": before})
    alert(session, case, "returned", to=agent)
    alert(session, case, "waiting")


async def _unanswered_since(session: AsyncSession, conversation_id: str) -> datetime | None:
    """Return when the customer wrote what no person has answered yet, the first of it."""
    mine = Message.conversation_id == conversation_id
    answered = select(func.max(Message.id)).where(mine, Message.author == "agent").scalar_subquery()
    query = select(func.min(Message.created_at)).where(
        mine, Message.author == "customer", Message.id > func.coalesce(answered, 0)
    )
    return await session.scalar(query)


def _held() -> Select[str, str]:
    return (
        select(Case.partner, Case.number)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(Conversation.state == State.HUMAN, Case.status.in_(("open", "closing")))
    )

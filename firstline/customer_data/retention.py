"""Erasing by rule: conversations that were closed so many days ago."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import exists, select

from firstline.chat.tracker import Tracker
from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.core.database import Database
from firstline.core.logs import get_logger
from firstline.customer_data.erase import erase
from firstline.customer_data.find import ERASED, found_of
from firstline.desk.models import Case

_log = get_logger("retention")
_AT_ONCE = 200


class Retention:
    """The rule, for the app's work by the clock. It is for one process at a time; a second one does no harm."""

    def __init__(self, database: Database, tracker: Tracker, uploads: Path, days: int) -> None:
        """Keep closed conversations for ``days``; 0 keeps them for ever."""
        self._database = database
        self._tracker = tracker
        self._uploads = uploads
        self._days = days

    async def erase_old(self, now: datetime) -> int:
        """Erase what was closed for longer than that, the oldest first and so many at once; returns how many."""
        if not self._days:
            return 0
        since = now - timedelta(days=self._days)
        kept = exists().where(Case.conversation_id == Conversation.id, Case.status != "closed")
        query = (
            select(Conversation.partner, Conversation.id)
            .where(
                Conversation.state == State.CLOSED,
                Conversation.updated_at <= since,
                Conversation.id.not_like(f"{ERASED}%"),
                ~kept,
            )
            .order_by(Conversation.updated_at)
            .limit(_AT_ONCE)
        )
        async with self._database.reading() as session:
            old = (await session.execute(query)).all()
        erased = 0
        for partner, conversation_id in old:
            async with self._database.reading() as session:
                found = await found_of(session, partner, [conversation_id])
            done = await erase(
                self._database, self._tracker, self._uploads, found, who="clock", how="retention", still_since=since
            )
            erased += done.conversations
        if erased:
            await self._database.compact(rewrite=False)
            await self._tracker.compact(rewrite=False)
            _log.info("erased_by_rule", conversations=erased, days=self._days)
        return erased

"""What a process takes over from others: a command that published, another replica that ended a session."""

import asyncio
import contextlib

from firstline.core.database import Database
from firstline.core.logs import get_logger, log_failure
from firstline.core.times import utcnow
from firstline.desk.session_keeping import follow_ended
from firstline.knowledge.service import Knowledge

_log = get_logger("following")
_PAUSE_SECONDS = 1


async def follow(database: Database, knowledge: Knowledge) -> None:
    """Look every second until cancelled. A failure is logged, then tried again."""
    since = utcnow()
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            try:
                since = await follow_ended(database, since)
                await knowledge.follow()
            except Exception as error:
                log_failure(_log, "following_failed", error)

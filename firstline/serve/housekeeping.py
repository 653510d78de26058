"""What the app does by the clock: promises, closings, planned publishing, erasing. One of many processes does it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

from firstline.authoring.effects import Effects
from firstline.authoring.planned import Planned
from firstline.charter import Charters, Providers
from firstline.chat.tracker import Tracker
from firstline.core.database import Database
from firstline.core.leases import Leases
from firstline.core.logs import get_logger, log_failure
from firstline.core.settings import Settings
from firstline.core.times import utcnow
from firstline.customer_data import Retention
from firstline.desk.abandoned import Abandoned
from firstline.desk.attachments import judge_held
from firstline.desk.breach import act_on_clocks
from firstline.desk.closing import close_unanswered
from firstline.desk.facets import fill_missing
from firstline.desk.leaving import close_left
from firstline.desk.session_keeping import keep_sessions
from firstline.files.orphans import delete_orphans
from firstline.files.store import FileStore
from firstline.helpdesks.noticing import follow_old
from firstline.knowledge.service import Knowledge
from firstline.outbox.store import delete_old

_log = get_logger("housekeeping")
# How long the other processes wait when the one that did the work is gone.
_LEASE = timedelta(seconds=30)
_PAUSE_SECONDS = 2.0

Job = Callable[[datetime], Awaitable[object]]


class Housekeeping:
    """Runs each job when its time has come, while this process holds the lease."""

    def __init__(
        self, database: Database, abandoned: Abandoned, planned: Planned, uploads: Path, **others: Job
    ) -> None:
        """Put back what is ``abandoned``, publish what is ``planned``, delete what nobody names in ``uploads``; once a
        minute do ``others`` by name.
        """
        self._leases = Leases(database)
        self._jobs: dict[str, tuple[Job, timedelta]] = {
            "clocks": (lambda now: act_on_clocks(database, now), timedelta(0)),
            "putting_back": (abandoned.put_back, timedelta(minutes=1)),
            "closing": (lambda now: close_unanswered(database, now), timedelta(minutes=1)),
            "publishing": (planned.publish_due, timedelta(minutes=1)),
            "orphans": (lambda _now: delete_orphans(database, uploads), timedelta(hours=1)),
            **{name: (job, timedelta(minutes=1)) for name, job in others.items()},
        }
        self._last: dict[str, datetime] = {}

    async def look(self, now: datetime) -> bool:
        """Do what is due at ``now``; say ``False`` when another process does it. A job that fails is logged.

        A clock that was put back makes a job due at once rather than late.
        """
        if not await self._leases.hold("housekeeping", _LEASE, now):
            return False
        for name, (job, every) in self._jobs.items():
            last = self._last.get(name)
            if last is not None and last <= now < last + every:
                continue
            self._last[name] = now
            try:
                await job(now)
            except Exception as error:
                log_failure(_log, f"{name}_failed", error)
        return True

    async def run(self) -> None:
        """Look every two seconds until cancelled, then give the lease back."""
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                try:
                    await self.look(utcnow())
                except Exception as error:
                    log_failure(_log, "housekeeping_failed", error)
                await asyncio.sleep(_PAUSE_SECONDS)
        with contextlib.suppress(Exception):
            await self._leases.let_go("housekeeping")


async def keep_house(
    settings: Settings, database: Database, charters: Charters, knowledge: Knowledge, files: FileStore
) -> None:
    """Put all the jobs together and run them until cancelled."""
    planned = Planned(database, knowledge, Effects(database, knowledge))
    abandoned = Abandoned(database, charters, timedelta(minutes=settings.agent_idle_minutes))
    retention = Retention(database, Tracker(settings, database), settings.upload_dir, settings.retention_days)

    async def look_after_files(_now: datetime) -> None:
        await judge_held(database, files)
        files.sweep()

    async def look_after_sessions(_now: datetime) -> None:
        await keep_sessions(database, settings, Providers(charters))

    async def look_after_left(now: datetime) -> None:
        await close_left(database, now, timedelta(hours=settings.left_hours))

    async def look_after_helpdesks(now: datetime) -> None:
        await follow_old(database, now, timedelta(minutes=settings.helpdesk_follow_minutes))

    async def look_after_notices(now: datetime) -> None:
        async with database.session() as session:
            await delete_old(session, settings.notice_retention_days, now)

    await fill_missing(database, charters)
    others = {
        "files": look_after_files, "sessions": look_after_sessions, "leaving": look_after_left,
        "helpdesks": look_after_helpdesks, "notices": look_after_notices,
    }  # fmt: skip
    await Housekeeping(database, abandoned, planned, settings.upload_dir, **others, retention=retention.erase_old).run()

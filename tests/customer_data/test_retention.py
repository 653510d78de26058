"""What was closed long enough ago is erased by the clock, once, whoever does it; the rest stays."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from firstline.chat.tracker import Tracker
from firstline.conversations.models import Conversation
from firstline.core.settings import Settings
from firstline.core.times import utcnow
from firstline.customer_data import Retention
from firstline.customer_data.find import ERASED
from firstline.desk.audit import Wanted, entries
from firstline.files.orphans import delete_orphans
from firstline.serve.housekeeping import Housekeeping

from .conftest import Traces


class Nothing:
    async def put_back(self, _now: Any) -> None:
        """There is nobody to put back."""

    publish_due = put_back


@pytest.fixture
def retention(app: Any, settings: Settings) -> Any:
    database = app.state.parts.database

    def make(days: int) -> Retention:
        return Retention(database, Tracker(settings, database), settings.upload_dir, days)

    return make


async def count(app: Any, *, erased: bool) -> int:
    like = Conversation.id.like(f"{ERASED}%")
    async with app.state.parts.database.reading() as session:
        return int(await session.scalar(select(func.count()).where(like if erased else ~like)) or 0)


async def test_only_what_is_closed_and_old_enough_goes(
    app: Any, retention: Any, customer: Any, new_customer: Any, traces: Traces
) -> None:
    still_open = await new_customer()
    await still_open.send("/human")
    now = utcnow()
    for days, later in ((0, 4000), (30, 29)):
        assert await retention(days).erase_old(now + timedelta(days=later)) == 0
    assert await traces() != {}
    assert await retention(30).erase_old(now + timedelta(days=31)) == 1
    # The saved view names the address of a customer who may be here with other conversations, too; a command erases it.
    left = {place for places in (await traces()).values() for place in places if place.startswith("table")}
    assert left <= {"table saved_views"}
    assert (await count(app, erased=True), await count(app, erased=False)) == (1, 1)
    assert await retention(30).erase_old(now + timedelta(days=400)) == 0
    async with app.state.parts.database.reading() as session:
        (entry,) = await entries(session, "demo", Wanted(action="customer"), 10)
    assert (entry.who, entry.data["how"]) == ("clock", "retention")


async def test_a_customer_who_writes_again_meanwhile_is_kept(app: Any, settings: Settings, customer: Any) -> None:
    class SlowTracker(Tracker):
        async def forget(self, conversation_ids: Any) -> int:
            await customer.send("one more thing")
            return await super().forget(conversation_ids)

    database = app.state.parts.database
    rule = Retention(database, SlowTracker(settings, database), settings.upload_dir, 1)
    assert await rule.erase_old(utcnow() + timedelta(days=1)) == 0
    assert "one more thing" in [message["text"] for message in await customer.transcript()]


async def test_of_two_apps_one_does_it(app: Any, settings: Settings, retention: Any, customer: Any) -> None:
    database = app.state.parts.database
    houses = [
        Housekeeping(database, Nothing(), Nothing(), settings.upload_dir, retention=retention(30).erase_old)  # type: ignore[arg-type]
        for _ in range(2)
    ]
    later = utcnow() + timedelta(days=31)
    assert [await house.look(later) for house in houses] == [True, False]
    assert await count(app, erased=True) == 1
    async with database.reading() as session:
        assert len(await entries(session, "demo", Wanted(action="customer"), 10)) == 1


async def test_bytes_that_no_row_names_go_after_a_day(app: Any, settings: Settings, customer: Any) -> None:
    (kept,) = uploads_of(settings)
    old = time.time() - 25 * 3600
    for name, at in (("0" * 32, old), ("1" * 32, time.time())):
        leave(settings.upload_dir / name[:2] / name, at)
    os.utime(kept, (old, old))
    assert await delete_orphans(app.state.parts.database, settings.upload_dir) == 1
    assert {path.name for path in uploads_of(settings)} == {kept.name, "1" * 32}


def uploads_of(settings: Settings) -> list[Path]:
    return [path for path in settings.upload_dir.rglob("*") if path.is_file()]


def leave(path: Path, at: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    os.utime(path, (at, at))

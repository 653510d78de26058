"""A quarter to measure insights on: conversations at the hours in which customers write, with every outcome."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from firstline.charter import Charter, is_open
from firstline.conversations.models import Conversation, ConversationEvent, Message
from firstline.core.database import Database
from firstline.desk.models import Case, CaseCounter, CasePromise
from firstline.insights.topics import categories
from firstline.serve.bench.insights_talks import CATEGORIES, Maker, Rows, Talk

QUARTER_DAYS = 90
_AT_ONCE = 500
_OPEN, _AWAKE, _NIGHT = 1.0, 0.22, 0.04
_AWAKE_HOURS = range(8, 23)


async def fill(
    database: Database,
    charter: Charter,
    partner: str,
    count: int,
    said: list[tuple[str, str]],
    now: datetime,
    *,
    layers: list[str] | None = None,
    seed: int = 1,
) -> None:
    """Add ``count`` conversations of the 90 days before ``now``; the same ones for the same ``seed``.

    ``layers`` are whose articles are shown (``Knowledge.layers``); without any, articles have made-up names. ``said``
    are (language, text) of customers. The database has all its tables and no conversations of the partner.
    """
    chance = random.Random(seed)  # noqa: S311 - made-up data
    maker = Maker(chance, charter, partner, now, said, await _articles(database, layers or []))
    times = _times(chance, charter, now, count)
    async with database.session() as session:
        await session.merge(CaseCounter(partner=partner, last=100_000 + count))
    for start in range(0, count, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, count))
        await _store(database, [maker.talk(number, times[number]) for number in numbers])


async def _articles(database: Database, layers: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if layers:
        topic = categories(layers)
        async with database.reading() as session:
            for slug, category in await session.execute(select(topic.c.slug, topic.c.category).order_by(topic.c.slug)):
                found.setdefault(category, []).append(slug)
    return {category: found.get(category) or [f"{category.replace('_', '-')}-made-up"] for category in CATEGORIES}


def _times(chance: random.Random, charter: Charter, now: datetime, count: int) -> list[datetime]:
    """Return ``count`` moments in order: most in open hours, some in the evening and on holidays, few at night."""
    calendar, zone = charter.main_calendar, ZoneInfo(charter.main_calendar.tz)
    open_in: dict[datetime, bool] = {}
    found: list[datetime] = []
    while len(found) < count:
        at = now - timedelta(seconds=chance.uniform(60, QUARTER_DAYS * 86_400))
        half = at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)
        if half not in open_in:
            open_in[half] = is_open(half, calendar)
        usual = _OPEN if open_in[half] else _AWAKE if at.astimezone(zone).hour in _AWAKE_HOURS else _NIGHT
        if chance.random() < usual:
            found.append(at)
    return sorted(found)


async def _store(database: Database, talks: list[Talk]) -> None:
    """Store some conversations in one transaction, in the order in which rows lean on others."""
    cases = [talk.case for talk in talks if talk.case]
    async with database.session() as session:
        for table, rows in (
            (Conversation, [talk.row for talk in talks]),
            (ConversationEvent, [row for talk in talks for row in talk.events]),
            (Message, [row for talk in talks for row in talk.messages]),
            (Case, cases),
        ):
            if rows:
                await session.execute(insert(table), rows)
        numbers = select(Case.number, Case.id).where(Case.number.in_([case["number"] for case in cases]))
        ids: dict[str, int] = {row.number: row.id for row in await session.execute(numbers)}
        promises: Rows = [
            row | {"case_id": ids[talk.case["number"]]} for talk in talks if talk.case for row in talk.promises
        ]
        if promises:
            await session.execute(insert(CasePromise), promises)

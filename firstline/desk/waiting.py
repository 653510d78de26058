"""What a waiting customer sees: the place in line, the wait to expect, and whether anybody is there. Told live."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter, Charters
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.core.database import Database
from firstline.core.events import Event
from firstline.core.logs import get_logger, log_failure
from firstline.core.texts import LANGUAGES, Language
from firstline.core.times import utcnow
from firstline.desk.duty import Duty, duty_at, duty_json
from firstline.desk.history import desk_topic
from firstline.desk.models import Case
from firstline.desk.order import due_key
from firstline.desk.waits import PastWait, estimate, past_waits, wait_json

_log = get_logger("waiting")
_PAUSE_SECONDS = 2.0
_ANYWAY_SECONDS = 60.0
_AT_ONCE = 5000  # values that one statement takes


@dataclass(frozen=True)
class Outlook:
    """What one partner's queue looks like at one instant, read once for all who wait."""

    charter: Charter
    past: Sequence[PastWait]
    duty: Mapping[Language, Duty]
    now: datetime

    def json(self, position: int | None, tier: str, severity: str, lang: str) -> dict[str, Any]:
        """Return ``{"position", "wait", "duty"}``; without anybody at the desk no wait is estimated."""
        duty = self.duty["ko" if lang == "ko" else "en"]
        found = estimate(position, self.past) if position and duty.code != "nobody" else None
        return {
            "position": position,
            "wait": wait_json(found, self.charter, self.now, lang),
            "duty": duty_json(duty, self.charter, tier, severity, lang),
        }


async def outlook(
    session: AsyncSession, charter: Charter, partner: str, now: datetime, languages: Sequence[Language] = LANGUAGES
) -> Outlook:
    """Read what the partner's queue looks like at ``now``, to be said in ``languages``."""
    duty = {lang: await duty_at(session, charter, partner, now, lang) for lang in languages}
    return Outlook(charter, await past_waits(session, charter, partner, now), duty, now)


class QueueNews:
    """Tells waiting customers when their place, their wait or the desk has changed.

    A change at the desk is followed at once, further ones at most every two seconds; once a minute everything is
    looked at anyway, as hours begin and end by themselves.
    """

    def __init__(self, database: Database, charters: Charters) -> None:
        """Read from ``database`` and publish to its hub."""
        self._database = database
        self._charters = charters
        self._told: dict[str, dict[str, dict[str, Any]]] = {}

    async def run(self) -> None:
        """Follow every partner's desk until cancelled."""
        await asyncio.gather(*(self._follow(partner) for partner in self._charters.partners()))

    async def tell(self, partner: str, now: datetime | None = None) -> int:
        """Publish what has changed for those of the partner's waiting customers who listen; return for how many."""
        hub = self._database.hub
        async with self._database.reading() as session:
            heard = await _waiting(session, partner, store.of_topics(hub.topics()))
            if not heard:
                self._told.pop(partner, None)
                return 0
            seen = await outlook(session, self._charters.get(partner), partner, now or utcnow())
        before, after = self._told.get(partner, {}), {}
        changed = 0
        for position, conversation_id, lang, tier, severity in heard:
            after[conversation_id] = seen.json(position, tier, severity, lang)
            if conversation_id not in before or _said(after[conversation_id]) != _said(before[conversation_id]):
                hub.deliver(store.topic(conversation_id), {"type": "queue", **after[conversation_id]})
                changed += 1
        self._told[partner] = after
        return changed

    async def _follow(self, partner: str) -> None:
        behind = False
        while True:
            async with self._database.hub.subscribe(desk_topic(partner)) as events:
                patience, behind = (0.0 if behind else _ANYWAY_SECONDS), False
                while not behind:
                    with contextlib.suppress(TimeoutError):
                        behind = (await asyncio.wait_for(events.get(), patience))["type"] == "overflow"
                    patience = _ANYWAY_SECONDS
                    # Before the look, so that what happens during the pause leads to another one.
                    behind = _drain(events) or behind
                    try:
                        await self.tell(partner)
                    except Exception as error:
                        log_failure(_log, "queue_news_failed", error)
                    await asyncio.sleep(_PAUSE_SECONDS)


async def _waiting(
    session: AsyncSession, partner: str, conversations: Sequence[str]
) -> list[tuple[int, str, str, str, str]]:
    """Return ``(place, conversation id, language, tier, severity)`` of those of ``conversations`` that wait.

    Places count all who wait, in the order agents see; they are counted by the database, as few of many may listen.
    """
    place = func.row_number().over(order_by=(Case.escalation.desc(), due_key(), Case.id)).label("place")
    line = (
        select(place, Conversation.id.label("talk"), Conversation.language, Case.tier, Case.severity)
        .join(Case, Case.conversation_id == Conversation.id)
        .where(Case.partner == partner, Case.status != "closed", Conversation.state == State.WAITING)
        .subquery()
    )
    found: list[tuple[int, str, str, str, str]] = []
    for start in range(0, len(conversations), _AT_ONCE):
        query = select(line).where(line.c.talk.in_(conversations[start : start + _AT_ONCE])).order_by(line.c.place)
        found += [(row[0], row[1], row[2], row[3], row[4]) for row in await session.execute(query)]
    return found


def _said(news: dict[str, Any]) -> tuple[Any, ...]:
    """Return what the customer reads of it; instants move on by themselves."""
    wait = news["wait"]
    return news["position"], wait and wait["text"], news["duty"]


def _drain(events: asyncio.Queue[Event]) -> bool:
    """Empty the queue, as one look answers all of it; say whether it had overflowed and is dead."""
    behind = False
    while not events.empty():
        behind = events.get_nowait()["type"] == "overflow" or behind
    return behind

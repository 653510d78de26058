"""Training for one partner's customers, as staff use it: import, the radar, letters, trainings that were held."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.errors import BadInput, NotFound
from firstline.core.texts import Language
from firstline.core.threads import in_daemon_thread
from firstline.core.times import utcnow
from firstline.knowledge.store import ArticleStore
from firstline.knowledge.stored import layers_for
from firstline.training.asked import owners_of, questions_of
from firstline.training.courses import Offer, offer_of
from firstline.training.importing import Percent, Progress, Reading, read_figures
from firstline.training.keeping import Kept, keep_figures
from firstline.training.letter import Letter, draft
from firstline.training.models import AdoptionFigure, HeldTraining, TrainedAddress, TrainedCustomer
from firstline.training.radar import Radar, Seen, Topics, look, topics_of
from firstline.training.views import effect_json
from firstline.training.window import start_of

After = Callable[[AsyncSession, Any], None]


@dataclass(frozen=True)
class Training:
    """``providers`` says whose articles a partner's customers read too."""

    database: Database
    charters: Charters
    partners_dir: Path
    providers: Mapping[str, str]

    def offer(self, partner: str) -> Offer:
        """Return the partner's courses and thresholds; raises ``BadInput`` where its file is wrong."""
        return offer_of(self.partners_dir, partner)

    def zone(self, partner: str) -> ZoneInfo:
        """Return the time zone in which the partner's days begin."""
        return ZoneInfo(self.charters.get(partner).main_calendar.tz)

    def today(self, partner: str) -> date:
        """Return the day it is at the partner's."""
        return utcnow().astimezone(self.zone(partner)).date()

    async def take_in(
        self, partner: str, file: BinaryIO, after: After, *, percent: Percent = "auto", ignore_others: bool = False,
        progress: Progress | None = None,
    ) -> tuple[Kept, Reading]:  # fmt: skip
        """Import a file, all of it or nothing; ``after`` is called in its transaction with what was done.

        Raises ``BadInput`` with every fault. The file is read in a thread, and the database taken only afterwards.
        """
        today = self.today(partner)
        reading = await in_daemon_thread(
            lambda: read_figures(file, today, percent=percent, ignore_others=ignore_others, progress=progress)
        )
        async with self.database.session() as session:
            kept = await keep_figures(session, partner, reading)
            after(session, kept)
        return kept, reading

    async def topics(self, partner: str) -> Topics:
        """Return the how-to topics that the partner's customers can read of."""
        articles = await ArticleStore(self.database).live(layers_for(partner, self.providers), reader=partner)
        return topics_of(articles, self.offer(partner))

    async def radar(self, partner: str) -> Radar:
        """Look at all customers now."""
        topics = await self.topics(partner)
        async with self.database.reading() as session:
            return await look(session, partner, self.offer(partner), topics, self.zone(partner), utcnow())

    async def effects(self, radar: Radar, seen: Seen) -> list[dict[str, Any]]:
        """Return what each training of a customer changed, the newest first."""
        if not seen.held:
            return []
        zone, partner = radar.window.zone, seen.customer.partner
        window = timedelta(days=radar.offer.thresholds.window_days + 1)
        first = min(held.held_on for held in seen.held) - window
        products = {slug: topic.product for slug, topic in radar.topics.items()}
        async with self.database.reading() as session:
            owners = await owners_of(session, partner)
            asked = await questions_of(session, partner, start_of(first, zone), radar.window.until, products)
        own = [one for one in asked if owners.of.get(one.conversation_id) == seen.customer.id]
        now = radar.window.until.astimezone(zone)
        return [effect_json(radar, seen, held, own, now) for held in seen.held]

    def letter(self, radar: Radar, seen: Seen, course_id: str, lang: Language, sender: str) -> Letter:
        """Draft the letter that offers a course; raises ``NotFound`` for a course that isn't offered."""
        course = radar.offer.course(course_id)
        if course is None:
            raise NotFound(f"There is no course '{course_id}'.", code="no_course")
        partner = self.charters.get(seen.customer.partner).partner.name.say(lang)
        return draft(radar, seen, course, lang, partner=partner, sender=sender)

    async def hold(
        self, session: AsyncSession, partner: str, customer_id: int, course_id: str, held_on: date,
        people: int | None, who: str,
    ) -> HeldTraining:  # fmt: skip
        """Note that a training was held; raises ``NotFound`` for what isn't there, ``BadInput`` for a day to come."""
        customer = await find_customer(session, partner, customer_id)
        if self.offer(partner).course(course_id) is None:
            raise NotFound(f"There is no course '{course_id}'.", code="no_course")
        if held_on > self.today(partner):
            raise BadInput(f"{held_on} is still to come; note the training once it was held.", code="day_to_come")
        held = HeldTraining(customer_id=customer.id, course=course_id, held_on=held_on, people=people, noted_by=who)
        session.add(held)
        await session.flush()
        return held


async def find_customer(session: AsyncSession, partner: str, customer_id: int) -> TrainedCustomer:
    """Return a partner's customer; raises ``NotFound``."""
    found = await session.get(TrainedCustomer, customer_id)
    if found is None or found.partner != partner:
        raise NotFound("There is no such customer.", code="no_customer")
    return found


async def addresses_of(session: AsyncSession, customer_id: int) -> list[str]:
    """Return the domains and addresses by which a customer is known."""
    query = select(TrainedAddress.address).where(TrainedAddress.customer_id == customer_id)
    return sorted(await session.scalars(query))


async def take_back(session: AsyncSession, partner: str, customer_id: int, held_id: int) -> str:
    """Delete a training that was noted by mistake and return its course; raises ``NotFound``."""
    await find_customer(session, partner, customer_id)
    held = await session.get(HeldTraining, held_id)
    if held is None or held.customer_id != customer_id:
        raise NotFound("There is no such training.", code="no_training")
    await session.delete(held)
    return held.course


async def forget(session: AsyncSession, partner: str, customer_id: int) -> str:
    """Delete a customer with figures, addresses and trainings, and return its key; raises ``NotFound``."""
    customer = await find_customer(session, partner, customer_id)
    for table in (HeldTraining, AdoptionFigure, TrainedAddress):
        await session.execute(delete(table).where(table.customer_id == customer_id))
    await session.delete(customer)
    return customer.key

"""The radar: every customer with its figures, the reasons it is named for, and the courses it would gain from."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.knowledge.stored import StoredArticle
from firstline.support_rules.products import named_in
from firstline.training.asked import USAGE, owners_of, questions_of, training_wanted
from firstline.training.counting import Exposures, Scope, Tallies, Tally, scopes_of, tally, totals_of
from firstline.training.courses import Offer
from firstline.training.figures import History, histories
from firstline.training.gain import Gain, gains
from firstline.training.models import HeldTraining, TrainedCustomer
from firstline.training.reasons import Reason, reasons_of
from firstline.training.window import Window


@dataclass(frozen=True)
class Topic:
    """A how-to article as a topic: its product, if one is known, and its titles by language."""

    product: str | None
    titles: Mapping[str, str]


Topics = Mapping[str, Topic]
_AT_ONCE = 1000  # rows, between which others are answered


@dataclass(frozen=True)
class Seen:
    """One customer as the radar sees it."""

    customer: TrainedCustomer
    history: History
    tally: Tally
    scopes: Sequence[Scope]
    reasons: Sequence[Reason]
    gains: Sequence[Gain]
    held: Sequence[HeldTraining]


@dataclass(frozen=True)
class Radar:
    """All customers, those with reasons first; ``unknown`` and ``unclear`` are questions nobody can be named for."""

    window: Window
    offer: Offer
    topics: Topics
    customers: Sequence[Seen]
    unknown: int
    unclear: int
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def named(self) -> list[Seen]:
        """Return the customers with a reason, those with most reasons first."""
        return [seen for seen in self.customers if seen.reasons]


def topics_of(articles: Sequence[StoredArticle], offer: Offer) -> Topics:
    """Return the how-to topics among articles; a product that the offer doesn't name is read from the title."""
    titles: dict[str, dict[str, str]] = defaultdict(dict)
    for stored in articles:
        if stored.article.category == USAGE:
            titles[stored.article.slug][stored.article.lang] = stored.article.title
    return {slug: Topic(offer.topics.get(slug) or _named(said), said) for slug, said in titles.items()}


def _named(titles: Mapping[str, str]) -> str | None:
    found = [product.id for title in titles.values() for product in named_in(title)]
    return found[0] if found else None


async def look(
    session: AsyncSession, partner: str, offer: Offer, topics: Topics, zone: ZoneInfo, now: datetime
) -> Radar:
    """Look at all customers of a partner over the offer's months up to ``now``."""
    window = Window.of(now, offer.thresholds.months, zone)
    owners = await owners_of(session, partner)
    products = {slug: topic.product for slug, topic in topics.items()}
    questions = await questions_of(session, partner, window.since, window.until, products)
    tallies = tally(questions, owners, window)
    wishes: dict[int, list[date]] = defaultdict(list)
    for conversation_id, at in await training_wanted(session, partner, window.since, window.until):
        if (owner := owners.of.get(conversation_id)) is not None:
            wishes[owner].append(at.astimezone(zone).date())
    known = await histories(session, partner)
    held = await _held(session, partner)
    query = select(TrainedCustomer).where(TrainedCustomer.partner == partner)
    found = await session.stream_scalars(query.execution_options(yield_per=_AT_ONCE))
    customers = [customer async for part in found.partitions() for customer in part]
    facts = _Facts(window, offer, topics, customers, known, tallies, wishes, held)
    # Twenty thousand customers take seconds to weigh; others want to be answered meanwhile.
    return await asyncio.to_thread(facts.weigh)


@dataclass(frozen=True)
class _Facts:
    """All that the database knows, by the customer's number."""

    window: Window
    offer: Offer
    topics: Topics
    customers: Sequence[TrainedCustomer]
    known: Mapping[int, History]
    tallies: Tallies
    wishes: Mapping[int, Sequence[date]]
    held: Mapping[int, Sequence[HeldTraining]]

    def weigh(self) -> Radar:
        window, offer, tallies = self.window, self.offer, self.tallies
        asked = {product for found in tallies.of.values() for product in found.products}
        exposures = Exposures(self.known, window, asked)
        totals = totals_of(tallies, exposures)
        seen = []
        for customer in self.customers:
            number = customer.id
            history, mine = self.known.get(number, History()), tallies.of.get(number, Tally())
            scopes = scopes_of(number, tallies, exposures, totals)
            reasons = reasons_of(scopes, history, self.wishes.get(number, ()), offer.thresholds, window.today)
            courses = gains(offer.courses, reasons, mine)
            seen.append(Seen(customer, history, mine, scopes, reasons, courses, self.held.get(number, [])))
        seen.sort(key=lambda one: (-len(one.reasons), -one.tally.total, one.customer.name, one.customer.key))
        return Radar(window, offer, self.topics, seen, tallies.unknown, tallies.unclear, totals)


async def _held(session: AsyncSession, partner: str) -> dict[int, list[HeldTraining]]:
    query = select(HeldTraining).join(TrainedCustomer).where(TrainedCustomer.partner == partner)
    found: dict[int, list[HeldTraining]] = defaultdict(list)
    for training in await session.scalars(query.order_by(HeldTraining.held_on.desc(), HeldTraining.id.desc())):
        found[training.customer_id].append(training)
    return found

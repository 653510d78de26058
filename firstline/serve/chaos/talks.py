"""Holds conversations while the stack dies and comes back: questions, handovers, claims and replies."""

import asyncio
import random
from collections.abc import Callable, Sequence

import httpx

from firstline.serve.bench.talks import messages
from firstline.serve.chaos.audit import Told
from firstline.serve.chaos.people import Agent, Caller, Customer, EndedEarlyError, Line

_HANDOVERS = 0.5
_AGENT_COMES = 0.8
_TWO_AGENTS = 0.3


class Talks:
    """All conversations of a run, ``at_once`` at a time; what is said and who comes is drawn from ``seed``."""

    def __init__(self, http: httpx.AsyncClient, conversations: int, at_once: int, seed: int) -> None:
        """Hold so many ``conversations`` over ``http``."""
        self._http, self.wanted, self._at_once, self._seed = http, conversations, at_once, seed
        self._said = messages()
        self._agents: list[Agent] = []
        self.line = Line()
        self.done = 0
        self.held: list[Customer] = []

    async def hold(self, agents: Sequence[str], progress: Callable[[], None]) -> None:
        """Hold them all; ``agents`` are addresses, ``progress`` is called after each conversation."""
        places = asyncio.Semaphore(self._at_once)
        self._agents = [Agent(Caller(self._http, self.line, random.Random(0)), email) for email in agents]  # noqa: S311
        for agent in self._agents:
            await agent.log_in()

        async def one(number: int) -> None:
            async with places:
                # Each draws for itself: which of them comes first must not change what another says.
                await self._hold_one(random.Random(self._seed * 1_000_003 + number))  # noqa: S311
            self.done += 1
            progress()

        await asyncio.gather(*(one(number) for number in range(self.wanted)))

    async def _hold_one(self, draw: random.Random) -> None:
        told = Told()
        customer = Customer(Caller(self._http, self.line, draw), told)
        self.held.append(customer)
        try:
            await customer.begin(draw.choice(("ko", "en")))
            for _ in range(draw.randint(2, 4)):
                await customer.say(draw.choice(self._said)[1])
                if customer.state != "bot":
                    break
            if customer.state == "bot" and draw.random() < _HANDOVERS:
                await customer.say("/human")
            if customer.state == "waiting" and draw.random() < _AGENT_COMES:
                await self._be_helped(customer, draw)
        except EndedEarlyError as error:
            told.problem = (error.kind, str(error))

    async def _be_helped(self, customer: Customer, draw: random.Random) -> None:
        told = customer.told
        coming = draw.sample(self._agents, 2 if draw.random() < _TWO_AGENTS else 1)
        took = await asyncio.gather(*(agent.claim(told.case) for agent in coming))
        told.winners = [agent.email for agent, mine in zip(coming, took, strict=True) if mine]
        if len(told.winners) != 1:
            raise EndedEarlyError("stuck", f"case {told.case} went to {len(told.winners)} of {len(coming)} agents")
        agent = coming[took.index(True)]
        customer.state = "human"
        await agent.reply(told, f"안녕하세요, {told.case} 건을 확인하고 있습니다.")
        for _ in range(draw.randint(1, 2)):
            await customer.say(draw.choice(self._said)[1])
            await agent.reply(told, f"{told.case}: {draw.randint(1000, 9999)}")

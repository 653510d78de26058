"""Everything that can happen to a conversation, in any order, over HTTP with the real database: the invariants hold."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from firstline.conversations.models import Message
from firstline.core.times import use_clock
from firstline.desk.breach import NEW_TIMES, act_on_clocks
from firstline.desk.closing import close_unanswered
from firstline.desk.history import desk_topic
from firstline.desk.promises import RESPONSES, open_promises

from ..conftest import Customer
from .hand import Hand
from .world import Seen, World

EXAMPLES, STEPS = 60, 30
TEXTS = [
    "메일이 안 와요",
    "Outlook keeps asking for a password",
    "감사합니다",
    "ㅠㅠ",
    "화가 나요",
    "처음으로",
    "영어로 해주세요",
]
BUTTONS = ["/human", "/bot", "/solved", "/still_broken", '/severity{"severity":"production_down"}']
MINUTES = [1, 16, 45, 61, 600, 1440, 6 * 1440, 9 * 1440, -90]
AGENTS = st.sampled_from(["minji", "jun"])


class AnyOrder(RuleBasedStateMachine):
    """One customer, two agents, a bot that may be down, and a clock that jumps."""

    def __init__(self, runner: asyncio.Runner, world: World) -> None:
        super().__init__()
        self.runner, self.world = runner, world
        self.typed: list[str] = []
        self.before: Seen | None = None
        self.alerts: list[str] = []
        self.promised: dict[int, tuple[datetime, int]] = {}
        self.last: tuple[str, str] | None = None

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(self._heard(work))

    async def _heard(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do a step; keep which alerts the desk got meanwhile."""
        async with self.world.database.hub.subscribe(desk_topic("demo")) as queue:
            done = await work
            self.alerts = []
            while not queue.empty():
                self.alerts.append(queue.get_nowait().get("kind", ""))
        return done

    @initialize(locale=st.sampled_from(["ko", "en"]))
    def start(self, locale: str) -> None:
        self.world.clock.now = Hand().now
        self.world.bot.down, self.world.bot.before_answer = False, None
        body = {"partner": "demo", "locale": locale}
        started = self.run(self.world.http.post("/api/chat/conversations", json=body)).json()
        self.customer = Customer(self.world.http, started)

    async def _send(self, text: str) -> None:
        turn = await self.customer.send(text)
        self.typed.append(turn["message"]["text"])
        self.last = (text, turn["message"]["client_message_id"])
        assert turn["messages"] or turn["state"] == "human", "a message without any reaction"

    async def _agent(self, name: str, what: str, **body: Any) -> int:
        number = await self._number()
        url = f"/api/desk/cases/{number}/{what}"
        desk = self.world.desks[name]
        answer = await self.world.http.post(url, json=body, headers=desk._headers)
        assert answer.status_code in (200, 404, 409), answer.text
        return answer.status_code

    async def _number(self) -> str:
        case = (await self.customer.state())["case"]
        return case["number"] if case else "DEMO-9"

    @rule(text=st.sampled_from(TEXTS))
    def customer_types(self, text: str) -> None:
        self.run(self._send(text))

    @rule(payload=st.sampled_from(BUTTONS))
    def customer_presses(self, payload: str) -> None:
        self.run(self._send(payload))

    @rule()
    def same_message_comes_again(self) -> None:
        if self.last:
            before = len(self.run(self.customer.transcript()))
            self.run(self.customer.send(*self.last))
            assert len(self.run(self.customer.transcript())) == before, "a message that came twice had two effects"

    @rule(name=AGENTS)
    def agent_claims(self, name: str) -> None:
        self.run(self._agent(name, "claim"))

    @rule(name=AGENTS, awaits=st.booleans(), at=st.integers(0, 10**9))
    def agent_replies(self, name: str, awaits: bool, at: int) -> None:
        body = {"text": "확인하고 있습니다.", "client_message_id": f"r{at}", "awaits_customer": awaits}
        first = self.run(self._agent(name, "reply", **body))
        assert self.run(self._agent(name, "reply", **body)) == first

    @rule(name=AGENTS, what=st.sampled_from(["release", "return"]))
    def agent_lets_go(self, name: str, what: str) -> None:
        self.run(self._agent(name, what, why="점심"))

    @rule(name=AGENTS)
    def agent_solves(self, name: str) -> None:
        self.run(self._agent(name, "resolve", solution="고쳤습니다."))

    @rule()
    def both_claim_at_once(self) -> None:
        async def race() -> list[int]:
            return await asyncio.gather(self._agent("minji", "claim"), self._agent("jun", "claim"))

        codes = self.run(race())
        assert codes != [200, 200] or self.before is None, "two agents have one case"

    @rule(name=AGENTS, what=st.sampled_from(["claim", "resolve", "return", "release"]), text=st.sampled_from(TEXTS))
    def customer_types_meanwhile(self, name: str, what: str, text: str) -> None:
        body = {"claim": {}, "resolve": {"solution": "고쳤습니다."}}.get(what, {"why": "점심"})

        async def race() -> None:
            await asyncio.gather(self._send(text), self._agent(name, what, **body))

        self.run(race())

    @rule(name=AGENTS)
    def agent_claims_while_the_bot_thinks(self, name: str) -> None:
        codes: list[int] = []

        async def claim() -> None:
            codes.append(await self._agent(name, "claim"))

        async def race() -> None:
            self.world.bot.before_answer = claim
            await self._send("사서함 용량은 얼마인가요?")
            self.world.bot.before_answer = None
            if codes == [200]:
                last = (await self.customer.transcript())[-1]
                assert last["author"] != "bot", "an answer that came after the claim was said all the same"

        self.run(race())

    @rule()
    def bot_goes_down_or_comes_back(self) -> None:
        self.world.bot.down = not self.world.bot.down

    @rule(minutes=st.sampled_from(MINUTES), look=st.booleans())
    def time_passes(self, minutes: int, look: bool) -> None:
        self.world.clock.move(minutes=minutes)
        if look:
            self.run(self._look())

    async def _look(self) -> None:
        with use_clock(self.world.clock):
            now = self.world.clock()
            await asyncio.gather(*(act_on_clocks(self.world.database, now) for _ in range(2)))
            await close_unanswered(self.world.database, now)
            assert (await act_on_clocks(self.world.database, now)).breached == 0, "a breach was acted on twice"

    @invariant()
    def everything_holds(self) -> None:
        if not hasattr(self, "customer"):
            return
        seen = self.runner.run(self.world.see(self.customer.id))
        before = self.before or seen
        new = [message for message in seen.messages if message.id not in {old.id for old in before.messages}]
        self._one_speaker(seen, before, new)
        self._each_move_is_an_event(seen, before, new)
        self._cases(seen)
        said = [message.text for message in seen.messages if message.author == "customer"]
        assert said == self.typed or sorted(said) == sorted(self.typed), "what was typed is not what is kept"
        self.before = seen

    def _one_speaker(self, seen: Seen, before: Seen, new: list[Message]) -> None:
        # What is closed keeps the name of who solved it.
        if seen.talk.state != "closed":
            assert (seen.talk.state == "human") is (seen.talk.agent_id is not None)
        if {seen.talk.state, before.talk.state} <= {"human", "waiting"}:
            assert all(message.author != "bot" for message in new), "the bot spoke to a customer who has a person"

    def _each_move_is_an_event(self, seen: Seen, before: Seen, new: list[Message]) -> None:
        states = ["bot", *(move.to_state for move in seen.moves)]
        assert states[:-1] == [move.from_state for move in seen.moves] and states[-1] == seen.talk.state
        assert all(move.actor and move.at for move in seen.moves)
        for move in seen.moves[len(before.moves) :]:
            if move.to_state == "bot" and move.from_state in ("waiting", "human"):
                assert move.event in ("choose_bot", "return_to_bot"), "the bot came back by itself"
            if move.to_state == "waiting" and move.from_state != "waiting":
                told = [message for message in new if message.author == "system"]
                assert any(seen.cases[-1].number in message.text for message in told), "no number was said"
                assert self.alerts, "nobody was alerted"

    def _cases(self, seen: Seen) -> None:
        open_cases = [case for case in seen.cases if case.status != "closed"]
        assert len(open_cases) <= 1
        if seen.talk.state in ("waiting", "human"):
            assert open_cases, "somebody waits for nothing"
        for case in open_cases:
            if seen.talk.state == "waiting" and case.status == "open":
                assert open_promises(case, RESPONSES) or case.escalation > NEW_TIMES, "waiting without a promise"
        for case in seen.cases:
            kinds = seen.events[case.id]
            if case.status == "closed":
                assert "closing_sent" in kinds[: kinds.index("closed")], "closed before the customer was told"
                assert not open_promises(case) and case.due is None
            for item in case.promises:
                assert item.charter_version == case.charter_version
                due, paused = self.promised.get(item.id, (item.due, 0))
                assert item.due <= due or item.paused_seconds > paused, "a promise moved later"
                self.promised[item.id] = (item.due, item.paused_seconds)
            assert kinds.count("breached") <= sum(1 for item in case.promises if item.breached_at)

    def teardown(self) -> None:
        self.runner.run(self.world.forget())


def test_any_order_of_events_keeps_the_invariants(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        world = World(tmp_path)
        runner.run(world.open())
        rules = hypothesis_settings(max_examples=EXAMPLES, stateful_step_count=STEPS)
        try:
            run_state_machine_as_test(lambda: AnyOrder(runner, world), settings=rules)
        finally:
            runner.run(world.close())

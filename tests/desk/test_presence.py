"""Who is at the desk, seen by signs of life, and what happens to the cases of somebody who is not."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from firstline.core.times import utcnow
from firstline.desk import presence
from firstline.desk.abandoned import Abandoned
from firstline.desk.models import Staff
from firstline.desk.signs_of_life import SignsOfLife

IDLE = timedelta(minutes=10)
GONE = timedelta(seconds=120)
MINUTE = timedelta(minutes=1)


class Desk:
    """The app's database seen by whoever asks about presence, at instants that the test names."""

    def __init__(self, app: Any) -> None:
        self.database = app.state.parts.database
        self.charters = app.state.parts.charters
        self.sweeper = Abandoned(self.database, self.charters, IDLE)

    async def staff(self, name: str) -> Staff:
        async with self.database.reading() as session:
            found: Staff = (await session.scalars(select(Staff).where(Staff.name == name))).one()
            return found

    async def open(self, name: str, at: datetime, line: str = "") -> str:
        line = line or f"line-{name}"
        async with self.database.session() as session:
            await presence.open_line(session, await self.staff(name), line, at, gone_after=GONE, capacity=2)
        return line

    async def ping(self, line: str, at: datetime, *, active: bool = False) -> None:
        async with self.database.session() as session:
            await presence.keep_lines(session, {line}, {line} if active else set(), at, GONE)

    async def close(self, line: str, at: datetime) -> None:
        async with self.database.session() as session:
            await presence.close_line(session, line, at)

    async def on_duty(self, at: datetime) -> list[str]:
        async with self.database.reading() as session:
            return [member.name for member in await presence.on_duty(session, "demo", at)]

    async def standing(self, name: str, at: datetime) -> str:
        async with self.database.reading() as session:
            return next(m.standing for m in await presence.team(session, "demo", at) if m.name == name)


@pytest.fixture
def desk(app: Any) -> Desk:
    return Desk(app)


@pytest.fixture
async def held(new_customer: Any, new_agent: Any, http: Any) -> tuple[Any, str, dict[str, str]]:
    """A customer with minji, who answered once: ``(customer, number, headers)``."""
    customer = await new_customer()
    number = (await customer.send("/human"))["case"]["number"]
    headers = await new_agent("minji")
    assert (await http.post(f"/api/desk/cases/{number}/claim", headers=headers)).status_code == 200
    body = {"text": "안녕하세요, 확인해 보겠습니다.", "client_message_id": "r1"}
    assert (await http.post(f"/api/desk/cases/{number}/reply", json=body, headers=headers)).status_code == 200
    return customer, number, headers


async def choose(http: Any, headers: dict[str, str], mode: str) -> dict[str, Any]:
    answer = await http.put("/api/desk/presence", json={"mode": mode}, headers=headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_on_duty_is_who_chose_here_and_has_a_window_alive(desk: Desk, new_agent: Any, http: Any) -> None:
    headers = await new_agent("minji")
    now = utcnow()
    assert await desk.on_duty(now) == [], "signed in, but nowhere to be seen"
    await desk.open("minji", now)
    assert await desk.on_duty(now) == ["minji"]
    for mode in ("away", "off"):
        assert (await choose(http, headers, mode))["member"]["standing"] == mode
        assert await desk.on_duty(now) == []
    await choose(http, headers, "here")
    assert await desk.on_duty(now) == ["minji"]


async def test_a_silent_window_is_dead_after_the_stated_time_and_a_closed_one_soon(desk: Desk, new_agent: Any) -> None:
    await new_agent("minji")
    start = utcnow()
    first = await desk.open("minji", start)
    await desk.ping(first, start + MINUTE)
    assert await desk.standing("minji", start + MINUTE + GONE - timedelta(seconds=1)) == "here"
    assert await desk.standing("minji", start + MINUTE + GONE) == "gone"
    second = await desk.open("minji", start + 4 * MINUTE, "second")
    await desk.close(second, start + 5 * MINUTE)
    assert await desk.on_duty(start + 5 * MINUTE) == ["minji"], "a reload was taken for leaving"
    assert await desk.on_duty(start + 6 * MINUTE) == []


async def test_signs_of_life_are_written_together_and_never_revive_a_closed_window(desk: Desk, new_agent: Any) -> None:
    for name in ("minji", "jun"):
        await new_agent(name)
        await desk.open(name, utcnow() - 10 * MINUTE)
    signs = SignsOfLife(desk.database, GONE)
    for name in ("minji", "jun"):
        assert await desk.standing(name, utcnow()) == "gone"
        signs.note(f"line-{name}", active=False)
    await signs.forget("line-jun")
    await signs.write()
    assert [await desk.standing(name, utcnow()) for name in ("minji", "jun")] == ["here", "gone"]


async def test_one_of_two_windows_closed_leaves_the_agent_there(desk: Desk, new_agent: Any) -> None:
    await new_agent("minji")
    start = utcnow()
    await desk.open("minji", start, "one")
    await desk.open("minji", start, "two")
    await desk.close("one", start)
    assert await desk.on_duty(start + MINUTE) == ["minji"]


async def test_who_is_full_is_not_on_duty_and_the_freest_comes_first(
    desk: Desk, held: Any, new_customer: Any, new_agent: Any, http: Any
) -> None:
    _, _, minji = held
    jun = await new_agent("jun")
    now = utcnow()
    await desk.open("minji", now)
    await desk.open("jun", now)
    assert await desk.on_duty(now) == ["jun", "minji"]
    number = (await (await new_customer()).send("/human"))["case"]["number"]
    await http.post(f"/api/desk/cases/{number}/claim", headers=minji)
    assert await desk.on_duty(now) == ["jun"]
    team = (await http.get("/api/desk/team", headers=jun)).json()
    loads = {member["name"]: (member["load"], member["capacity"], member["me"]) for member in team["members"]}
    assert loads == {"jun": (0, 2, True), "minji": (2, 2, False)}


async def test_only_a_lead_sets_capacities(desk: Desk, new_agent: Any, http: Any) -> None:
    minji, boss = await new_agent("minji"), await new_agent("boss", role="admin")
    now = utcnow()
    await desk.open("minji", now)
    url = f"/api/desk/team/{(await desk.staff('minji')).id}/capacity"
    assert (await http.put(url, json={"cases": 0}, headers=minji)).status_code == 403
    assert (await http.put(url, json={"cases": -1}, headers=boss)).json()["error"]["code"] == "bad_capacity"
    assert (await http.put("/api/desk/team/999/capacity", json={"cases": 1}, headers=boss)).status_code == 404
    assert (await http.put(url, json={"cases": 0}, headers=boss)).json()["capacity"] == 0
    assert await desk.on_duty(now) == []
    await desk.open("minji", now, "again")
    assert await desk.on_duty(now) == [], "the setting went before the agent's own capacity"
    await http.put(url, json={"cases": None}, headers=boss)
    assert await desk.on_duty(now) == ["minji"]


async def test_an_agents_team_is_their_partners_alone(desk: Desk, new_agent: Any, http: Any) -> None:
    await new_agent("minji")
    await desk.open("minji", utcnow())
    stranger = await new_agent("stranger", partner="other")
    team = (await http.get("/api/desk/team", headers=stranger)).json()
    assert team["members"] == [] and [one["name"] for one in team["names"]] == ["stranger"]


async def test_going_off_gives_the_cases_back_at_once(desk: Desk, held: Any, http: Any) -> None:
    customer, number, minji = held
    assert (await choose(http, minji, "away"))["returned"] == []
    assert (await customer.state())["state"] == "human"
    assert (await choose(http, minji, "off"))["returned"] == [number]
    state = await customer.state()
    told = state["messages"][-1]["text"]
    assert state["state"] == "waiting" and number in told and state["case"]["respond_by_text"] in told
    story = (await http.get(f"/api/desk/cases/{number}", headers=minji)).json()
    assert story["events"][-1]["kind"] == "returned"
    assert story["events"][-1]["data"] == {"cause": "agent_off", "from_agent": "minji"}


async def test_a_dead_browsers_case_goes_back_after_the_idle_limit_once(desk: Desk, held: Any) -> None:
    customer, number, _ = held
    start = utcnow()
    line = await desk.open("minji", start)
    assert await desk.sweeper.put_back(start) == 0
    for minute in range(1, 5):
        await desk.ping(line, start + minute * MINUTE)
        assert await desk.sweeper.put_back(start + minute * MINUTE) == 0
    given_back = [minute for minute in range(5, 20) if await desk.sweeper.put_back(start + minute * MINUTE)]
    assert given_back == [4 + 10], "the last sign was in the fourth minute"
    state = await customer.state()
    assert state["state"] == "waiting" and number in state["messages"][-1]["text"]


async def test_who_sits_there_without_answering_loses_the_case_and_who_works_keeps_it(desk: Desk, held: Any) -> None:
    customer, _, _ = held
    start = utcnow()
    line = await desk.open("minji", start)

    async def pass_minutes(minutes: range, *, active: bool) -> list[int]:
        back = []
        for minute in minutes:
            at = start + minute * MINUTE
            await desk.ping(line, at, active=active)
            if await desk.sweeper.put_back(at):
                back.append(minute)
        return back

    assert await pass_minutes(range(30), active=False) == [], "the customer waits for nothing"
    await customer.send("그래도 안 돼요")
    assert await pass_minutes(range(30, 40), active=True) == []
    assert await pass_minutes(range(40, 60), active=False) == [49]


async def test_after_a_downtime_or_a_clock_that_was_set_agents_get_the_limit_anew(desk: Desk, held: Any) -> None:
    customer, _, _ = held
    start = utcnow()
    line = await desk.open("minji", start)
    await desk.sweeper.put_back(start)
    tomorrow = start + timedelta(days=1)
    assert await desk.sweeper.put_back(tomorrow) == 0, "nobody could give a sign while the app was down"
    assert await Abandoned(desk.database, desk.charters, IDLE).put_back(tomorrow) == 0
    await desk.ping(line, tomorrow + MINUTE)
    for minute in range(1, 11):
        assert await desk.sweeper.put_back(tomorrow + minute * MINUTE) == 0
    assert (await customer.state())["state"] == "human"
    assert await desk.sweeper.put_back(tomorrow + 11 * MINUTE) == 1


async def test_what_waits_for_solved_stays_until_the_customer_writes(desk: Desk, held: Any, http: Any) -> None:
    customer, number, minji = held
    await http.post(f"/api/desk/cases/{number}/resolve", json={"solution": "고쳤습니다."}, headers=minji)
    await choose(http, minji, "off")
    now = utcnow()
    assert await desk.sweeper.put_back(now) == 0
    assert (await customer.state())["case"]["status"] == "closing"
    await customer.send("/still_broken")
    assert await desk.sweeper.put_back(now + MINUTE) == 1
    assert (await customer.state())["state"] == "waiting"

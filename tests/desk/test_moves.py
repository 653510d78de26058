"""A case changes hands: every move has one winner, is told to the customer, and stands in the history."""

import asyncio
from typing import Any

import pytest

from firstline.core.times import utcnow
from firstline.desk import presence


class Team:
    """Agents at their desks and one customer; ``ids`` by name."""

    def __init__(self, app: Any, http: Any, new_agent: Any) -> None:
        self.database, self.http, self.new_agent = app.state.parts.database, http, new_agent
        self.headers: dict[str, dict[str, str]] = {}
        self.ids: dict[str, int] = {}
        self.number = ""

    async def join(self, name: str, role: str = "agent") -> None:
        self.headers[name] = await self.new_agent(name, role=role)
        me = (await self.http.get("/api/staff/me", headers=self.headers[name])).json()["staff"]
        self.ids[name] = me["id"]
        await self.http.put("/api/desk/presence", json={"mode": "here"}, headers=self.headers[name])
        async with self.database.session() as session:
            line = f"line-{name}"
            session.add(
                presence.DeskLine(id=line, staff_id=me["id"], partner="demo", until=utcnow().replace(year=9000))
            )

    async def do(self, name: str, what: str, **body: Any) -> Any:
        url = f"/api/desk/cases/{self.number}/{what}"
        return await self.http.post(url, json=body, headers=self.headers[name])

    async def story(self, name: str = "minji") -> dict[str, Any]:
        answer = await self.http.get(f"/api/desk/cases/{self.number}", headers=self.headers[name])
        body: dict[str, Any] = answer.json()
        return body

    async def last_event(self) -> tuple[str, str, dict[str, Any]]:
        event = (await self.story())["events"][-1]
        return event["kind"], event["actor"], event["data"]


@pytest.fixture
async def team(app: Any, http: Any, new_agent: Any) -> Team:
    team = Team(app, http, new_agent)
    for name, role in (("minji", "agent"), ("jun", "agent"), ("sora", "agent"), ("boss", "admin")):
        await team.join(name, role)
    return team


@pytest.fixture
async def customer(team: Team, new_customer: Any) -> Any:
    """A customer whose case minji has."""
    customer = await new_customer()
    team.number = (await customer.send("/human"))["case"]["number"]
    assert (await team.do("minji", "claim")).status_code == 200
    return customer


async def last_said(customer: Any) -> str:
    text: str = (await customer.transcript())[-1]["text"]
    return text


async def test_a_transfer_is_offered_told_and_accepted(team: Team, customer: Any) -> None:
    row = (await team.do("minji", "transfer", to=team.ids["jun"], why="Exchange 담당이라 넘깁니다")).json()
    assert (row["state"], row["offered_to"], row["offered_to_name"]) == ("waiting", team.ids["jun"], "jun")
    state = await customer.state()
    assert state["state"] == "waiting"
    told = state["messages"][-1]["text"]
    assert "jun" in told and team.number in told and state["case"]["respond_by_text"] in told
    story = await team.story("jun")
    assert [note["text"] for note in story["notes"]] == ["Exchange 담당이라 넘깁니다"]
    assert (await team.last_event()) == (
        "transferred",
        "minji@example.com",
        {"to_agent": "jun", "why": "Exchange 담당이라 넘깁니다"},
    )
    row = (await team.do("jun", "claim")).json()
    assert row["mine"] and row["offered_to"] is None
    assert "jun" in await last_said(customer)
    assert (await team.last_event())[0] == "accepted"


async def test_what_is_offered_can_be_declined_by_the_one_it_is_offered_to(team: Team, customer: Any) -> None:
    await team.do("minji", "transfer", to=team.ids["jun"], why="교대")
    assert (await team.do("sora", "decline", why="x")).json()["error"]["code"] == "not_offered"
    row = (await team.do("jun", "decline", why="회의 중")).json()
    assert row["state"] == "waiting" and row["offered_to"] is None
    assert (await team.last_event()) == ("declined", "jun@example.com", {"why": "회의 중"})
    assert (await team.do("sora", "claim")).status_code == 200, "a declined case is everybody's"


async def test_a_colleague_may_take_what_is_offered_to_somebody_else(team: Team, customer: Any) -> None:
    await team.do("minji", "transfer", to=team.ids["jun"], why="교대")
    assert (await team.do("sora", "claim")).json()["offered_to"] is None
    assert (await team.last_event())[0] == "claimed"
    assert (await team.do("jun", "decline")).json()["error"]["code"] == "not_offered"


@pytest.mark.parametrize(
    ("who", "to", "why", "code"),
    [
        ("minji", "minji", "x", "own_case"),
        ("minji", "jun", " ", "empty"),
        ("jun", "sora", "x", "not_yours"),
        ("minji", "nobody", "x", "no_agent"),
    ],
)
async def test_a_transfer_that_can_not_be_changes_nothing(
    team: Team, customer: Any, who: str, to: str, why: str, code: str
) -> None:
    before = await customer.state()
    answer = await team.do(who, "transfer", to=team.ids.get(to, 9999), why=why)
    assert answer.json()["error"]["code"] == code
    assert await customer.state() == before


async def test_a_case_of_another_partners_agent_is_not_to_be_had(team: Team, customer: Any) -> None:
    team.headers["stranger"] = await team.new_agent("stranger", partner="other")
    for what, body in (
        ("transfer", {"to": 1, "why": "x"}),
        ("decline", {}),
        ("take-over", {"from_agent": 1, "why": "x"}),
        ("assign", {"to": 1}),
    ):
        answer = await team.do("stranger", what, **body)
        assert answer.status_code in (403, 404), what


async def test_taking_over_needs_the_name_and_a_reason_and_tells_everybody(team: Team, customer: Any) -> None:
    assert (await team.do("jun", "take-over", from_agent=team.ids["minji"], why="")).json()["error"]["code"] == "empty"
    row = (await team.do("jun", "take-over", from_agent=team.ids["minji"], why="민지 님 조퇴")).json()
    assert row["mine"] and row["agent_name"] == "jun"
    assert "jun" in await last_said(customer)
    assert (await team.last_event()) == (
        "taken_over",
        "jun@example.com",
        {"from_agent": "minji", "why": "민지 님 조퇴"},
    )
    refused = await team.do("minji", "reply", text="계속 볼게요", client_message_id="late")
    assert refused.json()["error"]["code"] == "not_yours" and "jun" in refused.json()["error"]["message"]


async def test_two_take_over_at_once_and_one_is_told_who_won(team: Team, customer: Any) -> None:
    asked = [team.do(name, "take-over", from_agent=team.ids["minji"], why="급함") for name in ("jun", "sora")]
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    winner = next(answer for answer in answers if answer.status_code == 200).json()["agent_name"]
    loser = next(answer for answer in answers if answer.status_code == 409).json()["error"]
    assert loser["code"] == "already_claimed" and winner in loser["message"]


async def test_what_nobody_has_is_claimed_and_not_taken_over(team: Team, customer: Any) -> None:
    await team.do("minji", "release", why="교대")
    answer = await team.do("jun", "take-over", from_agent=team.ids["minji"], why="급함")
    assert answer.json()["error"]["code"] == "not_taken"


async def test_a_lead_assigns_to_somebody_who_is_here(team: Team, customer: Any, http: Any) -> None:
    assign = {"to": team.ids["sora"], "from_agent": team.ids["minji"], "why": "영어 고객"}
    assert (await team.do("jun", "assign", **assign)).json()["error"]["code"] == "wrong_role"
    stale = await team.do("boss", "assign", **(assign | {"from_agent": None}))
    assert stale.json()["error"]["code"] == "already_claimed" and "minji" in stale.json()["error"]["message"]
    row = (await team.do("boss", "assign", **assign)).json()
    assert row["agent_name"] == "sora" and "sora" in await last_said(customer)
    assert (await team.last_event())[2] == {"to_agent": "sora", "from_agent": "minji", "why": "영어 고객"}
    await http.put("/api/desk/presence", json={"mode": "away"}, headers=team.headers["jun"])
    assert (await team.do("boss", "assign", to=team.ids["jun"], from_agent=team.ids["sora"])).json()["error"][
        "code"
    ] == "not_here"


async def test_a_lead_assigns_a_waiting_case_and_a_claim_meanwhile_wins(team: Team, new_customer: Any) -> None:
    customer = await new_customer()
    team.number = (await customer.send("/human"))["case"]["number"]
    answers = await asyncio.gather(team.do("boss", "assign", to=team.ids["jun"]), team.do("sora", "claim"))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert (await customer.state())["agent_name"] in ("jun", "sora")


async def test_the_next_time_is_honest_when_the_promised_one_is_past(team: Team, customer: Any, app: Any) -> None:
    """A promise that was kept is followed by a new one; one that is owed and late is called late."""
    await team.do("minji", "transfer", to=team.ids["jun"], why="교대")
    first = (await customer.state())["case"]
    assert first["respond_by_text"] in await last_said(customer)
    from sqlalchemy import update

    from firstline.desk.models import CasePromise

    await team.do("jun", "claim")
    async with app.state.parts.database.session() as session:
        await session.execute(update(CasePromise).values(due=utcnow().replace(year=2020)))
    await team.do("jun", "transfer", to=team.ids["sora"], why="교대")
    late = await last_said(customer)
    assert "죄송합니다" in late and "2020" not in late
    await team.do("sora", "claim")
    await team.do("sora", "reply", text="안녕하세요", client_message_id="r1")
    await team.do("sora", "release", why="끝")
    case = (await customer.state())["case"]
    assert case["respond_by"] > first["respond_by"][:4] and case["respond_by_text"] in await last_said(customer)


async def test_the_mentioned_are_listed_until_they_have_read_it(team: Team, customer: Any, http: Any) -> None:
    text = "@jun 님 확인 부탁드려요. @sora에게도 공유했어요. @boss2는 모르는 이름, @minji 본인"
    assert (await team.do("minji", "note", text=text)).status_code == 200

    async def mentions(name: str) -> dict[str, Any]:
        body: dict[str, Any] = (await http.get("/api/desk/mentions", headers=team.headers[name])).json()
        return body

    for name in ("jun", "sora"):
        found = await mentions(name)
        assert found["unread"] == 1
        (entry,) = found["mentions"]
        assert (entry["number"], entry["author_name"], entry["text"], entry["read"]) == (
            team.number,
            "minji",
            text,
            False,
        )
    assert [(await mentions(name))["mentions"] for name in ("boss", "minji")] == [[], []]
    read = await http.post("/api/desk/mentions/read", json={"number": team.number}, headers=team.headers["jun"])
    assert read.status_code == 204
    assert (await mentions("jun"))["unread"] == 0 and (await mentions("jun"))["mentions"][0]["read"]
    assert (await mentions("sora"))["unread"] == 1

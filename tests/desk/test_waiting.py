"""What a waiting customer is told and can do: place, estimate, who is there, an e-mail address, an end to the wait."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from firstline.conversations import store
from firstline.desk.models import Case
from firstline.desk.presence import choose, open_line
from firstline.desk.staff import add_staff
from firstline.desk.waiting import QueueNews, outlook
from firstline.desk.waits import FEWEST


async def waiting(new_customer: Any, locale: str = "ko") -> Any:
    customer = await new_customer(locale)
    customer.case = (await customer.send("/human"))["case"]
    return customer


async def put(customer: Any, what: str, **body: Any) -> Any:
    return await customer.http.put(f"/api/chat/{what}", json=body, headers=customer.headers)


async def test_places_follow_the_order_of_the_desk(new_customer: Any, new_agent: Any, http: Any) -> None:
    customers = [await waiting(new_customer) for _ in range(3)]
    worst = (await customers[2].transcript())[-1]["buttons"][3]["payload"]
    await customers[2].send(worst)
    places = {(await c.state())["case"]["number"]: (await c.state())["case"]["position"] for c in customers}
    agent = await new_agent()
    rows = (await http.get("/api/desk/cases", headers=agent)).json()["cases"]
    assert [places[row["number"]] for row in rows] == [1, 2, 3]
    assert places[customers[2].case["number"]] == 1


async def learned(session: Any, count: int, at: datetime) -> None:
    """Add cases that began as second in line and were answered after twenty minutes of open time."""
    for number in range(count):
        conversation = await store.create_conversation(session, "demo", "ko")
        session.add(
            Case(
                partner="demo", number=f"OLD-{number}", conversation_id=conversation.id, status="closed",
                reason="human",
                severity="general", tier="basic", language="ko", charter_version="1", queue_place=2,
                opened_at=at - timedelta(minutes=60), first_response_at=at - timedelta(minutes=40), waiting_since=None,
            )
        )  # fmt: skip


async def at_the_desk(session: Any, at: datetime, *, mode: str = "here") -> None:
    staff = await add_staff(session, "demo", "here@example.com", "agent", "a-long-test-password", "민지")
    await open_line(session, staff, "line", at, gone_after=timedelta(minutes=1), capacity=4)
    await choose(session, staff, mode, at)  # type: ignore[arg-type]


OPEN = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)  # Monday 14:30 in Seoul
NIGHT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


async def seen(app: Any, at: datetime, position: int = 3, severity: str = "general") -> dict[str, Any]:
    parts = app.state.parts
    async with parts.database.reading() as session:
        now = await outlook(session, parts.charters.get("demo"), "demo", at)
    return now.json(position, "basic", severity, "ko")


async def test_the_wait_is_learned_from_real_ones(app: Any) -> None:
    async with app.state.parts.database.session() as session:
        await at_the_desk(session, OPEN)
        await learned(session, FEWEST, OPEN)
    told = await seen(app, OPEN)
    assert told["duty"]["code"] == "here" and told["duty"]["text"] is None
    assert (told["wait"]["typical_minutes"], told["wait"]["sample"]) == (30, FEWEST)
    assert "30분" in told["wait"]["text"] and f"{FEWEST}건" in told["wait"]["text"]


async def test_nothing_is_estimated_from_too_few(app: Any) -> None:
    async with app.state.parts.database.session() as session:
        await at_the_desk(session, OPEN)
        await learned(session, FEWEST - 1, OPEN)
    assert (await seen(app, OPEN))["wait"] is None


@pytest.mark.parametrize("mode", ["away", "off", "gone"])
async def test_nobody_at_the_desk_is_said_and_nothing_estimated(app: Any, mode: str) -> None:
    async with app.state.parts.database.session() as session:
        await at_the_desk(session, OPEN - timedelta(hours=1), mode="here" if mode == "gone" else mode)
        await learned(session, FEWEST, OPEN)
    told = await seen(app, OPEN)
    assert told["duty"]["code"] == "nobody" and "자리에 있는 담당자가 없습니다" in told["duty"]["text"]
    assert told["wait"] is None


async def test_closed_hours_name_the_next_opening_and_the_way_of_the_severity(app: Any) -> None:
    async with app.state.parts.database.session() as session:
        await learned(session, FEWEST, OPEN)
    told = await seen(app, NIGHT)
    assert (told["duty"]["code"], told["duty"]["route"]) == ("closed", "case_only")
    assert told["duty"]["next_open"].startswith("2026-11-24T00:00") and "오전 9시" in told["duty"]["text"]
    assert told["wait"]["typical_at"] >= "2026-11-24T00:00", "an answer was expected in closed hours"


async def test_those_who_listen_are_told_of_changes_and_of_nothing_else(
    new_customer: Any, app: Any, settings: Any
) -> None:
    parts = app.state.parts
    first, second = await waiting(new_customer), await waiting(new_customer)
    news = QueueNews(parts.database, parts.charters)
    topic = store.topic(second.id)
    async with parts.database.hub.subscribe(topic) as events:
        assert await news.tell("demo") == 1
        assert events.get_nowait()["position"] == 2
        assert await news.tell("demo") == 0
        await first.send("/bot")
        assert await news.tell("demo") == 1
        told = events.get_nowait()
        assert (told["type"], told["position"]) == ("queue", 1)
        assert set(told) == {"type", "position", "wait", "duty"}


async def test_withdrawing_ends_the_wait_and_counts_as_nothing_solved(
    new_customer: Any, new_agent: Any, http: Any
) -> None:
    customer = await waiting(new_customer)
    number = customer.case["number"]
    turn = await customer.send("/withdraw")
    assert (turn["state"], turn["case"]["status"]) == ("closed", "closed")
    assert number in turn["messages"][0]["text"]
    story = (await http.get(f"/api/desk/cases/{number}", headers=await new_agent())).json()
    assert story["events"][-1]["kind"] == "closed" and story["events"][-1]["data"] == {"outcome": "withdrawn"}
    later = await customer.send("다른 질문입니다")
    assert later["state"] == "bot", "what was withdrawn came back by itself"
    again = await customer.send("/human")
    assert again["case"]["number"] != number


async def test_withdrawing_too_late_changes_nothing(new_customer: Any, new_agent: Any, http: Any) -> None:
    customer = await waiting(new_customer)
    number = customer.case["number"]
    await http.post(f"/api/desk/cases/{number}/claim", headers=await new_agent())
    turn = await customer.send("/withdraw")
    assert turn["state"] == "human" and turn["messages"], "the customer was told nothing"
    assert turn["case"]["status"] == "human"


async def test_an_address_is_kept_with_the_case_and_nothing_automatic_is_promised(
    new_customer: Any, new_agent: Any, http: Any
) -> None:
    customer = await waiting(new_customer, "en")
    answer = await put(customer, "contact", email=" Kim.Minsu@Example.COM ")
    assert answer.status_code == 200, answer.text
    said = answer.json()["messages"][-1]["text"]
    assert "Kim.Minsu@example.com" in said and "no automatic mail" in said
    assert answer.json()["case"]["contact_email"] == "Kim.Minsu@example.com"
    count = len(answer.json()["messages"])
    assert len((await put(customer, "contact", email="Kim.Minsu@example.com")).json()["messages"]) == count
    story = (await http.get(f"/api/desk/cases/{customer.case['number']}", headers=await new_agent())).json()
    assert story["contact_email"] == "Kim.Minsu@example.com"
    assert "Kim.Minsu@example.com" in story["package"]["contact"]
    assert "contact" in [event["kind"] for event in story["events"]]
    removed = (await put(customer, "contact", email=None)).json()
    assert removed["case"]["contact_email"] is None


@pytest.mark.parametrize("address", ["", "kim", "kim@", "@example.com", "kim@@example.com", "a b@example.com", "x@y"])
async def test_what_is_no_address_is_refused(new_customer: Any, address: str) -> None:
    customer = await waiting(new_customer)
    answer = await put(customer, "contact", email=address)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_email")
    assert (await customer.state())["case"]["contact_email"] is None


async def test_an_address_needs_a_case(new_customer: Any) -> None:
    customer = await new_customer()
    answer = await put(customer, "contact", email="kim@example.com")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no_open_case")


async def test_forged_tokens_leave_nothing(new_customer: Any, http: Any) -> None:
    customer = await waiting(new_customer)
    headers = {"Authorization": f"Bearer {customer.token[:-4]}AAAA"}
    for what, body in (("contact", {"email": "a@example.com"}), ("rating", {"score": 5})):
        assert (await http.put(f"/api/chat/{what}", json=body, headers=headers)).status_code == 401

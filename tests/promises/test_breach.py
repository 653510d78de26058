"""The clock warns once, acts once, and says so: on the desk, to the customer, in the history."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from firstline.core.database import Database
from firstline.core.leases import Leases
from firstline.desk.breach import Acted, act_on_clocks

from .hand import kst


async def kinds(desk: Any, number: str) -> list[str]:
    return [event["kind"] for event in (await desk.case(number))["events"] if event["actor"] == "clock"]


async def test_warned_before_the_end_once(waiting: Any, new_desk: Any, clock: Any, look: Any) -> None:
    customer, number = await waiting("production_down")
    desk = await new_desk()
    said = len(await customer.transcript())
    clock.move(minutes=44, seconds=59)
    assert await look() == Acted(0, 0) and not (await desk.case(number))["warning"]
    clock.move(seconds=1)
    assert await look() == Acted(1, 0) and await look() == Acted(0, 0)
    row = await desk.case(number)
    assert row["warning"] and row["clocks"][0]["warning"] and not row["overdue"]
    assert await kinds(desk, number) == ["warned"] and len(await customer.transcript()) == said


@pytest.mark.parametrize(("locale", "sorry"), [("ko", "죄송합니다"), ("en", "sorry")])
async def test_breach_is_acted_on_once_with_a_new_time(
    waiting: Any, new_desk: Any, clock: Any, look: Any, locale: str, sorry: str
) -> None:
    customer, number = await waiting("production_down", locale)
    calm = (await waiting("impaired"))[1]
    desk = await new_desk()
    said = len(await customer.transcript())
    clock.now = kst("2026-11-30T11:00")
    assert (await look()).breached == 1 and await look() == Acted(0, 0)
    (told,) = (await customer.transcript())[said:]
    assert sorry in told["text"] and number in told["text"] and told["author"] == "system"
    state = await customer.state()
    assert state["state"] == "waiting" and state["case"]["respond_by"] == "2026-11-30T03:00:00.000Z"
    assert state["case"]["respond_by_text"] in told["text"]
    first, second = await desk.rows()
    assert (first["number"], first["escalation"], first["overdue"]) == (number, 1, True)
    assert second["number"] == calm
    assert {(clock["kind"], clock["state"]) for clock in first["clocks"]} == {
        ("first_response", "breached"),
        ("first_response", "running"),
    }


async def test_agent_who_sits_on_a_case_loses_it(waiting: Any, new_desk: Any, clock: Any, look: Any) -> None:
    customer, number = await waiting("production_down")
    desk, other = await new_desk(), await new_desk("jun")
    await desk.do(number, "claim")
    clock.move(hours=1)
    await look()
    assert (await customer.state())["state"] == "waiting"
    assert (await desk.reply(number, expect=409))["error"]["code"] == "not_yours"
    await other.do(number, "claim")
    await other.reply(number)
    clock.move(hours=2)
    await look()
    events = (await desk.case(number))["events"]
    taken = [event["data"] for event in events if event["kind"] == "returned"]
    assert taken == [
        {"cause": "breached", "from_agent": "minji"},
        {"cause": "breached", "from_agent": "jun"},
    ]
    assert (await customer.state())["state"] == "waiting", "an update that is owed counts like an answer"


async def test_two_processes_act_once(waiting: Any, new_desk: Any, clock: Any, settings: Any) -> None:
    customer, _ = await waiting("production_down")
    said = len(await customer.transcript())
    clock.move(hours=1)
    processes = [Database(settings.resolved_database_url) for _ in range(3)]
    acted = await asyncio.gather(*(act_on_clocks(process, clock()) for process in processes))
    assert sum(one.breached for one in acted) == 1
    assert len(await customer.transcript()) == said + 1
    for process in processes:
        await process.close()


async def test_day_of_downtime_is_caught_up_with_one_message(
    waiting: Any, new_desk: Any, clock: Any, look: Any
) -> None:
    customer, number = await waiting("production_down")
    desk = await new_desk()
    said = len(await customer.transcript())
    clock.move(days=1)
    assert await look() == Acted(0, 1)
    assert await look() == Acted(0, 0)
    assert len(await customer.transcript()) == said + 1
    assert await kinds(desk, number) == ["breached"], "no warning of what is past already"


async def test_time_is_named_anew_twice_and_then_no_more(waiting: Any, new_desk: Any, clock: Any, look: Any) -> None:
    customer, number = await waiting("production_down")
    desk = await new_desk()
    for _ in range(6):
        clock.move(days=1)
        await look()
    case = (await customer.state())["case"]
    assert await kinds(desk, number) == ["breached", "breached", "breached"]
    said = [message["text"] for message in await customer.transcript() if "죄송합니다" in message["text"]]
    assert len(said) == 3 and "시각을 또 말씀드리지는 않겠습니다" in said[-1]
    assert case["respond_by"] < clock().isoformat() and (await desk.rows())[0]["escalation"] == 3
    await desk.do(number, "claim")
    await desk.reply(number)
    assert (await desk.rows())[0]["escalation"] == 0


async def test_clock_that_jumps_does_no_harm(waiting: Any, new_desk: Any, clock: Any, look: Any) -> None:
    customer, number = await waiting("production_down")
    desk = await new_desk()
    said = len(await customer.transcript())
    clock.move(days=-30)
    assert await look() == Acted(0, 0)
    clock.move(days=60)
    await look()
    clock.move(days=-30)
    assert await look() == Acted(0, 0)
    assert len(await customer.transcript()) == said + 1 and await kinds(desk, number) == ["breached"]
    await desk.do(number, "claim")
    await desk.reply(number)
    assert (await desk.case(number))["clocks"][0]["state"] == "running"


async def test_one_of_many_processes_holds_a_lease(database: Database, settings: Any, clock: Any) -> None:
    length = timedelta(seconds=30)
    other_database = Database(settings.resolved_database_url)
    one, other = Leases(database), Leases(other_database)
    assert await one.hold("housekeeping", length, clock()) and await one.hold("housekeeping", length, clock())
    assert not await other.hold("housekeeping", length, clock())
    assert await other.hold("something else", length, clock())
    clock.move(seconds=30)
    assert await other.hold("housekeeping", length, clock()), "its holder died"
    assert not await one.hold("housekeeping", length, clock())
    clock.move(days=-1)
    assert await one.hold("housekeeping", length, clock()), "a clock that was put back locks nobody out for a day"
    await one.let_go("housekeeping")
    assert await other.hold("housekeeping", length, clock())
    await other_database.close()

"""What was promised is kept with the case, runs and stops by rule, and is measured against what happened."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from .hand import kst


def clocks(found: dict[str, Any]) -> dict[str, tuple[str, datetime]]:
    return {clock["kind"]: (clock["state"], datetime.fromisoformat(clock["due"])) for clock in found["clocks"]}


@pytest.fixture
def resolving(partners_dir: Path) -> None:
    """A charter that promises to solve what stops all work within eight business hours."""
    edit(partners_dir, "next_update: 1h, resolve: best_effort", "next_update: 1h, resolve: 8h")


def edit(partners_dir: Path, old: str, new: str) -> None:
    file = partners_dir / "demo" / "charter.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


async def test_first_answer_then_an_update_from_each_message_on(waiting: Any, new_desk: Any, clock: Any) -> None:
    _, number = await waiting("production_down")
    desk = await new_desk()
    (row,) = await desk.rows()
    assert clocks(row) == {"first_response": ("running", kst("2026-11-30T11:00"))}
    assert row["due"] == row["clocks"][0]["due"]
    await desk.do(number, "claim")
    clock.move(minutes=30)
    await desk.reply(number)
    assert clocks(await desk.case(number)) == {
        "first_response": ("met", kst("2026-11-30T11:00")),
        "next_update": ("running", kst("2026-11-30T11:30")),
    }
    clock.move(minutes=45)
    await desk.reply(number)
    assert clocks(await desk.case(number))["next_update"] == ("running", kst("2026-11-30T13:15")), "lunch"


async def test_what_happened_is_measured_against_what_was_promised(
    waiting: Any, new_desk: Any, clock: Any, look: Any
) -> None:
    _, number = await waiting("production_down")
    desk = await new_desk()
    clock.now = kst("2026-11-30T11:20")
    await look()
    await desk.do(number, "claim")
    await desk.reply(number)
    first, *_, again, _update = (await desk.case(number))["promises"][1:]
    assert (first["kind"], first["state"], first["late_seconds"]) == ("first_response", "late", 20 * 60)
    assert first["charter_version"] == "2026-11" and first["started_at"] == "2026-11-30T01:00:00.000Z"
    assert (again["kind"], again["state"], again["late_seconds"]) == ("first_response", "met", 0)


@pytest.mark.usefixtures("resolving")
async def test_solving_pauses_only_while_the_customer_is_awaited(waiting: Any, new_desk: Any, clock: Any) -> None:
    customer, number = await waiting("production_down")
    desk = await new_desk()
    await desk.do(number, "claim")
    assert clocks(await desk.case(number))["resolve"] == ("running", kst("2026-12-01T10:00"))
    await desk.reply(number, awaits_customer=True)
    shown = await desk.case(number)
    assert clocks(shown)["resolve"][0] == "paused" and "next_update" not in clocks(shown)
    assert clocks(shown)["first_response"][0] == "met" and shown["awaiting_customer_since"] and shown["due"] is None
    clock.move(hours=1)
    await customer.send("로그를 보내 드립니다")
    shown = await desk.case(number)
    assert clocks(shown)["resolve"] == ("running", kst("2026-12-01T11:00"))
    assert clocks(shown)["next_update"] == ("running", kst("2026-11-30T12:00")) and not shown["awaiting_customer_since"]
    assert [item["paused_seconds"] for item in shown["promises"] if item["kind"] == "resolve"] == [3600]


async def test_charter_that_does_not_pause_does_not(
    partners_dir: Path, resolving: None, waiting: Any, new_desk: Any, clock: Any
) -> None:
    edit(partners_dir, "waiting_for_customer: true", "waiting_for_customer: false")
    customer, number = await waiting("production_down")
    desk = await new_desk()
    await desk.do(number, "claim")
    await desk.reply(number, awaits_customer=True)
    clock.move(hours=1)
    await customer.send("로그를 보내 드립니다")
    assert clocks(await desk.case(number))["resolve"] == ("running", kst("2026-12-01T10:00"))


@pytest.mark.usefixtures("resolving")
async def test_closing_message_is_when_it_was_solved_unless_it_was_not(
    waiting: Any, new_desk: Any, clock: Any, close_old: Any
) -> None:
    customer, number = await waiting("production_down")
    desk = await new_desk()
    await desk.do(number, "claim")
    clock.move(hours=1)
    await desk.do(number, "resolve", solution="MX 레코드를 고쳤습니다.")
    assert {kind: state for kind, (state, _) in clocks(await desk.case(number)).items()} == {
        "first_response": "met",
        "resolve": "met",
    }
    clock.move(hours=2)
    await customer.send("/still_broken")
    assert clocks(await desk.case(number))["resolve"] == ("running", kst("2026-12-01T11:00"))
    await desk.do(number, "resolve", solution="이번에는 됩니다.")
    clock.move(days=2)
    await customer.send("/solved")
    (closed,) = await desk.rows("closed")
    assert clocks(closed)["resolve"][0] == "met" and closed["due"] is None


async def test_writing_after_the_closing_message_is_an_answer(
    waiting: Any, new_desk: Any, clock: Any, close_old: Any
) -> None:
    customer, number = await waiting()
    desk = await new_desk()
    await desk.do(number, "claim")
    await desk.do(number, "resolve", solution="고쳤습니다.")
    await customer.send("감사합니다")
    assert (await desk.case(number))["status"] == "closing", "thanks alone change nothing"
    await customer.send("그런데 휴대폰에서는 아직 메일이 안 와요")
    assert (await desk.case(number))["status"] == "human"
    clock.move(days=6)
    assert await close_old() == 0


async def test_worse_severity_starts_its_targets_and_nothing_moves_later(
    waiting: Any, new_desk: Any, clock: Any
) -> None:
    customer, number = await waiting("impaired")
    desk = await new_desk()
    assert clocks(await desk.case(number))["first_response"][1] == kst("2026-12-01T15:00")
    clock.now = kst("2026-11-30T17:30")
    raised = await customer.send('/severity{"severity":"production_down"}')
    assert raised["case"]["respond_by"] == "2026-12-01T00:30:00.000Z"
    clock.move(hours=16, minutes=-1)
    await customer.send('/severity{"severity":"general"}')
    assert (await desk.case(number))["due"] == "2026-12-01T00:30:00.000Z"


async def test_case_keeps_the_charter_it_was_opened_under(
    partners_dir: Path, waiting: Any, new_desk: Any, clock: Any
) -> None:
    _, number = await waiting("production_down")
    desk = await new_desk()
    edit(partners_dir, 'version: "2026-11"', 'version: "2026-12"')
    edit(partners_dir, "{first_response: 1h, next_update: 1h", "{first_response: 30min, next_update: 30min")
    _, later = await waiting("production_down")
    await desk.do(number, "claim")
    await desk.reply(number)
    await desk.do(number, "release", why="점심")
    old, new = await desk.case(number), await desk.case(later)
    assert (old["charter_version"], clocks(old)["next_update"][1]) == ("2026-11", kst("2026-11-30T11:00"))
    assert {item["charter_version"] for item in old["promises"]} == {"2026-11"}
    assert (new["charter_version"], clocks(new)["first_response"][1]) == ("2026-12", kst("2026-11-30T10:30"))


@pytest.mark.parametrize(
    ("asked", "due"), [("2026-11-30T17:59:59", "2026-12-01T09:59:59"), ("2026-11-30T18:00:00", "2026-12-01T10:00:00")]
)
async def test_handover_in_the_last_second_and_just_after_it(
    waiting: Any, new_desk: Any, clock: Any, asked: str, due: str
) -> None:
    clock.now = kst(asked)
    customer, number = await waiting("production_down")
    assert clocks(await (await new_desk()).case(number))["first_response"][1] == kst(due)
    assert (await customer.state())["case"]["open_now"] is not asked.endswith("18:00:00")


async def pass_time(customer: Any, clock: Any, until: datetime) -> None:
    """Move the clock; the customer's window renews its token on the way."""
    for moment in (until - timedelta(days=1), until):
        clock.now = moment
        renewed = await customer.http.post("/api/chat/token", headers=customer.headers)
        customer.headers = {"Authorization": f"Bearer {renewed.json()['token']}"}


async def test_reopened_case_gets_new_promises_until_the_last_day(waiting: Any, new_desk: Any, clock: Any) -> None:
    customer, number = await waiting("production_down")
    desk = await new_desk()
    await desk.do(number, "claim")
    await desk.do(number, "resolve", solution="고쳤습니다.")
    await customer.send("/solved")
    closed_at = clock()
    await pass_time(customer, clock, closed_at + timedelta(days=7))
    again = await customer.send("또 안 돼요")
    assert (again["state"], again["case"]["number"]) == ("waiting", number)
    assert clocks(await desk.case(number))["first_response"][0] == "running"
    await desk.do(number, "claim")
    await desk.do(number, "resolve", solution="다시 고쳤습니다.")
    await customer.send("/solved")
    await pass_time(customer, clock, clock() + timedelta(days=7, seconds=1))
    assert (await customer.send("또 안 돼요"))["state"] == "bot"

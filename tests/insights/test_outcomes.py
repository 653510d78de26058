"""What became of conversations, each told by the real app under a clock; the counts are known beforehand."""

from datetime import timedelta
from typing import Any

import pytest

from firstline.chat.tracker import Tracker
from firstline.core.settings import Settings
from firstline.core.times import use_clock
from firstline.customer_data import erase, find
from firstline.desk.closing import close_unanswered
from firstline.desk.leaving import close_left
from firstline.knowledge.models import ArticleRow, VersionRow

from .conftest import Desk, Hand, Lead

QUESTION, NONSENSE = "메일함이 가득 찼어요", "=1+1 우주"


def results(report: dict[str, Any]) -> dict[str, int]:
    return {item["key"]: item["count"] for item in report["resolution"]["results"] if item["count"]}


async def add_article(app: Any, layer: str, category: str) -> None:
    """The partner's own article comes before the library's of the same name."""
    async with app.state.parts.database.session() as session:
        article = ArticleRow(layer=layer, slug="mailbox-full", lang="ko", status="published", newest_version=1)
        article.live_version = 1
        session.add(article)
        await session.flush()
        front = {"slug": "mailbox-full", "category": category}
        session.add(
            VersionRow(article_id=article.id, number=1, front_matter=front, body="", sha256="0" * 64, author="test")
        )


async def left(app: Any, clock: Hand) -> None:
    clock.move(hours=25)
    with use_clock(clock):
        assert await close_left(app.state.parts.database, clock(), timedelta(hours=24))


@pytest.mark.parametrize(
    ("back", "result"), [({"hours": 71, "minutes": 59}, "reopened"), ({"hours": 72, "minutes": 1}, "solved")]
)
async def test_who_is_back_within_72_hours_was_not_helped(
    app: Any, new_customer: Any, lead: Lead, clock: Hand, back: dict[str, float], result: str
) -> None:
    await add_article(app, "starter", "problem")
    await add_article(app, "demo", "usage")
    customer = await new_customer()
    await customer.send(QUESTION)
    await customer.send("/helped")
    report = await lead.figures()
    assert results(report) == {"solved": 1}
    assert (report["resolution"]["settling"]["count"], report["resolution"]["share_solved"]) == (1, 1.0)
    clock.move(**back)
    await customer.send(QUESTION)
    report = await lead.figures()
    assert results(report) == {result: 1}
    assert (report["resolution"]["confirmed"]["count"], report["resolution"]["settling"]["count"]) == (1, 0)
    row = await lead.result(customer.id)
    assert (row["category"], row["by"], row["confirmed"]) == ("usage", "bot", "1")
    clock.move(hours=1)
    await customer.send("/helped")
    assert results(await lead.figures()) == {"solved": 1}


async def test_a_customer_who_left_is_never_counted_as_solved(
    app: Any, new_customer: Any, lead: Lead, clock: Hand
) -> None:
    answered, fell_back, silent = [await new_customer() for _ in range(3)]
    await answered.send(QUESTION)
    await fell_back.send(QUESTION)
    await fell_back.send(NONSENSE)
    assert results(await lead.figures()) == {"open": 2}
    await left(app, clock)
    report = await lead.figures()
    assert results(report) == {"unconfirmed": 1, "no_answer": 1}
    assert report["resolution"]["share_solved"] == 0
    assert (await lead.result(fell_back.id))["result"] == "no_answer"
    assert silent.id not in {row["id"] for row in await lead.rows(report["volume"]["total"])}
    assert (report["bot"]["searches"]["count"], report["bot"]["fallbacks"]["count"]) == (3, 1)
    assert report["bot"]["share_fallback"] == 0.3333
    (found,) = await lead.rows(report["bot"]["fallbacks"])
    assert (found["conversation"], found["article"], found["found"]) == (fell_back.id, "mailbox-full", "fallback")


async def test_cases_wait_are_handled_confirmed_left_silent_and_withdrawn(
    app: Any, new_customer: Any, lead: Lead, desk: Desk, clock: Hand
) -> None:
    solved, silent, gone = [await new_customer() for _ in range(3)]
    numbers = []
    for customer in (solved, silent, gone):
        await customer.send(QUESTION)
        numbers.append((await customer.send("/human"))["case"]["number"])
    for number, wait, work in ((numbers[0], 30, 12), (numbers[1], 10, 6)):
        clock.move(minutes=wait)
        await desk.do(number, "claim")
        await desk.reply(number)
        clock.move(minutes=work)
        await desk.do(number, "resolve", solution="고쳤습니다")
    await gone.send("/withdraw")
    clock.move(hours=20)
    await solved.send("/solved")
    clock.move(days=8)
    with use_clock(clock):
        await close_unanswered(app.state.parts.database, clock())
    report = await lead.figures()
    assert results(report) == {"solved": 1, "unconfirmed": 1, "no_answer": 1}
    assert [item["person"]["count"] for item in report["resolution"]["results"]] == [1, 0, 1, 1, 0]
    wait, handle = report["wait"], report["handle"]
    # The second waited while the first was worked on: 30 + 12 + 10 minutes.
    assert (wait["measured"]["count"], wait["never"]["count"], wait["waiting"]["count"]) == (2, 1, 0)
    assert (wait["median_seconds"], wait["p90_seconds"]) == (2460.0, 2988.0)
    assert (handle["median_seconds"], handle["p90_seconds"]) == (540.0, 684.0)
    states = {state: report["promises"]["total"][state]["count"] for state in ("kept", "late", "running", "withdrawn")}
    kinds = [row["kind"] for row in await lead.rows({"rows": "of=promises&state=kept"})]
    assert states == {"kept": len(kinds), "late": 0, "running": 0, "withdrawn": 1}
    assert kinds.count("first_response") == 2
    assert report["promises"]["total"]["share_kept"] == 1.0
    (given_up,) = await lead.rows({"rows": "of=promises&state=withdrawn"})
    assert given_up["number"] == numbers[2]
    assert {row["number"] for row in await lead.rows(report["handovers"]["total"])} == set(numbers)


async def test_a_missed_promise_is_late_before_and_after_it_was_met(
    new_customer: Any, lead: Lead, desk: Desk, clock: Hand
) -> None:
    customer = await new_customer()
    await customer.send(QUESTION)
    number = (await customer.send("/human"))["case"]["number"]
    assert (await lead.figures())["promises"]["total"]["running"]["count"] == 1
    clock.move(days=7)
    (late,) = await lead.rows((await lead.figures())["promises"]["total"]["late"])
    assert (late["kind"], late["met_at"], float(late["late_seconds"]) > 3600) == ("first_response", "", True)
    await desk.do(number, "claim")
    await desk.reply(number)
    report = await lead.figures()
    (late,) = await lead.rows(report["promises"]["total"]["late"])
    assert late["met_at"] == "2026-11-23T10:00:00+09:00"
    assert report["promises"]["total"]["share_kept"] == 0


async def test_an_erased_conversation_leaves_its_figures_and_no_way_to_its_customer(
    app: Any, settings: Settings, new_customer: Any, lead: Lead, desk: Desk, clock: Hand
) -> None:
    customer = await new_customer()
    await customer.send(QUESTION)
    number = (await customer.send("/human"))["case"]["number"]
    clock.move(minutes=7)
    await desk.do(number, "claim")
    await desk.do(number, "resolve", solution="고쳤습니다")
    clock.move(minutes=3)
    await customer.send("/solved")
    before = await lead.figures()
    row = await lead.result(customer.id)
    database = app.state.parts.database
    async with database.reading() as session:
        found = await find(session, "demo", conversation=customer.id)
    await erase(database, Tracker(settings, database), settings.upload_dir, found, who="test", how="command")
    assert await lead.figures() == before
    (erased,) = await lead.rows(before["volume"]["total"])
    assert erased.pop("id").startswith("erased-") and row.pop("id") == customer.id
    assert erased == row

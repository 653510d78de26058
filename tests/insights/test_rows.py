"""Each figure recounts from its exported rows, on a seeded quarter; and what can't be asked for is refused."""

import statistics
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from firstline.charter import Charters
from firstline.conversations.models import Conversation, Message
from firstline.core.database import Database
from firstline.core.errors import BadInput
from firstline.core.spreadsheets import csv_text
from firstline.insights.conversations import conversation_rows
from firstline.insights.figures import percentile
from firstline.insights.period import Period, period_of
from firstline.insights.scope import Scope
from firstline.serve.bench.insights_fill import fill

from .conftest import Hand, Lead, figures_in, kst

SAID = [("ko", "메일이 안 와요"), ("ko", "청구서가 두 장이에요"), ("en", "Outlook is slow")]


async def seed(app: Any, clock: Hand, count: int) -> None:
    clock.now = kst("2026-11-28T15:00")
    parts = app.state.parts
    charter = parts.charters.get("demo")
    await fill(parts.database, charter, "demo", count, SAID, clock(), layers=parts.knowledge.layers("demo"))


@pytest.mark.parametrize("language", ["", "en"])
async def test_each_figure_recounts_from_its_rows(app: Any, lead: Lead, clock: Hand, language: str) -> None:
    await seed(app, clock, 400)
    lead.period = {"since": "2026-08-30", "until": "2026-11-28"} | ({"lang": language} if language else {})
    report = await lead.figures()
    rows = {of: await lead.rows({"rows": f"of={of}"}) for of in ("conversations", "cases", "promises", "searches")}
    assert min(len(found) for found in rows.values()) > 20
    counted = figures_in(report)
    assert len(counted) > 500
    for figure in counted:
        wanted = dict(part.split("=") for part in figure["rows"].split("&"))
        of = wanted.pop("of")
        hour = wanted.pop("hour", None)
        matching = [
            row
            for row in rows[of]
            if all(row[name] == value for name, value in wanted.items())
            and (hour is None or int(row["slot"]) % 24 == int(hour))
        ]
        assert len(matching) == figure["count"], figure
    for name, of, seconds in (("wait", "cases", "wait_seconds"), ("handle", "cases", "handle_seconds")):
        times = [float(row[seconds]) for row in rows[of] if row[seconds]]
        assert report[name]["median_seconds"] == pytest.approx(statistics.median(times), abs=0.01)
        tenths = statistics.quantiles(times, n=10, method="inclusive")
        assert report[name]["p90_seconds"] == pytest.approx(tenths[-1], abs=0.01)
    outcomes = Counter(row["result"] for row in rows["conversations"])
    assert set(outcomes) >= {"solved", "reopened", "unconfirmed", "no_answer", "open"}
    assert sum(outcomes.values()) == report["volume"]["total"]["count"]
    asked_for = [figure for figure in counted if figure["count"]][:: 40 if language else 25]
    for figure in asked_for:
        assert len(await lead.rows(figure)) == figure["count"], figure
        assert (await lead.get("/rows", figure["rows"])).json()["count"] == figure["count"]
    every = [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows["searches"]]
    paged = await lead.paged(report["bot"]["searches"], limit=37)
    assert [str(row["id"]) for row in paged] == [row["id"] for row in every]


async def test_hours_are_those_on_the_partners_clocks_also_where_they_change(database: Database) -> None:
    """New York, 2026: clocks go on from 02:00 to 03:00 on 8 March and back from 02:00 to 01:00 on 1 November."""
    zone = ZoneInfo("America/New_York")
    moments = [datetime(2026, 3, 8, 6, tzinfo=UTC) + timedelta(minutes=20 * step) for step in range(-9, 10)]
    moments += [datetime(2026, 11, 1, 6, tzinfo=UTC) + timedelta(minutes=20 * step) for step in range(-9, 10)]
    moments += [datetime(2026, 3, 8, 5, tzinfo=UTC) - timedelta(microseconds=1), datetime(2026, 11, 2, 5, tzinfo=UTC)]
    async with database.session() as session:
        for number, at in enumerate(moments):
            talk = Conversation(id=f"c{number}", partner="demo", language="ko", created_at=at, updated_at=at)
            session.add(talk)
            await session.flush()
            session.add(Message(conversation_id=talk.id, author="customer", text="…", lang="ko", created_at=at))
    period = Period(datetime(2026, 3, 8).date(), datetime(2026, 11, 1).date(), "America/New_York")
    scope = Scope("demo", ["demo"], period, datetime(2026, 12, 1, tzinfo=UTC))
    rows = conversation_rows(scope).subquery()
    async with database.reading() as session:
        found = (await session.execute(select(rows.c.at, rows.c.slot, rows.c.day))).all()
    local = [(at, at.astimezone(zone)) for at in moments]
    expected = {
        (at, here.weekday() * 24 + here.hour, str(here.date()))
        for at, here in local
        if period.since <= here.date() <= period.until
    }
    assert set(found) == expected
    assert len({slot for _at, slot, _day in found if slot % 24 == 2}) == 1
    assert sum(slot == 6 * 24 + 2 for _at, slot, day in found if day == "2026-03-08") == 0


BAD_PERIODS: list[tuple[str, str | None]] = [
    ("2026-11-20", "2026-11-19"),
    ("2026-12-01", "2026-12-02"),
    ("2025-01-01", "2026-11-01"),
    ("yesterday", None),
    ("2026-02-30", None),
    ("0001-01-01", "0001-01-02"),
]


async def test_a_period_that_cant_be_is_refused_with_what_to_do(lead: Lead, clock: Hand) -> None:
    for since, until in BAD_PERIODS:
        with pytest.raises(BadInput) as refused:
            period_of(since, until, "Asia/Seoul", clock())
        assert refused.value.code == "bad_period"
        lead.period = {"since": since} | ({"until": until} if until else {})
        for path in ("", "/rows", "/rows.csv", "/gaps"):
            answer = await lead.get(path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_period"), (since, until)


async def test_thirty_days_are_meant_when_none_are_named(lead: Lead, clock: Hand) -> None:
    lead.period = {}
    report = await lead.figures()
    assert (report["since"], report["until"], report["zone"]) == ("2026-10-18", "2026-11-16", "Asia/Seoul")
    assert len(report["volume"]["by_day"]) == 30


async def test_rows_that_cant_be_are_refused(lead: Lead) -> None:
    for query, code in (
        ("of=conversations&text=a", "bad_filter"),
        ("of=cases&result=solved", "bad_filter"),
        ("of=conversations&slot=x", "bad_filter"),
        ("of=conversations&slot=²", "bad_filter"),
        ("of=cases&after=x", "bad_page"),
    ):
        answer = await lead.get("/rows", query)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code), query
    assert (await lead.get("/rows.csv", "of=cases&result=solved")).status_code == 400


async def test_another_partner_and_a_mere_agent_get_nothing_of_it(
    app: Any, lead: Lead, new_agent: Any, clock: Hand
) -> None:
    await seed(app, clock, 60)
    lead.period = {"since": "2026-08-30", "until": "2026-11-28"}
    assert (await lead.figures())["volume"]["total"]["count"] > 30
    charters = Charters(app.state.parts.settings.partners_dir)
    assert charters.partners() == ["demo"]
    stranger = Scope("far", ["far"], Period(datetime(2026, 8, 30).date(), clock().date(), "Asia/Seoul"), clock())
    async with app.state.parts.database.reading() as session:
        assert (await session.execute(conversation_rows(stranger))).all() == []
    lead.headers = await new_agent("mere")
    assert (await lead.get()).status_code == 403


def test_no_cell_is_taken_for_a_formula() -> None:
    bad = ["=1+1", "+82", "-x", "@sum", "\tx", "\rx", 'say "hi", ok', None, -3, -1.5]
    text = csv_text(["a"], [bad])
    assert text.startswith("\ufeffa\r\n")
    assert '\'=1+1,\'+82,\'-x,\'@sum,\'\tx,"\'\rx","say ""hi"", ok",,-3,-1.5' in text


def test_percentiles_are_a_spreadsheets() -> None:
    assert percentile([], 0.5) is None
    assert [percentile([1, 2, 3, 4], share) for share in (0.5, 0.9)] == [2.5, 3.7]
    assert percentile([7], 0.9) == 7

"""The queue: pages by place, filters that agree with the rows, one query however long it is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update

from firstline.conversations.models import Conversation
from firstline.conversations.states import State
from firstline.core.database import Database
from firstline.core.times import utcnow
from firstline.desk.models import Case, CasePromise

SEVERITIES = ("general", "impaired", "production_impaired", "production_down")
REASONS = ("human", "complaint", "no_answer")
# Far from the moments at which a case becomes late or near, however long the test takes.
DUE = (300, -90, 35, 120, -30, 45)
PRODUCTS = ("teams", "outlook", None)


async def fill_queue(database: Database, count: int, partner: str = "demo") -> None:
    """Add ``count`` cases of every kind, straight into the tables."""
    now = utcnow()
    async with database.session() as session:
        for at in range(count):
            state = (State.WAITING, State.WAITING, State.HUMAN, State.BOT, State.CLOSED)[at % 5]
            session.add(
                Conversation(
                    id=f"{partner}-{at}", partner=partner, language=("ko", "en")[at % 2], state=state,
                    agent_id=1 if state == State.HUMAN else None, agent_name="minji" if state == State.HUMAN else None,
                )
            )  # fmt: skip
            await session.flush()
            due = None if at % 7 == 0 else now + timedelta(minutes=DUE[at % len(DUE)], seconds=at)
            promised = CasePromise(
                kind="first_response", severity="general", tier="basic", charter_version="1",
                started_at=now - timedelta(minutes=200), due=due or now, warn_at=(due or now) - timedelta(minutes=60),
                met_at=now if state == State.CLOSED else None,
            )  # fmt: skip
            session.add(
                Case(
                    partner=partner, number=f"{partner.upper()}-{2000 + at}", conversation_id=f"{partner}-{at}",
                    status="closed" if state == State.CLOSED else "open", reason=REASONS[at % 3], category="problem",
                    severity=SEVERITIES[at % 4], tier="basic", language="ko", charter_version="1",
                    product=PRODUCTS[at % 3], search_text=f"{partner}-{2000 + at} 메일이 안 와요 outlook {at}",
                    summary={"questions": [f"question {at}"]}, respond_by=due, due=due,
                    promises=[promised] if due else [], opened_at=now - timedelta(minutes=200),
                    waiting_since=now if state == State.WAITING else None,
                    closed_at=now - timedelta(minutes=at) if state == State.CLOSED else None,
                )
            )  # fmt: skip


@pytest.fixture
async def agent(new_agent: Callable[..., Any]) -> dict[str, str]:
    headers: dict[str, str] = await new_agent("minji")
    return headers


async def listed(http: httpx.AsyncClient, headers: dict[str, str], **query: Any) -> dict[str, Any]:
    answer = await http.get("/api/desk/cases", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def every_page(http: httpx.AsyncClient, headers: dict[str, str], **query: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after = ""
    while True:
        page = await listed(http, headers, after=after, **query)
        rows += page["cases"]
        after = page["next"]
        if not after:
            return rows


@pytest.mark.parametrize("sort", ["due", "newest", "oldest", "updated"])
async def test_pages_together_are_the_list_without_a_gap(
    http: httpx.AsyncClient, database: Database, agent: dict[str, str], sort: str
) -> None:
    await fill_queue(database, 61)
    whole = [row["number"] for row in (await listed(http, agent, sort=sort, limit=200))["cases"]]
    paged = [row["number"] for row in await every_page(http, agent, sort=sort, limit=7)]
    assert paged == whole
    assert len(set(paged)) == len(paged) == 49


async def test_what_is_due_first_comes_first_and_the_unpromised_last(
    http: httpx.AsyncClient, database: Database, agent: dict[str, str]
) -> None:
    await fill_queue(database, 40)
    due = [row["respond_by"] or "9999" for row in await every_page(http, agent, status="waiting", limit=9)]
    assert due == sorted(due)
    closed = [row["number"] for row in await every_page(http, agent, status="closed", limit=3)]
    assert closed == sorted(closed)


async def test_a_page_stays_in_its_place_when_cases_before_it_leave(
    http: httpx.AsyncClient, database: Database, agent: dict[str, str]
) -> None:
    await fill_queue(database, 40)
    whole = [row["number"] for row in await every_page(http, agent, status="waiting")]
    first = await listed(http, agent, status="waiting", limit=5)
    async with database.session() as session:
        await session.execute(update(Case).where(Case.number.in_(whole[:3])).values(status="closed"))
    second = await listed(http, agent, status="waiting", limit=5, after=first["next"])
    assert [row["number"] for row in second["cases"]] == whole[5:10]


FILTERS = {
    "status": st.lists(st.sampled_from(["open", "mine", "waiting", "human", "bot", "closing", "closed"]), max_size=3),
    "severity": st.lists(st.sampled_from(SEVERITIES), max_size=2),
    "reason": st.lists(st.sampled_from(REASONS), max_size=2),
    "product": st.lists(st.sampled_from(["teams", "outlook", "intune"]), max_size=2),
    "language": st.lists(st.sampled_from(["ko", "en"]), max_size=2),
    "agent": st.lists(st.sampled_from(["me", "none", "1", "999", "x"]), max_size=2),
    "due": st.lists(st.sampled_from(["overdue", "warning"]), max_size=2),
    "text": st.sampled_from(["", "MAIL", "메일이", "outlook 안", "demo-2003", "%", "_", "  "]),
}


def fits(row: dict[str, Any], wanted: dict[str, Any], text: str) -> bool:
    """Say whether a row is what the filter asks for, read from the row alone."""
    is_open = row["status"] != "closed"
    status = {"open": is_open, "mine": is_open and row["mine"], row["status"]: True}
    agent = {"me": row["mine"], "none": row["agent_id"] is None, str(row["agent_id"]): True}
    said = (
        any(status.get(s, False) for s in wanted["status"] or ["open"]),
        all(not wanted[name] or row[name] in wanted[name] for name in ("severity", "reason", "product", "language")),
        not wanted["agent"] or any(agent.get(a, False) for a in wanted["agent"]),
        not wanted["due"] or any(row[due] for due in wanted["due"]),
        all(word in text for word in wanted["text"].casefold().split()),
    )
    return all(said)


async def test_a_filter_takes_exactly_the_rows_that_look_like_it(
    http: httpx.AsyncClient, database: Database, agent: dict[str, str]
) -> None:
    await fill_queue(database, 60)
    await fill_queue(database, 10, partner="other")
    everything = await every_page(http, agent, status=["open", "closed"], limit=200)
    assert len(everything) == 60
    texts = {f"DEMO-{2000 + at}": f"demo-{2000 + at} 메일이 안 와요 outlook {at}" for at in range(60)}

    wanted_cases: list[dict[str, Any]] = []

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.fixed_dictionaries(FILTERS))
    def collect(wanted: dict[str, Any]) -> None:
        wanted_cases.append(wanted)

    collect()
    for wanted in wanted_cases:
        found = {row["number"] for row in await every_page(http, agent, limit=50, **wanted)}
        assert found == {row["number"] for row in everything if fits(row, wanted, texts[row["number"]])}, wanted


async def test_rows_cost_no_query_each(http: httpx.AsyncClient, app: FastAPI, agent: dict[str, str]) -> None:
    database: Database = app.state.parts.database
    counts = []
    for size, partner in ((5, "other"), (100, "demo")):
        await fill_queue(database, size, partner)
    for limit in (5, 60):
        queries: list[str] = []
        listen = lambda *args: queries.append(args[2])  # noqa: B023, E731
        event.listen(database.engine.sync_engine, "before_cursor_execute", listen)
        assert len((await listed(http, agent, limit=limit))["cases"]) == limit
        event.remove(database.engine.sync_engine, "before_cursor_execute", listen)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("after", ["x", "e30", "WzFd", "WzEsMl0", "bnVsbA", "WzEsIngiLDJd", "WzEsIjIwMjYtMDEtMDEiLDJd"])
async def test_a_place_that_is_none_is_refused(http: httpx.AsyncClient, agent: dict[str, str], after: str) -> None:
    answer = await http.get("/api/desk/cases", params={"after": after}, headers=agent)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_place"


async def test_an_unknown_field_or_value_is_refused(http: httpx.AsyncClient, agent: dict[str, str]) -> None:
    for query in ({"colour": "red"}, {"status": "lost"}, {"sort": "luck"}, {"limit": "1000"}):
        assert (await http.get("/api/desk/cases", params=query, headers=agent)).status_code == 422


async def test_a_case_is_found_by_number_product_and_the_customers_words(
    http: httpx.AsyncClient, agent: dict[str, str], new_customer: Callable[..., Any]
) -> None:
    customer = await new_customer()
    await customer.send("팀즈 회의에서 소리가 안 들려요")
    case = (await customer.send("/human"))["case"]
    for query in ({"text": case["number"].lower()}, {"text": "소리가 회의"}, {"product": "teams"}):
        found = await listed(http, agent, **query)
        assert [row["number"] for row in found["cases"]] == [case["number"]], query
    assert found["cases"][0]["product_name"]["ko"] == "Teams"
    await customer.send("스피커는 이미 바꿔 봤어요")
    assert len((await listed(http, agent, text="스피커"))["cases"]) == 1
    assert (await listed(http, agent, text="프린터"))["cases"] == []
    choices = (await http.get("/api/desk/filters", headers=agent)).json()
    assert [product["id"] for product in choices["products"]] == ["teams"]
    assert [severity["id"] for severity in choices["severities"]] == list(reversed(SEVERITIES))

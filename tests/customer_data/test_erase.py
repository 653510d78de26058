"""Erasure is proved by a search of every store: tables, the database's bytes, the bot's memory, files and logs."""

import contextlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import JSON, String, select

from firstline.chat.tracker import Tracker
from firstline.conversations.models import Conversation, Message
from firstline.core.errors import BadInput, Conflict, NotFound
from firstline.core.logs import configure_logs
from firstline.core.settings import Settings
from firstline.customer_data import erase, find
from firstline.customer_data.kept import KEPT, NOT_PERSONAL
from firstline.desk.audit import Wanted, entries
from firstline.desk.models import Case, CasePromise
from firstline.desk.rating import CaseRating
from firstline.serve.schema import Base

from .conftest import EMAIL, MARKS, WORDS, Traces


async def erased(app: Any, settings: Settings, *, even_open: bool = False, **whose: str) -> Any:
    database = app.state.parts.database
    tracker = Tracker(settings, database)
    async with database.reading() as session:
        found = await find(session, "demo", **whose)
    done = await erase(
        database, tracker, settings.upload_dir, found, who="command line", how="command", even_open=even_open
    )
    assert await database.compact(rewrite=True) and await tracker.compact(rewrite=True)
    return done


def written(log_file: Path) -> str:
    return log_file.read_text("utf-8")


@pytest.fixture
def log_file(tmp_path: Path) -> Any:
    path = tmp_path / "firstline.log"
    with path.open("w") as file, contextlib.redirect_stderr(file):
        configure_logs("INFO")
        yield path
    structlog.reset_defaults()


@pytest.mark.parametrize("by", ["email", "case", "conversation"])
async def test_nothing_is_left_anywhere(
    log_file: Path, app: Any, settings: Settings, customer: Any, new_customer: Any, traces: Traces, by: str
) -> None:
    other = await new_customer("en")
    await other.send("hello there")
    before = await other.transcript()
    places = await traces()
    assert set(places) == set(MARKS) and "firstline.log" not in str(places)
    for table in ("messages", "cases", "case_ratings", "notes", "outbox", "stored_files", "escalations", "saved_views"):
        assert any(f"table {table}" in found for found in places.values()), table
    assert "the bot's events" in places["quxotic"]

    whose = {"email": EMAIL.upper(), "case": customer.number, "conversation": customer.id}
    done = await erased(app, settings, **{by: whose[by]})
    assert (done.files, done.bot_events) == (1, 1)
    assert await traces() == {}
    assert "customer_erased" in written(log_file) and await other.transcript() == before
    assert await Tracker(settings, app.state.parts.database).events(["somebody-else"]) != []


async def test_figures_stay(app: Any, settings: Settings, customer: Any) -> None:
    database = app.state.parts.database

    async def figures() -> Any:
        async with database.reading() as session:
            said = (await session.execute(select(Message.author, Message.created_at, Message.lang))).all()
            answered = [row.get("answered") for row in await session.scalars(select(Message.receipt)) if row]
            case = (await session.scalars(select(Case))).one()
            outcome = (await session.scalars(select(Conversation.outcome))).all()
            kept = [case.number, case.severity, case.opened_at, case.closed_at, case.outcome, case.first_response_at]
            promises = [(item.kind, item.due, item.met_at) for item in await session.scalars(select(CasePromise))]
            score = await session.scalar(select(CaseRating.score))
            return sorted(map(tuple, said)), answered, kept, promises, score, outcome

    before = await figures()
    await erased(app, settings, email=EMAIL)
    assert await figures() == before
    assert before[4] == 4 and False in before[1]


async def test_neither_token_nor_link_finds_it_and_the_desk_still_opens_the_case(
    app: Any, settings: Settings, customer: Any, http: Any
) -> None:
    await erased(app, settings, email=EMAIL)
    gone = await http.get("/api/chat/messages", headers=customer.headers)
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "no_conversation")
    story = await http.get(f"/api/desk/cases/{customer.number}", headers=customer.desk)
    assert story.status_code == 200, story.text
    assert {message["text"] for message in story.json()["messages"]} == {""}
    listed = await http.get("/api/desk/cases", params={"status": "closed"}, headers=customer.desk)
    assert customer.number in listed.text
    gaps = await http.get("/api/desk/cases", params={"status": "closed", "text": "quxotic"}, headers=customer.desk)
    assert customer.number not in gaps.text


async def test_it_stands_in_the_audit_log_once_and_is_found_no_more(
    app: Any, settings: Settings, customer: Any
) -> None:
    await erased(app, settings, case=customer.number)
    with pytest.raises(NotFound):
        await erased(app, settings, case=customer.number)
    async with app.state.parts.database.reading() as session:
        (entry,) = await entries(session, "demo", Wanted(action="customer"), 10)
    assert (entry.who, entry.action, entry.target) == ("command line", "customer.erased", customer.id)
    assert entry.data["how"] == "command" and entry.data["files"] == 1 and entry.data["messages"] > 5
    assert WORDS not in str(entry.data)


async def test_an_open_case_is_not_erased_by_accident(app: Any, settings: Settings, new_customer: Any) -> None:
    customer = await new_customer()
    number = (await customer.send("/human"))["case"]["number"]
    with pytest.raises(Conflict, match=number):
        await erased(app, settings, case=number)
    assert await customer.transcript()
    await erased(app, settings, case=number, even_open=True)
    async with app.state.parts.database.reading() as session:
        case = (await session.scalars(select(Case))).one()
        conversation = await session.get(Conversation, case.conversation_id)
        open_promises = [item for item in case.promises if item.next_at]
    assert (case.status, case.outcome, open_promises) == ("closed", "withdrawn", [])
    assert conversation.state == "closed"


async def test_one_way_to_say_whose_and_a_foreign_partner_finds_nothing(app: Any, customer: Any) -> None:
    async with app.state.parts.database.reading() as session:
        for whose in ({}, {"case": "A", "email": "B"}):
            with pytest.raises(BadInput):
                await find(session, "demo", **whose)
        for whose in ({"case": customer.number}, {"email": EMAIL}, {"conversation": customer.id}):
            with pytest.raises(NotFound):
                await find(session, "other", **whose)


def test_every_table_says_what_it_keeps_of_a_customer() -> None:
    named = Counter([*(kept.table.name for kept in KEPT), *NOT_PERSONAL])
    assert set(named) == set(Base.metadata.tables), "say in firstline/customer_data/kept.py what the table keeps"
    assert set(named.values()) == {1}


def test_every_column_that_could_hold_words_is_emptied_or_known_to_hold_none() -> None:
    left = {
        kept.table.name: {
            column.name
            for column in kept.table.columns
            if isinstance(column.type, String | JSON) and column.name not in kept.emptied
        }
        for kept in KEPT
        if not kept.is_deleted
    }
    # Codes, names of staff, ids, languages and the partner.
    assert left == {
        "case_events": {"actor", "kind"},
        "case_promises": {"charter_version", "kind", "severity", "tier"},
        "case_ratings": set(),
        "cases": {
            "category", "charter_key", "charter_version", "conversation_id", "language", "number", "offered_to_name",
            "outcome", "partner", "reason", "severity", "status", "tier",
        },
        "conversation_events": {"actor", "conversation_id", "event", "from_state", "to_state"},
        "conversations": {"agent_name", "id", "language", "outcome", "partner", "state"},
        "desk_lines": {"id", "partner"},
        "escalation_hops": {"accepted_by", "language", "level", "outcome", "sent_by"},
        "escalations": set(),
        "health_reports": {"conversation_id", "partner", "product", "symptom"},
        "messages": {"author", "author_name", "conversation_id", "lang"},
    }, "say in firstline/customer_data/kept.py what becomes of the column"  # fmt: skip

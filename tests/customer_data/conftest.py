"""A customer who left something in every store, and a way to look through all of them."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from firstline.chat.tracker import Tracker
from firstline.conversations.customer_models import IdentityUse, KnownCustomer
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.core.times import utcnow
from firstline.desk.models import Case
from firstline.desk.tool_models import SavedView
from firstline.escalation.models import Escalation, EscalationHop
from firstline.helpdesks.models import HelpdeskTalk, HelpdeskTicket
from firstline.outbox.models import DEAD, SENT, Notice
from firstline.serve.backup.rows import lines_of, tables_of
from firstline.service_health.models import HealthFollower, HealthIssue, TroubleReport
from firstline.training.models import TrainedAddress, TrainedCustomer

WORDS = "quxotic 우리회사송장프로그램"
EMAIL = "gildong@hidden-customer.example"
FILE_NAME = "급여대장비밀.png"
# What must be nowhere afterwards: as UTF-8, and as JSON escapes it.
MARKS = ("quxotic", "우리회사송장프로그램", "hidden-customer", "급여대장비밀", "SECRETBYTES")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"SECRETBYTES"

Traces = Callable[[], Awaitable[dict[str, list[str]]]]


@pytest.fixture
async def customer(
    app: FastAPI, settings: Settings, http: httpx.AsyncClient, new_customer: Any, new_agent: Any, bot: Any
) -> Any:
    """A closed case whose customer left words, an address and a file wherever one can."""
    custom = {"articles": [], "receipt": {"answered": False, "asked": WORDS, "nearest": None, "model": "m"}}
    bot.script[WORDS] = [{"text": f"답을 찾지 못했어요: {WORDS}", "custom": custom}]
    customer = await new_customer()
    await customer.send(WORDS)
    customer.number = (await customer.send("/human"))["case"]["number"]
    customer.desk = await new_agent()
    await customer.send(f"제품은 {WORDS}, 메일은 {EMAIL}")
    assert (await http.put("/api/chat/contact", json={"email": EMAIL}, headers=customer.headers)).status_code == 200
    query = {"name": FILE_NAME, "client_message_id": "f1"}
    assert (await http.post("/api/chat/files", params=query, content=PNG, headers=customer.headers)).is_success
    path = f"/api/desk/cases/{customer.number}"
    for step, body in (
        ("claim", None),
        ("note", {"text": f"@minji {WORDS}"}),
        ("reply", {"text": f"{WORDS}로 답드립니다", "client_message_id": "a1"}),
        ("resolve", {"solution": WORDS}),
    ):
        answer = await http.post(f"{path}/{step}", json=body, headers=customer.desk)
        assert answer.is_success, f"{step}: {answer.text}"
    await customer.send("/solved")
    rating = {"score": 4, "comment": WORDS}
    assert (await http.put("/api/chat/rating", json=rating, headers=customer.headers)).status_code == 200
    await _leave_the_rest(app, settings, customer)
    return customer


async def _leave_the_rest(app: FastAPI, settings: Settings, customer: Any) -> None:
    database: Database = app.state.parts.database
    now = utcnow()
    async with database.session() as session:
        case_id = (await session.execute(Case.__table__.select().with_only_columns(Case.id))).scalar_one()
        session.add(Escalation(case_id=case_id, dossier={"summary": WORDS}, credit={"contact": EMAIL}))
        await session.flush()
        session.add(
            EscalationHop(
                case_id=case_id, level="provider", language="ko", sent_at=now, sent_by="minji@example.com",
                dossier={"summary": WORDS}, reference=WORDS[:10], answer=WORDS,
            )
        )  # fmt: skip
        issue = HealthIssue(
            partner="demo", issue_id="EX1", title="t", service="Exchange", classification="incident", status="open",
            started_at=now, modified_at=now,
        )  # fmt: skip
        session.add(issue)
        await session.flush()
        session.add(HealthFollower(issue_id=issue.id, conversation_id=customer.id))
        session.add(TroubleReport(partner="demo", conversation_id=customer.id, product="outlook", symptom="mail"))
        session.add(SavedView(partner="demo", owner=1, name="그 고객", filter={"text": EMAIL.upper()}))
        session.add(
            Notice(
                key="k1", partner="demo", channel="email", kind="replied", case_number=customer.number, target=EMAIL,
                content={"text": WORDS}, state=SENT, done_at=now,
            )
        )  # fmt: skip
        session.add(
            KnownCustomer(conversation_id=customer.id, partner="demo", customer_id=WORDS, name=WORDS, email=EMAIL)
        )
        session.add(IdentityUse(token_hash="0" * 64, conversation_id=customer.id, expires_at=now))
        company = TrainedCustomer(partner="demo", key="hanbit", name="한빛무역")
        session.add(company)
        await session.flush()
        session.add(TrainedAddress(partner="demo", address=EMAIL, customer_id=company.id))
        session.add(HelpdeskTicket(case_id=case_id, partner="demo", desk="zammad", reference="7", reason=WORDS))
        session.add(HelpdeskTalk(partner="demo", reference="5", conversation_id=customer.id))
        session.add(
            Notice(
                key="k2", partner="demo", channel="chatwoot_bot", kind="message", target="5", content={"text": WORDS},
                state=DEAD, done_at=now,
            )
        )  # fmt: skip
    tracker = Tracker(settings, database)
    async with tracker.database() as own, own.engine.begin() as connection:
        await tracker.make(connection)
        for sender in (customer.id, "somebody-else"):
            data = json.dumps({"text": WORDS if sender == customer.id else "hello"})
            values = {"sender_id": sender, "type_name": "user", "timestamp": 1.5, "data": data}
            await connection.execute(insert(tracker.table), [values])


@pytest.fixture
async def traces(app: FastAPI, settings: Settings, tmp_path: Path) -> AsyncIterator[Traces]:
    """Look for the customer's marks in every table and every file; returns where each one was found."""

    async def look() -> dict[str, list[str]]:
        database: Database = app.state.parts.database
        tracker = Tracker(settings, database)
        texts: dict[str, bytes] = {}
        async with database.engine.connect() as connection:
            for table in await tables_of(connection):
                texts[f"table {table.name}"] = b"\n".join([line async for line in lines_of(connection, table)])
        async with tracker.database() as own, own.engine.connect() as connection:
            texts["the bot's events"] = b"\n".join([line async for line in lines_of(connection, tracker.table)])
        texts |= _files(tmp_path)
        found = {mark: [place for place, data in texts.items() if _has(data, mark)] for mark in MARKS}
        return {mark: places for mark, places in found.items() if places}

    yield look


def _files(folder: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return found | {f"name {path}": str(path).encode() for path in folder.rglob("*")}


def _has(data: bytes, mark: str) -> bool:
    escaped = json.dumps(mark)[1:-1]
    forms = {mark, escaped, escaped.replace("\\", "\\\\")}
    return any(form.encode() in data or form.upper().encode() in data for form in forms)

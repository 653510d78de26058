"""What leads do with notices that were not delivered, and how long the others are kept."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.core.times import utcnow
from firstline.outbox import store
from firstline.serve.outbox import make_delivery


@pytest.fixture
def deliver(mail_settings: Settings, database: Database) -> Any:
    """Each call is another process, a minute later: the one before has lost its lease by then."""
    calls = count(1)

    async def go(**changes: Any) -> int:
        settings, now = mail_settings.model_copy(update=changes), utcnow() + timedelta(minutes=next(calls))
        return await make_delivery(settings, database, Charters(settings.partners_dir)).deliver_due(now)

    return go


async def test_a_lead_tries_again_or_gives_up_with_a_reason(
    deliver: Any, postbox: Any, put_notice: Any, notice_of: Any, new_agent: Any, http: Any
) -> None:
    postbox.phase, postbox.says = "RCPT", "550 no such box"
    await put_notice("gone", "email", "kim@example.com")
    await deliver()
    postbox.says = "451 later"
    await put_notice("stuck", "email", "lee@example.com")
    await put_notice("fresh", "email", "park@example.com")
    await deliver(notice_delay_seconds=100_000)
    lead, admin = await new_agent("lead", "lead"), await new_agent("boss", "admin")

    async def call(path: str, body: dict[str, Any], who: Any = lead) -> Any:
        return await http.post(f"/api/staff/outbox/{path}", json=body, headers=who)

    async def ids(state: str) -> list[str]:
        answer = await http.get("/api/staff/outbox", params={"state": state}, headers=lead)
        return sorted(row["id"] for row in answer.json()["notices"])

    assert (await ids("dead"), await ids("failing")) == (["gone"], ["fresh", "stuck"])
    agent = await new_agent("agent", "agent")
    assert (await call("give-up", {"id": "gone", "reason": "not_needed"}, agent)).status_code == 403
    assert (await call("give-up", {"id": "gone", "reason": "because"})).status_code == 422
    given_up = (await call("give-up", {"id": "gone", "reason": "wrong_address"})).json()["notice"]
    assert given_up["given_up"] == {"reason": "wrong_address", "by": "lead@example.com"}
    assert (await call("give-up", {"id": "gone", "reason": "not_needed"})).json()["error"]["code"] == "no_notice"
    assert (await call("retry", {"id": "gone"})).status_code == 404
    assert (await notice_of("gone")).content == {"reason": "wrong_address", "by": "lead@example.com"}
    (entry,) = (await http.get("/api/staff/audit?action=notice.given_up", headers=admin)).json()["entries"]
    assert (entry["target"], entry["data"]) == ("gone", {"reason": "wrong_address"})

    postbox.phase = ""
    assert (await call("retry", {"id": "stuck"})).json() == {"count": 1}
    await deliver()
    assert [envelope.rcpt_tos for envelope in postbox.mails] == [["lee@example.com"]], "the other waits for its time"
    assert (await call("give-up", {"id": "stuck", "reason": "not_needed"})).status_code == 404, "it was sent"


async def test_where_nobody_is_told_nothing_counts_as_sent(
    make_app: Any, database: Database, new_customer: Any, new_agent: Any, http: Any
) -> None:
    customer = await new_customer("ko")
    await customer.send("/human")
    parts = make_app().state.parts
    delivery = make_delivery(parts.settings, database, parts.charters)
    while await delivery.deliver_due(utcnow() + timedelta(minutes=1)):
        pass
    shown = (await http.get("/api/staff/outbox?state=sent", headers=await new_agent("lead", "lead"))).json()
    assert shown == {
        "notices": [],
        "counts": {"pending": 0, "sent": 0, "dead": 0, "given_up": 0},
        "ways": {"email": False, "webhooks": 0},
    }


async def test_what_was_sent_goes_after_its_days_and_what_was_not_stays(
    deliver: Any, postbox: Any, put_notice: Any, database: Database
) -> None:
    await put_notice("sent", "email", "kim@example.com")
    await deliver()
    postbox.phase, postbox.says = "RCPT", "550 no such box"
    await put_notice("dead", "email", "lee@example.com")
    await deliver()

    async def keep(days: int) -> int:
        async with database.session() as session:
            return await store.delete_old(session, 7, utcnow() + timedelta(days=days))

    assert [await keep(days) for days in (6, 8, 9, 900)] == [0, 1, 0, 0]
    async with database.reading() as session:
        assert await store.counts(session, "demo") == {"pending": 0, "sent": 0, "dead": 1, "given_up": 0}

"""Mails against a real SMTP server: what each answer in each phase leads to."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.serve.outbox import make_delivery

NOW = datetime(2027, 1, 4, 3, tzinfo=UTC)


@pytest.fixture
def deliver(mail_settings: Settings, database: Database) -> Any:
    async def go(now: datetime = NOW, **changes: Any) -> int:
        settings = mail_settings.model_copy(update=changes)
        return await make_delivery(settings, database, Charters(settings.partners_dir)).deliver_due(now)

    return go


async def test_a_mail_arrives_with_its_id_and_words(
    deliver: Any, postbox: Any, put_notice: Any, notice_of: Any
) -> None:
    await put_notice("one", "email", "kim@example.com", subject="접수\r\nBcc: x@example.com", sender_name='예시" <a@b>')
    assert await deliver() == 1
    (envelope,) = postbox.mails
    mail = message_from_bytes(envelope.content, policy=default)
    assert envelope.rcpt_tos == ["kim@example.com"] and mail["Bcc"] is None
    assert mail["Message-ID"] == "<one@example.com>" and mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "접수 Bcc: x@example.com" and mail.get_content().strip() == "본문"
    assert mail["From"].addresses[0].addr_spec == "desk@example.com"
    notice = await notice_of("one")
    assert (notice.state, notice.content) == ("sent", {})
    assert await deliver(NOW + timedelta(days=9)) == 0


@pytest.mark.parametrize("phase", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(("says", "state"), [("451 later", "pending"), ("550 never", "dead")])
async def test_a_refusal_in_any_phase(
    deliver: Any, postbox: Any, put_notice: Any, notice_of: Any, phase: str, says: str, state: str
) -> None:
    postbox.phase, postbox.says = phase, says
    await put_notice("one", "email", "kim@example.com")
    await deliver()
    notice = await notice_of("one")
    assert (notice.state, notice.attempts) == (state, 1) and says in notice.error
    postbox.phase = ""
    await deliver(NOW + timedelta(days=400))
    assert len(postbox.mails) == (1 if state == "pending" else 0)


async def test_a_server_that_hangs_refuses_or_is_not_there(
    deliver: Any, postbox: Any, put_notice: Any, notice_of: Any
) -> None:
    postbox.hangs = True
    await put_notice("one", "email", "kim@example.com")
    await deliver()
    assert (await notice_of("one")).state == "pending" and "imed out" in (await notice_of("one")).error
    await deliver(NOW + timedelta(days=400), smtp_port=1)
    assert "can't be reached" in (await notice_of("one")).error
    await deliver(NOW + timedelta(days=800), smtp_security="starttls")
    assert "STARTTLS" in (await notice_of("one")).error
    await deliver(NOW + timedelta(days=1200), smtp_username="desk")
    notice = await notice_of("one")
    assert (notice.state, notice.attempts) == ("pending", 4)


async def test_a_notice_is_given_up_after_its_attempts_and_can_be_tried_again(
    deliver: Any, postbox: Any, put_notice: Any, notice_of: Any, new_agent: Any, http: Any
) -> None:
    postbox.phase, postbox.says = "DATA", "451 later"
    await put_notice("one", "email", "kim@example.com")
    for day in (0, 1, 2):
        await deliver(NOW + timedelta(days=day * 400), notice_attempts=3)
    assert (await notice_of("one")).state == "dead"
    admin = await new_agent("boss", "admin")
    listed = (await http.get("/api/staff/outbox", headers=admin)).json()
    assert [(row["id"], row["attempts"]) for row in listed["notices"]] == [("one", 3)]
    assert "451 later" in listed["notices"][0]["error"] and listed["counts"] == {
        "pending": 0,
        "sent": 0,
        "dead": 1,
        "given_up": 0,
    }
    other = await http.post("/api/staff/outbox/retry", json={"id": "other"}, headers=admin)
    assert other.status_code == 404 and other.json()["error"]["code"] == "no_notice"
    assert (await http.post("/api/staff/outbox/retry", json={}, headers=admin)).json() == {"count": 1}
    postbox.phase = ""
    await deliver(NOW + timedelta(days=2000))
    assert len(postbox.mails) == 1

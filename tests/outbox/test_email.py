"""Mails against a real SMTP server: what each answer in each phase leads to."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.serve.outbox import make_delivery

from .certificate import certificate
from .conftest import Postbox, serving

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
    assert (notice.state, notice.content) == ("sent", {"receipt": "250 OK"})
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
    await deliver(smtp_timeout_seconds=1)
    assert (await notice_of("one")).state == "pending" and "imed out" in (await notice_of("one")).error
    await deliver(NOW + timedelta(days=400), smtp_port=1)
    assert "can't be reached" in (await notice_of("one")).error
    await deliver(NOW + timedelta(days=800), smtp_security="starttls")
    assert "STARTTLS" in (await notice_of("one")).error
    await deliver(NOW + timedelta(days=1200), smtp_username="desk")
    notice = await notice_of("one")
    assert (notice.state, notice.attempts) == ("pending", 4)


async def test_a_server_that_hangs_holds_up_nothing_else(
    deliver: Any, postbox: Any, put_notice: Any, notice_of: Any
) -> None:
    """Log-ins and searches need threads, too."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    postbox.hangs = True
    await put_notice("one", "email", "kim@example.com")
    sending = asyncio.create_task(deliver(smtp_timeout_seconds=50))
    with ThreadPoolExecutor(1) as own:
        await asyncio.get_running_loop().run_in_executor(own, postbox.hanging.wait, 20)
    async with asyncio.timeout(20):
        await asyncio.to_thread(int)
    assert not sending.done()
    sending.cancel()


async def test_what_the_server_said_is_kept_for_it_may_lose_the_mail(
    deliver: Any, postbox: Any, put_notice: Any, notice_of: Any, new_agent: Any, http: Any
) -> None:
    postbox.phase, postbox.says = "DATA", "250 2.0.0 queued as 4B2F"  # and nothing is kept
    await put_notice("one", "email", "kim@example.com")
    await deliver()
    assert postbox.mails == []
    (shown,) = (await http.get("/api/staff/outbox?state=sent", headers=await new_agent("boss", "lead"))).json()[
        "notices"
    ]
    assert (shown["state"], shown["receipt"]) == ("sent", "250 2.0.0 queued as 4B2F")


@pytest.mark.parametrize(("name", "state"), [("127.0.0.1", "sent"), ("mail.example.com", "pending")])
async def test_a_certificate_has_to_be_valid_for_the_server(
    deliver: Any,
    put_notice: Any,
    notice_of: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    state: str,
) -> None:
    context, authority = certificate(tmp_path, name)
    with serving(Postbox(), tls_context=context, require_starttls=True) as box:
        await put_notice("one", "email", "kim@example.com")
        await deliver(smtp_security="starttls", smtp_port=box.port)
        notice = await notice_of("one")
        assert (notice.state, box.mails) == ("pending", []) and "certificate is not accepted" in notice.error
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        await deliver(NOW + timedelta(days=400), smtp_security="starttls", smtp_port=box.port)
        notice = await notice_of("one")
        assert (notice.state, len(box.mails)) == (state, state == "sent")
        assert state == "sent" or "127.0.0.1" in notice.error


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

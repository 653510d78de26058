"""Webhooks against a real HTTP server: signed, bounded, and never into the own network."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import certifi
import pytest

from firstline.charter import Charters
from firstline.core.connections import trusted
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.outbox.attempts import Never, NotNow
from firstline.outbox.outgoing import LONGEST_ANSWER, Outgoing
from firstline.serve.outbox import make_delivery

from .certificate import certificate
from .conftest import Receiver

NOW = datetime(2027, 1, 4, 3, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"a secret of the test").decode()


@pytest.fixture
def deliver(
    mail_settings: Settings, database: Database, receiver: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    monkeypatch.setenv("DEMO_HOOK", SECRET)
    folder = tmp_path / "partners" / "demo"
    folder.mkdir(parents=True)
    hook = {"url": receiver.url + "/hook", "secret_env": "DEMO_HOOK"}
    (folder / "notices.yaml").write_text(json.dumps({"webhooks": [hook]}), "utf-8")

    async def go(now: datetime = NOW, **changes: Any) -> None:
        settings = mail_settings.model_copy(update={"partners_dir": tmp_path / "partners"} | changes)
        await make_delivery(settings, database, Charters(settings.partners_dir)).deliver_due(now)

    return go


async def test_a_webhook_is_signed_and_repeated_under_one_id(
    deliver: Any, receiver: Any, put_notice: Any, notice_of: Any
) -> None:
    await put_notice("one", "webhook", receiver.url + "/hook")
    receiver.answer = b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"
    await deliver()
    assert (await notice_of("one")).state == "pending" and "500" in (await notice_of("one")).error
    receiver.answer = b"HTTP/1.1 204 No Content\r\n\r\n"
    await deliver(NOW + timedelta(days=400))
    assert (await notice_of("one")).state == "sent"
    assert [headers["webhook-id"] for _, headers, _ in receiver.requests] == ["one", "one"]
    for line, headers, body in receiver.requests:
        assert line.startswith("POST /hook ") and json.loads(body)["type"] == "case.opened"
        signed = f"one.{headers['webhook-timestamp']}.".encode() + body
        expected = hmac.new(b"a secret of the test", signed, hashlib.sha256).digest()
        assert headers["webhook-signature"] == "v1," + base64.b64encode(expected).decode()


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (
            b"HTTP/1.1 302 Go\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
            "dead",
            "redirect",
        ),
        (b"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "dead", "redirect"),
        (b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", "dead", "secret"),
        (b"HTTP/1.1 429 Wait\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n", "pending", "429"),
        (None, "pending", "within 1 s"),
        (b"no http at all\r\n\r\n", "pending", "can't be reached"),
        (b"HTTP/1.1 503 No\r\nRetry-After: " + b"9" * 5000 + b"\r\nContent-Length: 0\r\n\r\n", "pending", "503"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", "pending", "can't be reached"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LONGEST_ANSWER + 1), "pending", "more than"),
    ],
)
async def test_what_becomes_of_an_answer(
    deliver: Any, receiver: Any, put_notice: Any, notice_of: Any, answer: bytes | None, state: str, said: str
) -> None:
    receiver.answer = answer
    await put_notice("one", "webhook", receiver.url + "/hook")
    await deliver(outgoing_timeout_seconds=30 if answer else 1)
    notice = await notice_of("one")
    assert notice.state == state and said in notice.error
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    "claims",
    [
        b'{"error": "not taken", "retry": true, "webhook-id": "other"}',
        b"\xff\xfe<html>not JSON",
    ],
)
async def test_yes_is_yes_whatever_else_a_receiver_says(
    deliver: Any, receiver: Any, put_notice: Any, notice_of: Any, claims: bytes
) -> None:
    head = b"HTTP/1.1 200 OK\r\nLocation: http://127.0.0.1:1/\r\nRetry-After: 60\r\nContent-Encoding: gzip\r\n"
    receiver.answer = head + b"Content-Length: %d\r\n\r\n%b" % (len(claims), claims)
    await put_notice("one", "webhook", receiver.url + "/hook")
    await deliver()
    await deliver(NOW + timedelta(days=400))
    notice = await notice_of("one")
    assert (notice.state, notice.content, len(receiver.requests)) == ("sent", {"receipt": "200"}, 1)


async def test_an_answer_that_never_ends_is_given_up_in_time(
    deliver: Any, receiver: Any, put_notice: Any, notice_of: Any
) -> None:
    receiver.answer, receiver.drips = b"HTTP/1.1 200 OK\r\nX-Slow: ", True
    await put_notice("one", "webhook", receiver.url + "/hook")
    await deliver(outgoing_timeout_seconds=1)
    receiver.drips = False
    notice = await notice_of("one")
    assert notice.state == "pending" and "within 1 s" in notice.error


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "http://169.254.169.254/latest", "http://10.0.0.1/",
        "http://192.168.1.1/", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/", "http://2130706433/", "http://0x7f.1/",
        "http://[fe80::1]/", "http://[fd00::1]/", "http://100.64.0.1/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
        "ftp://example.com/", "file:///etc/passwd", "http://user:word@example.com/",
    ],
)  # fmt: skip
async def test_no_address_inside_is_ever_called(url: str) -> None:
    with pytest.raises(Never):
        await Outgoing([], 1).call("POST", url)


async def test_an_allowed_name_is_called_and_a_name_without_address_is_tried_later(receiver: Any) -> None:
    port = receiver.url.rpartition(":")[2]
    answer = await Outgoing(["localhost"], 5).call("GET", f"http://localhost:{port}/")
    assert answer.status == 204 and receiver.requests[0][1]["host"] == f"localhost:{port}"
    with pytest.raises(NotNow):
        await Outgoing([], 5).call("GET", "http://nowhere.invalid/")


async def test_without_its_secret_a_webhook_waits_and_says_so(
    deliver: Any, receiver: Any, put_notice: Any, notice_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DEMO_HOOK")
    await put_notice("one", "webhook", receiver.url + "/hook")
    await deliver()
    assert "DEMO_HOOK" in (await notice_of("one")).error and receiver.requests == []


@pytest.mark.parametrize(("name", "valid"), [("127.0.0.1", True), ("hooks.example.com", False)])
async def test_a_certificate_has_to_be_valid_for_the_receiver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, valid: bool
) -> None:
    context, authority = certificate(tmp_path, name)
    secured, outgoing = Receiver(), Outgoing(["127.0.0.1"], 10)
    await secured.start(context)
    with pytest.raises(NotNow, match="ConnectError"):
        await outgoing.call("POST", secured.url)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    if valid:
        assert (await outgoing.call("POST", secured.url)).status == 204
    else:
        with pytest.raises(NotNow, match="ConnectError"):
            await outgoing.call("POST", secured.url)
    assert len(secured.requests) == valid
    await secured.stop()


def test_the_authorities_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = trusted()
    assert trusted() is usual
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    assert trusted() is not usual

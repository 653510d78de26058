"""Who calls us is checked, what is unknown is counted, and what is of another shape is shown."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from firstline.core.times import utcnow

from .conftest import Books, Server
from .fake_chatwoot import SECRET, FakeChatwoot
from .fake_zammad import FakeZammad


async def figures(http: httpx.AsyncClient) -> str:
    return (await http.get("/metrics")).text


async def test_a_webhook_without_the_right_signature_is_refused_and_counted(
    theirs: Server, handed_over: Any, http: httpx.AsyncClient, books: Books
) -> None:
    await handed_over()
    (reference,) = theirs.references()
    theirs.reply(reference, "Emma Taylor", "답변")
    path, headers, body = theirs.webhook(reference, "another-secret")
    unsigned = {name: value for name, value in headers.items() if "ignature" not in name}
    _, right, _ = theirs.webhook(reference)
    before = len(await books.notices())
    for given, content in ((headers, body), (unsigned, body), (right, body + b" "), ({}, body)):
        answer = await http.post(path, content=content, headers=given)
        assert answer.status_code == 401 and answer.json()["error"]["code"] == "bad_signature"
    assert len(await books.notices()) == before
    assert f'firstline_helpdesk_webhooks_total{{desk="{theirs.name}",outcome="bad_signature"}}' in await figures(http)


async def test_an_old_webhook_of_chatwoot_is_a_replay(chatwoot: FakeChatwoot, http: httpx.AsyncClient) -> None:
    for seconds in (-301, 301):
        headers, body = chatwoot.signed({"event": "contact_created"}, SECRET, int(utcnow().timestamp()) + seconds)
        answer = await http.post("/api/helpdesks/demo/chatwoot", content=body, headers=headers)
        assert answer.status_code == 401 and answer.json()["error"]["code"] == "old_webhook"


async def test_a_replayed_webhook_of_zammad_changes_nothing(
    zammad: FakeZammad, handed_over: Any, http: httpx.AsyncClient, deliver: Callable[..., Any]
) -> None:
    customer, _ = await handed_over()
    (reference,) = zammad.references()
    zammad.reply(reference, "Emma Taylor", "답변")
    path, headers, body = zammad.webhook(reference)
    for _ in range(3):
        assert (await http.post(path, content=body, headers=headers)).json() == {"taken": True, "outcome": "taken"}
        await deliver()
    zammad.set_solved(reference, True)
    await http.post(path, content=body, headers=headers)
    await deliver()
    await customer.send("/solved")
    await deliver()
    await http.post(path, content=body, headers=headers)  # it says that the ticket is open
    await deliver()
    assert (await customer.state())["state"] == "closed"
    assert [m["text"] for m in await customer.transcript()].count("답변") == 1


@pytest.mark.parametrize("event", ["contact_created", "conversation_typing_on", "an_event_of_tomorrow"])
async def test_an_event_that_is_not_known_is_ignored_and_counted(
    chatwoot: FakeChatwoot, http: httpx.AsyncClient, books: Books, event: str
) -> None:
    headers, body = chatwoot.signed({"event": event, "anything": [1]}, SECRET)
    answer = await http.post("/api/helpdesks/demo/chatwoot", content=body, headers=headers)
    assert answer.status_code == 200 and answer.json() == {"taken": False, "outcome": "ignored"}
    assert 'firstline_helpdesk_webhooks_total{desk="chatwoot",outcome="ignored"}' in await figures(http)
    assert await books.notices() == []


async def test_somebody_elses_ticket_is_not_ours(theirs: Server, handed_over: Any, http: httpx.AsyncClient) -> None:
    await handed_over()
    (reference,) = theirs.references()
    theirs.reply(reference, "Emma Taylor", "답변")
    path, _, body = theirs.webhook(reference)
    payload = json.loads(body)
    (payload["ticket"] if theirs.name == "zammad" else payload["conversation"])["id"] = 4711
    if isinstance(theirs, FakeChatwoot):
        headers, body = theirs.signed(payload, SECRET)
    else:
        import hashlib
        import hmac

        from .fake_zammad import SECRET as KEY

        body = json.dumps(payload).encode()
        headers = {"X-Hub-Signature": "sha1=" + hmac.new(KEY.encode(), body, hashlib.sha1).hexdigest()}
    assert (await http.post(path, content=body, headers=headers)).json()["outcome"] == "unknown_ticket"


async def test_a_webhook_of_another_shape_is_shown_to_the_partner_once_a_day(
    chatwoot: FakeChatwoot, http: httpx.AsyncClient, new_agent: Any
) -> None:
    for payload in ({"event": "message_created", "message": {"id": 1}}, ["event"], {"event": 5}):
        headers, body = chatwoot.signed(payload, SECRET)
        answer = await http.post("/api/helpdesks/demo/chatwoot", content=body, headers=headers)
        assert answer.status_code == 400 and answer.json()["error"]["code"] == "bad_shape"
    admin = await new_agent("boss", "admin")
    (shown,) = (await http.get("/api/staff/outbox", headers=admin)).json()["notices"]
    assert shown["channel"] == "helpdesk" and "not of the documented shape: id: field required" in shown["error"]


async def test_a_partner_without_that_help_desk_has_no_such_address(
    chatwoot: FakeChatwoot, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers, body = chatwoot.signed({"event": "x"}, SECRET)
    for path in ("demo/zammad", "demo/chatwoot-bot", "nobody/chatwoot"):
        assert (await http.post(f"/api/helpdesks/{path}", content=body, headers=headers)).status_code == 404
    monkeypatch.delenv("DEMO_CHATWOOT_HOOK")
    answer = await http.post("/api/helpdesks/demo/chatwoot", content=body, headers=headers)
    assert answer.status_code == 503 and "DEMO_CHATWOOT_HOOK" in answer.json()["error"]["message"]

"""A help desk that refuses, fails, is slow, leads elsewhere or changes its answers: never silence, never twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx

from .conftest import Books, Server
from .fake_server import Fault, raw

OPENS = r"POST /api/v1/(tickets|accounts/1/conversations)$"
WRITES = r"POST .*(/ticket_articles|/messages)$"
LATER = timedelta(days=400)


async def events_of(http: httpx.AsyncClient, number: str, agent: dict[str, str]) -> list[str]:
    found = (await http.get(f"/api/desk/cases/{number}", headers=agent)).json()
    return [event["kind"] for event in found["events"]]


async def test_what_is_refused_for_good_is_told_and_the_case_stays_ours(
    theirs: Server, handed_over: Any, books: Books, new_agent: Any, http: httpx.AsyncClient
) -> None:
    theirs.faults.append(Fault(OPENS, raw(401, {"error": "Invalid token!"}), times=9))
    customer, number = await handed_over()
    (dead,) = await books.notices(state="dead")
    assert dead.channel == "helpdesk" and "Invalid token!" in dead.error and len(theirs.asked(OPENS)) == 1
    agent = await new_agent("minji")
    assert "helpdesk_failed" in await events_of(http, number, agent)
    assert (await customer.state())["state"] == "waiting"
    assert (await http.post(f"/api/desk/cases/{number}/claim", headers=agent)).status_code == 200


async def test_what_may_pass_is_tried_again_after_the_time_it_asked_for(
    theirs: Server, handed_over: Any, books: Books, deliver: Callable[..., Any]
) -> None:
    theirs.faults.append(Fault(OPENS, raw(429, Retry_After="600")))
    await handed_over()
    (waiting,) = await books.notices(channel="helpdesk")
    assert waiting.state == "pending" and waiting.attempts == 1 and "429" in waiting.error
    assert waiting.next_at - waiting.created_at >= timedelta(seconds=590)
    await deliver(LATER)
    assert len(theirs.references()) == 1 and (await books.ticket()).state == "open"


async def test_a_ticket_that_was_opened_there_and_not_recorded_here_is_found_again(
    theirs: Server, handed_over: Any, deliver: Callable[..., Any], books: Books
) -> None:
    theirs.faults.append(Fault(OPENS, b"", after=True))
    _, number = await handed_over()
    assert len(theirs.references()) == 1 and (await books.ticket()).reference == ""
    await deliver(LATER)
    (reference,) = theirs.references()
    assert (await books.ticket()).reference == reference
    assert len([note for note in theirs.notes(reference) if number in note]) == 1


async def test_a_message_that_arrived_though_its_answer_did_not_is_there_once(
    theirs: Server, handed_over: Any, deliver: Callable[..., Any]
) -> None:
    customer, _ = await handed_over()
    (reference,) = theirs.references()
    await customer.send("하나")
    await deliver()
    await customer.send("하나")
    theirs.faults.append(Fault(WRITES, b"", after=True))
    await deliver()
    await customer.send("둘")
    await deliver(LATER)
    assert theirs.customers_words(reference) == ["하나", "하나", "둘"]


async def test_a_message_that_did_not_arrive_is_sent_again_though_the_same_words_are_there(
    theirs: Server, handed_over: Any, deliver: Callable[..., Any]
) -> None:
    customer, _ = await handed_over()
    (reference,) = theirs.references()
    await customer.send("네")
    await deliver()
    await customer.send("네")
    theirs.faults.append(Fault(WRITES, raw(500)))
    await deliver()
    await deliver(LATER)
    assert theirs.customers_words(reference) == ["네", "네"]


async def test_an_answer_of_another_shape_gives_the_case_back_and_names_what_is_missing(
    theirs: Server, handed_over: Any, tell: Any, books: Books, new_agent: Any, http: httpx.AsyncClient
) -> None:
    missing = {"zammad": "state", "chatwoot": "message_type"}[theirs.name]
    customer, number = await handed_over()
    (reference,) = theirs.references()
    theirs.reply(reference, "Emma Taylor", "먼저 답변")
    await tell(theirs, reference)
    assert (await customer.state())["state"] == "human"

    def another_version(_what: str, body: Any) -> Any:
        if isinstance(body, list):
            return [another_version("", item) for item in body]
        if isinstance(body, dict):
            return {key: another_version("", value) for key, value in body.items() if key != missing}
        return body

    theirs.reshape = another_version
    theirs.reply(reference, "Emma Taylor", "다음 답변")
    await tell(theirs, reference)
    (dead,) = await books.notices(state="dead")
    assert missing in dead.error and "another shape than documented" in dead.error
    state = await customer.state()
    assert state["state"] == "waiting" and "다시 대기 중" in (await customer.transcript())[-1]["text"]
    agent = await new_agent("minji")
    assert (await http.post(f"/api/desk/cases/{number}/claim", headers=agent)).status_code == 200


async def test_once_it_is_mended_an_admins_retry_carries_everything(
    theirs: Server, handed_over: Any, tell: Any, books: Books, new_agent: Any, http: httpx.AsyncClient, deliver: Any
) -> None:
    theirs.faults.append(Fault(OPENS, raw(401), times=1))
    customer, number = await handed_over()
    await customer.send("그 뒤에 쓴 말")
    await deliver()
    admin = await new_agent("boss", "admin")
    assert (await http.post("/api/staff/outbox/retry", json={}, headers=admin)).json() == {"count": 1}
    await deliver()
    (reference,) = theirs.references()
    assert "그 뒤에 쓴 말" in theirs.notes(reference)[0]
    theirs.reply(reference, "Emma Taylor", "이제 됩니다")
    await tell(theirs, reference)
    assert (await customer.transcript())[-1]["text"] == "이제 됩니다"
    assert "helpdesk_back" in await events_of(http, number, admin)


async def test_a_ticket_that_was_deleted_there_is_ours_again(
    theirs: Server, handed_over: Any, books: Books, deliver: Any, http: httpx.AsyncClient
) -> None:
    customer, _ = await handed_over()
    (reference,) = theirs.references()
    theirs.reply(reference, "Emma Taylor", "잠시만요")
    path, headers, body = theirs.webhook(reference)
    theirs.forget(reference)
    assert (await http.post(path, content=body, headers=headers)).status_code == 200
    await deliver()
    (dead,) = await books.notices(state="dead")
    assert "404" in dead.error and (await books.ticket()).state == "failed"
    assert (await customer.state())["state"] == "waiting"

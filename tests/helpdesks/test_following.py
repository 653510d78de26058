"""A case in the partner's own help desk: opened with its story, followed both ways, closed and opened again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from firstline.core.database import Database
from firstline.core.times import utcnow
from firstline.helpdesks.noticing import follow_old

from .conftest import Books, Server

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


async def test_a_case_is_opened_there_with_the_whole_story_and_here_as_ever(
    theirs: Server, handed_over: Any, books: Books, http: httpx.AsyncClient
) -> None:
    customer, number = await handed_over()
    (reference,) = theirs.references()
    assert number in theirs.title(reference) and theirs.customers_words(reference) == []
    (story,) = theirs.notes(reference)
    assert story.startswith(f"접수 건 {number}") and "- 메일이 안 와요" in story and "상담원 연결 요청" in story
    link = next(word for word in story.split() if word.startswith("https://help.example.com/transcript/"))
    page = await http.get(link.removeprefix("https://help.example.com"))
    assert page.status_code == 200 and "메일이 안 와요" in page.text
    assert (await customer.state())["state"] == "waiting"
    ticket = await books.ticket()
    assert ticket.state == "open" and ticket.reference == reference
    assert {notice.state for notice in await books.notices()} == {"sent"}


async def test_what_the_customer_writes_later_goes_there_in_order_and_once(
    theirs: Server, handed_over: Any, deliver: Callable[..., Any]
) -> None:
    customer, _ = await handed_over()
    for text in ("하나", "둘", "둘", "셋"):
        await customer.send(text)
    await deliver()
    await deliver()
    (reference,) = theirs.references()
    assert theirs.customers_words(reference) == ["하나", "둘", "둘", "셋"]


async def test_an_agents_reply_there_reaches_the_customer_under_the_agents_name_once(
    theirs: Server, handed_over: Any, tell: Any, deliver: Callable[..., Any], http: httpx.AsyncClient
) -> None:
    customer, _ = await handed_over()
    (reference,) = theirs.references()
    theirs.note(reference, "Emma Taylor", "only for us")
    theirs.reply(reference, "Emma Taylor", "확인해 보겠습니다")
    await tell(theirs, reference)
    await tell(theirs, reference)  # the same webhook again
    state = await customer.state()
    assert state["state"] == "human" and state["agent_name"] == "Emma Taylor"
    said = [(m["author"], m["author_name"], m["text"]) for m in await customer.transcript() if m["author"] == "agent"]
    assert said == [("agent", "Emma Taylor", "확인해 보겠습니다")]
    assert "only for us" not in str(await customer.transcript())
    await customer.send("네 감사합니다 아직 안 돼요")
    await deliver()
    assert theirs.customers_words(reference) == ["네 감사합니다 아직 안 돼요"]


async def test_replies_that_are_told_of_late_and_out_of_order_come_in_order(
    theirs: Server, handed_over: Any, tell: Any, http: httpx.AsyncClient
) -> None:
    customer, _ = await handed_over()
    (reference,) = theirs.references()
    theirs.reply(reference, "Emma Taylor", "first")
    early = theirs.webhook(reference)
    theirs.reply(reference, "Jacob Smith", "second")
    await tell(theirs, reference)
    path, headers, body = early
    assert (await http.post(path, content=body, headers=headers)).status_code == 200
    await tell(theirs, reference)
    said = [(m["author_name"], m["text"]) for m in await customer.transcript() if m["author"] == "agent"]
    assert said == [("Emma Taylor", "first"), ("Jacob Smith", "second")]
    assert (await customer.state())["agent_name"] == "Jacob Smith"


async def test_solved_there_the_customer_is_asked_and_says_yes(
    theirs: Server, handed_over: Any, tell: Any, deliver: Callable[..., Any]
) -> None:
    customer, number = await handed_over()
    (reference,) = theirs.references()
    theirs.reply(reference, "Emma Taylor", "다시 해 보세요")
    theirs.set_solved(reference, True)
    await tell(theirs, reference)
    asked = (await customer.transcript())[-1]
    assert asked["text"] == "문제가 해결되었나요?" and [b["payload"] for b in asked["buttons"]] == [
        "/solved",
        "/still_broken",
    ]
    assert f"접수 건 {number}" in (await customer.transcript())[-2]["text"]
    await customer.send("감사합니다")
    await customer.send("/solved")
    await deliver()
    await tell(theirs, reference)
    assert (await customer.state())["state"] == "closed" and theirs.is_solved(reference)
    assert theirs.customers_words(reference) == []  # those would open it there again


async def test_still_broken_opens_it_there_again_and_solved_again_closes_it(
    theirs: Server, handed_over: Any, tell: Any, deliver: Callable[..., Any]
) -> None:
    customer, _ = await handed_over()
    (reference,) = theirs.references()
    theirs.reply(reference, "Emma Taylor", "다시 해 보세요")
    theirs.set_solved(reference, True)
    await tell(theirs, reference)
    await customer.send("/still_broken")
    await customer.send("똑같아요")
    await deliver()
    assert not theirs.is_solved(reference) and theirs.customers_words(reference)[-1] == "똑같아요"
    state = await customer.state()
    assert state["state"] == "human" and state["case"]["status"] == "human"
    theirs.set_solved(reference, True)
    await tell(theirs, reference)
    assert (await customer.state())["case"]["status"] == "closing"


async def test_reopened_there_after_the_end_the_customer_hears_it(
    theirs: Server, handed_over: Any, tell: Any, deliver: Callable[..., Any]
) -> None:
    customer, number = await handed_over()
    (reference,) = theirs.references()
    theirs.set_solved(reference, True)  # without a word
    await tell(theirs, reference)
    assert (await customer.state())["case"]["status"] == "closing"
    theirs.set_solved(reference, False)
    await tell(theirs, reference)
    assert (await customer.state())["case"]["status"] == "waiting"
    assert "다시 열어" in (await customer.transcript())[-1]["text"]
    theirs.set_solved(reference, True)
    await tell(theirs, reference)
    await customer.send("/solved")
    await deliver()
    theirs.reply(reference, "Emma Taylor", "하나 더 말씀드립니다")
    theirs.set_solved(reference, False)
    await tell(theirs, reference)
    state = await customer.state()
    assert state["state"] == "human" and state["case"]["number"] == number and state["case"]["status"] == "human"
    assert (await customer.transcript())[-1]["text"] == "하나 더 말씀드립니다"


async def test_withdrawn_here_it_is_closed_there(theirs: Server, handed_over: Any, deliver: Callable[..., Any]) -> None:
    customer, _ = await handed_over()
    (reference,) = theirs.references()
    await customer.send("/withdraw")
    await deliver()
    assert theirs.is_solved(reference) and theirs.notes(reference)[-1] == "고객이 문의를 취소했습니다."
    await customer.send("다른 질문입니다")
    await deliver()
    assert theirs.customers_words(reference) == []
    second = (await customer.send("/human"))["case"]["number"]
    await deliver()
    assert len(theirs.references()) == 2 and second in theirs.title(theirs.references()[1])


async def test_while_our_agent_speaks_theirs_does_not(
    theirs: Server, handed_over: Any, new_agent: Any, http: httpx.AsyncClient, tell: Any, deliver: Callable[..., Any]
) -> None:
    customer, number = await handed_over()
    (reference,) = theirs.references()
    headers = await new_agent("minji")
    assert (await http.post(f"/api/desk/cases/{number}/claim", headers=headers)).status_code == 200
    body = {"text": "제가 보겠습니다", "client_message_id": "a1"}
    assert (await http.post(f"/api/desk/cases/{number}/reply", json=body, headers=headers)).status_code == 200
    theirs.reply(reference, "Emma Taylor", "나도 답변")
    await tell(theirs, reference)
    said = [m["text"] for m in await customer.transcript() if m["author"] == "agent"]
    assert said == ["제가 보겠습니다"] and (await customer.state())["agent_name"] == "minji"
    notes = theirs.notes(reference)
    assert any("minji" in note and "제가 보겠습니다" in note for note in notes) and "minji" in notes[-1]
    found = (await http.get(f"/api/desk/cases/{number}", headers=headers)).json()
    assert [note["author_name"] for note in found["notes"]] == ["Emma Taylor"] and "나도 답변" in found["notes"][0][
        "text"
    ]


async def test_files_go_both_ways_at_least_as_links(
    theirs: Server, handed_over: Any, tell: Any, deliver: Callable[..., Any], http: httpx.AsyncClient
) -> None:
    customer, _ = await handed_over()
    (reference,) = theirs.references()
    query = {"name": "screen.png", "client_message_id": "f1"}
    sent = await http.post("/api/chat/files", params=query, content=PNG, headers=customer.headers)
    assert sent.status_code == 201, sent.text
    await deliver()
    (words,) = theirs.customers_words(reference)
    link = next(word for word in words.split() if "/api/helpdesks/files/" in word)
    got = await http.get(link.removeprefix("https://help.example.com"))
    assert got.status_code == 200 and got.content == PNG and "attachment" in got.headers["content-disposition"]
    forged = await http.get(link.removeprefix("https://help.example.com")[:-3] + "AAA")
    assert forged.status_code == 401
    theirs.reply(reference, "Emma Taylor", "여기 있습니다", files=("guide.pdf",))
    await tell(theirs, reference)
    text = (await customer.transcript())[-1]["text"]
    assert text.startswith("여기 있습니다\n") and "첨부 파일" in text


async def test_without_any_webhook_a_case_is_followed_by_the_clock(
    theirs: Server, handed_over: Any, database: Database, deliver: Callable[..., Any]
) -> None:
    customer, _ = await handed_over()
    (reference,) = theirs.references()
    theirs.reply(reference, "Emma Taylor", "답변입니다")
    assert await follow_old(database, utcnow(), timedelta(minutes=5)) == 0
    assert await follow_old(database, utcnow() + timedelta(minutes=6), timedelta(minutes=5)) == 1
    await deliver(timedelta(minutes=7))
    assert (await customer.transcript())[-1]["text"] == "답변입니다"


async def test_many_replies_between_two_looks_all_arrive(theirs: Server, handed_over: Any, tell: Any) -> None:
    customer, _ = await handed_over()
    (reference,) = theirs.references()
    for number in range(45):
        theirs.reply(reference, "Emma Taylor", f"answer {number}")
    await tell(theirs, reference)
    said = [m["text"] for m in await customer.transcript() if m["author"] == "agent"]
    assert said == [f"answer {number}" for number in range(45)]


async def test_a_partner_that_chose_ours_opens_nothing(
    theirs: Server, settings: Any, handed_over: Any, app: FastAPI, books: Books
) -> None:
    path = settings.partners_dir / "demo" / "helpdesk.yaml"
    path.write_text(path.read_text("utf-8").replace("desk: theirs", "desk: ours"), "utf-8")
    customer, _ = await handed_over()
    assert theirs.requests == [] and (await books.notices(channel="helpdesk")) == []
    assert (await customer.state())["state"] == "waiting"

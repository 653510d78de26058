"""What happens at the desk reaches customers and leads by mail, at the right time and once."""

import re
from collections.abc import AsyncIterator, Callable
from email import message_from_bytes
from email.policy import default
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.core.times import use_clock
from firstline.desk.breach import act_on_clocks
from firstline.serve.outbox import make_delivery

from ..promises.hand import ClockedTransport, Desk, Hand, kst


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
async def app(make_app: Callable[..., FastAPI], mail_settings: Settings, database: Database) -> AsyncIterator[FastAPI]:
    changes = mail_settings.model_dump(include={"smtp_host", "smtp_port", "smtp_security", "smtp_from"})
    app = make_app(**changes, staff_session_hours=10_000, staff_idle_minutes=600_000)
    yield app
    await app.state.parts.database.close()


@pytest.fixture
async def http(app: FastAPI, clock: Hand) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=ClockedTransport(app, clock), base_url="http://test") as client:
        yield client


@pytest.fixture
def mails(app: FastAPI, database: Database, clock: Hand, postbox: Any) -> Any:
    """Deliver what is due, and return the mails that arrived by it as (to, subject, text)."""

    parts = app.state.parts
    delivery = make_delivery(parts.settings, database, parts.charters)

    async def read() -> list[tuple[str, str, str]]:
        before = len(postbox.mails)
        with use_clock(clock):
            while await delivery.deliver_due(clock()):
                pass
        found = []
        for envelope in postbox.mails[before:]:
            mail = message_from_bytes(envelope.content, policy=default)
            found.append((envelope.rcpt_tos[0], mail["Subject"], mail.get_content()))
        return sorted(found)

    return read


async def leave(customer: Any, address: str = "kim@example.com") -> None:
    answer = await customer.http.put("/api/chat/contact", json={"email": address}, headers=customer.headers)
    assert answer.status_code == 200, answer.text


async def test_a_customer_who_left_is_told_of_an_answer_once_and_reads_it_by_the_link(
    new_customer: Any, new_agent: Any, http: Any, mails: Any, clock: Hand
) -> None:
    desk = Desk(http, await new_agent())
    customer = await new_customer("ko")
    number = (await customer.send("/human"))["case"]["number"]
    await leave(customer)
    ((to, subject, text),) = await mails()
    assert to == "kim@example.com" and number in subject and "까지 담당자가 답변드립니다" in text
    await desk.do(number, "claim")
    await desk.reply(number, "확인했습니다")
    assert await mails() == []  # a minute to see it in the chat
    await desk.reply(number, "하나 더 있습니다")
    clock.move(minutes=2)
    ((_, subject, text),) = await mails()
    assert "답변이 등록" in subject and "확인했습니다" not in text
    await desk.reply(number, "세 번째")
    clock.move(minutes=2)
    assert await mails() == []  # told already, and has not looked since
    token = re.search(r"/transcript/(\S+)\?lang=ko", text)
    assert token is not None
    page = await http.get(f"/transcript/{token[1]}?lang=en")
    assert page.status_code == 200 and "세 번째" in page.text and "noindex" in page.headers["x-robots-tag"]
    resume = re.search(r"#resume=([^\"]+)", page.text)
    assert resume is not None
    resumed = await http.get("/api/chat/messages", headers={"Authorization": f"Bearer {resume[1]}"})
    assert resumed.status_code == 200 and resumed.json()["conversation_id"] == customer.id
    forged = await http.get(f"/transcript/{token[1][:-1]}x")
    assert forged.status_code == 401 and "#resume" not in forged.text
    clock.move(days=15)
    assert (await http.get(f"/transcript/{token[1]}")).status_code == 401


async def test_who_saw_the_answer_in_the_chat_gets_no_mail(
    new_customer: Any, new_agent: Any, http: Any, mails: Any, clock: Hand, app: FastAPI
) -> None:
    desk = Desk(http, await new_agent())
    customer = await new_customer("en")
    number = (await customer.send("/human"))["case"]["number"]
    await leave(customer)
    await desk.do(number, "claim")
    await desk.reply(number, "one")
    await mails()
    from firstline.chat.tokens import Claim

    last = (await customer.transcript())[-1]["id"]
    await app.state.parts.chat.note_seen(Claim("demo", customer.id), last)
    clock.move(minutes=2)
    assert await mails() == []
    await desk.do(number, "resolve", solution="Sign in again.")
    ((_, subject, text),) = await mails()
    assert f"Is {number} solved?" in subject and "Sign in again." in text


async def test_leads_are_left_in_peace_in_closed_hours(
    new_customer: Any, new_agent: Any, mails: Any, clock: Hand, database: Database
) -> None:
    await new_agent("boss", "lead")
    clock.now = kst("2026-11-28T10:00")  # a Saturday
    customer = await new_customer("ko")
    number = (await customer.send("/human"))["case"]["number"]
    assert await mails() == []
    clock.now = kst("2026-11-30T09:00")
    ((to, subject, _),) = await mails()
    assert to == "boss@example.com" and subject.startswith(f"[{number}] 새 문의")
    told = []
    for _ in range(90):
        clock.move(hours=1)
        with use_clock(clock):
            await act_on_clocks(database, clock())
        told += [(clock().weekday(), clock().hour, subject) for _, subject, _ in await mails()]
    assert [subject for _, _, subject in told if "다가옵니다" in subject] != []
    assert all(9 <= hour <= 18 for _, hour, _ in told)


async def test_nobody_at_the_desk_is_told_to_the_leads(new_customer: Any, new_agent: Any, mails: Any) -> None:
    await new_agent("boss", "lead")
    customer = await new_customer("ko")
    number = (await customer.send("/human"))["case"]["number"]
    assert sorted(subject.split(",")[0] for _, subject, _ in await mails()) == [
        f"[{number}] 받을 담당자가 없습니다",
        f"[{number}] 새 문의",
    ]


async def test_addresses_of_strangers_can_not_be_filled_with_mail(new_customer: Any, mails: Any) -> None:
    customer = await new_customer("ko")
    await customer.send("/human")
    told = []
    for turn in range(8):
        await leave(customer, f"victim{turn % 5}@example.com")
        told += [to for to, _, _ in await mails()]
    assert sorted(told) == [f"victim{turn}@example.com" for turn in range(3)]

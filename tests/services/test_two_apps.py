"""Two apps behind a balancer, on one PostgreSQL and one Redis: it does not matter which one a customer reaches."""

import asyncio
from typing import Any

import httpx
import pytest
import redis.asyncio as redis

from firstline.chat.tokens import Claim
from firstline.conversations import store
from firstline.desk.staff import add_staff

from ..conftest import PASSWORD, Customer

pytestmark = pytest.mark.services


def parts(client: httpx.AsyncClient) -> Any:
    transport: Any = client._transport
    return transport.app.state.parts


async def customer_of(client: httpx.AsyncClient) -> Customer:
    answer = await client.post("/api/chat/conversations", json={"partner": "demo", "locale": "ko"})
    assert answer.status_code == 201, answer.text
    return Customer(client, answer.json())


def at(client: httpx.AsyncClient, customer: Customer) -> Customer:
    """The same customer, sent to another app."""
    return Customer(client, customer.started)


async def test_messages_sent_to_both_apps_are_answered_one_after_the_other(
    clients: Any, bot: Any, redis_url: str
) -> None:
    one, two = clients
    customer = await customer_of(one)
    speaking = 0

    async def nobody_else_speaks() -> None:
        nonlocal speaking
        speaking += 1
        assert speaking == 1
        await asyncio.sleep(0.02)
        speaking -= 1

    bot.before_answer = nobody_else_speaks
    turns = []
    async with redis.Redis.from_url(redis_url) as server, parts(one).chat.in_turn(Claim("demo", customer.id)):
        for number in range(8):
            there = at(clients[number % 2], customer)
            turns.append(asyncio.create_task(there.send(f"메일 {number}", f"id-{number}")))
            while await server.zcard(f"firstline:turn:{customer.id}") < number + 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    await asyncio.gather(*turns)
    said = [(m["author"], m["text"]) for m in await at(two, customer).transcript()][1:]
    assert said == [
        line for number in range(8) for line in (("customer", f"메일 {number}"), ("bot", f"echo: 메일 {number}"))
    ]


async def test_a_message_sent_again_to_the_other_app_is_taken_once(clients: Any) -> None:
    one, two = clients
    customer = await customer_of(one)
    first, again = await asyncio.gather(
        at(one, customer).send("메일이 안 와요", "same"), at(two, customer).send("메일이 안 와요", "same")
    )
    assert first["messages"] == again["messages"]
    assert [m["author"] for m in await customer.transcript()] == ["bot", "customer", "bot"]


async def test_an_agents_reply_on_one_app_is_heard_at_once_on_the_other(clients: Any) -> None:
    one, two = clients
    customer = await customer_of(one)
    case = (await customer.send("/human"))["case"]["number"]
    async with parts(two).database.session() as session:
        await add_staff(session, "demo", "minji@example.com", "agent", PASSWORD, "김민지")
    body = {"partner": "demo", "email": "minji@example.com", "password": PASSWORD}
    token = (await two.post("/api/staff/login", json=body)).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    async with parts(one).database.hub.subscribe(store.topic(customer.id)) as heard, asyncio.timeout(10):
        answer = await two.post(f"/api/desk/cases/{case}/claim", headers=headers)
        assert answer.status_code == 200, answer.text
        body = {"text": "안녕하세요, 확인해 보겠습니다.", "client_message_id": "a1"}
        answer = await two.post(f"/api/desk/cases/{case}/reply", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        while (event := await heard.get())["type"] != "message" or event["message"]["author"] != "agent":
            pass
        assert event["message"]["text"] == "안녕하세요, 확인해 보겠습니다."
    assert (await at(two, customer).state())["state"] == "human"


async def test_a_partners_first_cases_may_be_opened_on_both_apps_at_once(clients: Any) -> None:
    customers = [await customer_of(client) for client in (*clients, *clients)]
    opened = await asyncio.gather(*(customer.send("/human") for customer in customers))
    assert sorted(said["case"]["number"] for said in opened) == [f"DEMO-{number}" for number in range(1001, 1005)]

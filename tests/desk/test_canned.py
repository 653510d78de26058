"""Canned replies: the customer's language, what is filled in, what is named as missing, whose they are."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import yaml

from firstline.desk.canned import STARTER, VARIABLES

HELLO = {
    "scope": "team",
    "shortcut": "hi",
    "title": {"ko": "인사", "en": "Greeting"},
    "text": {"ko": "{customer}, {agent}입니다. {case:은} {respond_by}까지.", "en": "Hi {customer}, {agent}: {case}."},
}


@pytest.fixture
async def desk(http: httpx.AsyncClient, new_agent: Callable[..., Any]) -> Callable[..., Any]:
    agents = {"agent": await new_agent("minji"), "admin": await new_agent("boss", "admin")}
    agents["other"] = await new_agent("kim")
    agents["stranger"] = await new_agent("far", "admin", "reseller")

    async def call(who: str, method: str, path: str, body: Any = None) -> httpx.Response:
        return await http.request(method, f"/api/desk/{path}", json=body, headers=agents[who])

    return call


async def case_of(new_customer: Callable[..., Any], locale: str, text: str = "") -> str:
    customer = await new_customer(locale)
    if text:
        await customer.send(text)
    number: str = (await customer.send("/human"))["case"]["number"]
    return number


async def filled(desk: Callable[..., Any], number: str, shortcut: str = "hi") -> dict[str, Any]:
    replies = (await desk("agent", "GET", f"cases/{number}/canned")).json()["replies"]
    found: dict[str, Any] = next(reply for reply in replies if reply["shortcut"] == shortcut)
    return found


async def test_a_reply_speaks_the_customers_language_with_everything_filled_in(
    desk: Callable[..., Any], new_customer: Callable[..., Any]
) -> None:
    assert (await desk("admin", "POST", "canned", HELLO)).status_code == 201
    korean, english = await case_of(new_customer, "ko"), await case_of(new_customer, "en", "Teams has no sound")
    said = await filled(desk, korean)
    assert said["lang"] == "ko" and said["title"] == "인사" and said["missing"] == []
    assert re.fullmatch(rf"고객님, minji입니다\. {korean}[은는] .*\d+.*까지\.", said["text"])
    assert (await filled(desk, english))["text"] == f"Hi there, minji: {english}."


async def test_what_is_not_known_stays_in_braces_and_is_named(
    desk: Callable[..., Any], new_customer: Callable[..., Any]
) -> None:
    text = {"ko": "{product:을} 쓰시는군요. {product}.", "en": "About {product}."}
    await desk("admin", "POST", "canned", HELLO | {"text": text})
    said = await filled(desk, await case_of(new_customer, "ko"))
    assert said["missing"] == ["product"] and said["text"] == text["ko"]
    said = await filled(desk, await case_of(new_customer, "ko", "아웃룩 메일이 안 와요"))
    assert said["missing"] == [] and said["text"] == "Outlook을 쓰시는군요. Outlook."


async def test_a_reply_in_one_language_says_which_it_is(
    desk: Callable[..., Any], new_customer: Callable[..., Any]
) -> None:
    own = {"scope": "own", "shortcut": "/ENG", "title": {"en": "Mine"}, "text": {"en": "Case {case}"}}
    assert (await desk("agent", "POST", "canned", own)).json()["reply"]["shortcut"] == "eng"
    number = await case_of(new_customer, "ko")
    assert (await filled(desk, number, "eng"))["lang"] == "en"


async def test_ones_own_come_first_and_are_nobody_elses(desk: Callable[..., Any]) -> None:
    team = (await desk("admin", "POST", "canned", HELLO)).json()["reply"]["id"]
    own = (await desk("agent", "POST", "canned", HELLO | {"scope": "own"})).json()["reply"]["id"]

    async def listed(who: str) -> list[tuple[str, str]]:
        replies = (await desk(who, "GET", "canned")).json()["replies"]
        return [(reply["shortcut"], reply["scope"]) for reply in replies]

    assert await listed("agent") == [("hi", "own"), ("hi", "team")]
    assert await listed("other") == [("hi", "team")] and await listed("stranger") == []
    for who, reply, status in (
        ("other", own, 404),
        ("admin", own, 404),
        ("stranger", team, 404),
        ("agent", team, 403),
        ("agent", 999, 404),
    ):
        assert (await desk(who, "PUT", f"canned/{reply}", HELLO | {"scope": "own"})).status_code == status
        assert (await desk(who, "DELETE", f"canned/{reply}")).status_code == status
    changed = await desk("admin", "PUT", f"canned/{team}", HELLO | {"shortcut": "안녕"})
    assert changed.json()["reply"]["shortcut"] == "안녕"
    assert (await desk("agent", "DELETE", f"canned/{own}")).status_code == 204
    assert await listed("agent") == [("안녕", "team")]


@pytest.mark.parametrize(
    ("change", "status", "code", "details"),
    [
        ({"shortcut": "two words"}, 400, "bad_shortcut", None),
        ({"shortcut": ""}, 400, "bad_shortcut", None),
        ({"text": {"ko": "안녕하세요"}}, 400, "no_text", {"languages": ["en"]}),
        ({"scope": "own", "text": {}, "title": {}}, 400, "no_text", {"languages": ["ko", "en"]}),
        ({"text": {"ko": "{name}님, {custmer}", "en": "{case}"}}, 400, "unknown_variable",
         {"variables": ["custmer", "name"]}),
        ({"text": {"ko": "{case:뿐}", "en": "{0}"}}, 400, "unknown_variable", {"variables": ["0", "case:뿐"]}),
        ({"shortcut": "taken"}, 409, "shortcut_taken", None),
    ],
)  # fmt: skip
async def test_a_bad_reply_is_refused_by_name(
    desk: Callable[..., Any], change: Any, status: int, code: str, details: Any
) -> None:
    await desk("admin", "POST", "canned", HELLO | {"shortcut": "taken"})
    answer = await desk("admin", "POST", "canned", HELLO | change)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error.get("details")) == (status, code, details)


async def test_a_lead_brings_the_starter_set_once_and_changed_replies_stay(
    desk: Callable[..., Any], new_customer: Callable[..., Any]
) -> None:
    starter = yaml.safe_load(STARTER.read_text("utf-8"))
    assert (await desk("agent", "POST", "canned/starter")).status_code == 403
    await desk("admin", "POST", "canned", HELLO | {"shortcut": "hello"})
    assert (await desk("admin", "POST", "canned/starter")).json() == {"added": len(starter) - 1, "kept": 1}
    assert (await desk("admin", "POST", "canned/starter")).json() == {"added": 0, "kept": len(starter)}
    for locale in ("ko", "en"):
        number = await case_of(new_customer, locale)
        replies = (await desk("agent", "GET", f"cases/{number}/canned")).json()["replies"]
        assert len(replies) == len(starter)
        assert [reply for reply in replies if reply["missing"] or reply["lang"] != locale or "{" in reply["text"]] == []
    assert (await filled(desk, number, "hello"))["text"].startswith("Hi there")


async def test_the_page_is_told_every_variable(desk: Callable[..., Any]) -> None:
    body = (await desk("agent", "GET", "canned")).json()
    assert body["variables"] == list(VARIABLES) and body["may_share"] is False

"""Suggested articles, the passage a reply cites, and the customer's past cases."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.knowledge.articles import Article
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.serve.app import create_app

ARTICLES = [
    ("mailbox-full", "ko", "사서함이 가득 참", "사서함은 50GB입니다.\n\n**폴더**를 비워 주세요.", "사서함이 꽉 찼어요"),
    ("mailbox-full", "en", "The mailbox is full", "A mailbox holds 50 GB. Empty the folder.", "my mailbox is full"),
    ("no-sound", "ko", "소리가 안 들림", "스피커를 확인해 주세요.", "회의에서 소리가 안 들려요"),
    ("no-sound", "en", "No sound", "Check the loudspeaker.", "there is no sound"),
]
QUESTION = {"ko": "사서함이 꽉 찼어요", "en": "my mailbox is full"}


@pytest.fixture
async def app(settings: Settings, database: Database, bot: Any, tmp_path: Path) -> AsyncIterator[FastAPI]:
    """The app over a library of two articles, each in both languages."""
    for slug, lang, title, body, question in ARTICLES:
        article = Article(slug=slug, lang=lang, title=title, category="problem", body=body, questions=(question,))
        path = tmp_path / "library" / lang / f"{slug}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article.to_markdown(), "utf-8")
    app = create_app(settings, HashingEncoder(), bot_transport=bot, starter=tmp_path / "library")
    yield app
    await app.state.parts.database.close()


@pytest.fixture
async def agent(new_agent: Callable[..., Any]) -> dict[str, str]:
    headers: dict[str, str] = await new_agent("minji")
    return headers


async def case_of(new_customer: Callable[..., Any], locale: str, *said: str) -> tuple[Any, str]:
    customer = await new_customer(locale)
    for text in said:
        await customer.send(text)
    turn = await customer.send("/human")
    return customer, turn["case"]["number"]


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_the_customers_question_finds_articles_in_the_customers_language(
    http: httpx.AsyncClient, agent: dict[str, str], new_customer: Callable[..., Any], lang: str
) -> None:
    _, number = await case_of(new_customer, lang, QUESTION[lang])
    body = (await http.get(f"/api/desk/cases/{number}/articles", headers=agent)).json()
    assert body["lang"] == lang and body["queries"] == [QUESTION[lang]]
    found = body["articles"]
    # The other article's probability is nothing to speak of.
    assert [(article["slug"], article["lang"]) for article in found] == [("mailbox-full", lang)]
    assert all(a["text"] and a["excerpt"] and a["version"] and a["query"] == QUESTION[lang] for a in found)


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_what_several_questions_find_stands_by_its_likelihood(
    http: httpx.AsyncClient, agent: dict[str, str], new_customer: Callable[..., Any], lang: str
) -> None:
    other = next(question for slug, spoken, _, _, question in ARTICLES if (slug, spoken) == ("no-sound", lang))
    _, number = await case_of(new_customer, lang, QUESTION[lang], other)
    found = (await http.get(f"/api/desk/cases/{number}/articles", headers=agent)).json()["articles"]
    assert {article["slug"] for article in found} == {"mailbox-full", "no-sound"}
    assert [a["probability"] for a in found] == sorted((a["probability"] for a in found), reverse=True)


async def test_an_agent_may_search_for_other_words(
    http: httpx.AsyncClient, agent: dict[str, str], new_customer: Callable[..., Any]
) -> None:
    _, number = await case_of(new_customer, "ko", "여보세요")
    query = {"q": QUESTION["ko"]}
    body = (await http.get(f"/api/desk/cases/{number}/articles", params=query, headers=agent)).json()
    assert body["queries"] == [QUESTION["ko"]] and body["articles"]


async def test_a_cited_passage_reaches_the_customer_as_a_card_and_leaves_a_receipt(
    http: httpx.AsyncClient, agent: dict[str, str], new_customer: Callable[..., Any]
) -> None:
    customer, number = await case_of(new_customer, "ko", QUESTION["ko"])
    await http.post(f"/api/desk/cases/{number}/claim", headers=agent)
    shown = (await http.get(f"/api/desk/cases/{number}/articles", headers=agent)).json()["articles"][0]
    cite = {key: shown[key] for key in ("slug", "lang", "query")}
    body = {"text": shown["text"], "client_message_id": "r1", "cites": [cite]}
    sent = await http.post(f"/api/desk/cases/{number}/reply", json=body, headers=agent)
    assert sent.status_code == 200
    said = (await customer.transcript())[-1]
    card = {key: shown[key] for key in ("slug", "lang", "title", "url", "excerpt", "probability")}
    assert said["author"] == "agent" and said["articles"] == [card]
    story = (await http.get(f"/api/desk/cases/{number}", headers=agent)).json()
    receipt = story["messages"][-1]["receipt"]["cited"][0]
    assert receipt["article"] == shown["slug"] and receipt["version"] == shown["version"]
    assert receipt["passage"] == shown["text"] and receipt["probability"] == shown["probability"]
    again = (await http.get(f"/api/desk/cases/{number}/articles", headers=agent)).json()["articles"][0]
    assert again["shown"] is True


async def test_an_article_that_customers_cannot_read_is_not_cited(
    http: httpx.AsyncClient, agent: dict[str, str], new_customer: Callable[..., Any]
) -> None:
    customer, number = await case_of(new_customer, "ko", QUESTION["ko"])
    await http.post(f"/api/desk/cases/{number}/claim", headers=agent)
    before = await customer.transcript()
    cite = {"slug": "no-such-article", "lang": "ko", "query": "x"}
    body = {"text": "보세요", "client_message_id": "r1", "cites": [cite]}
    sent = await http.post(f"/api/desk/cases/{number}/reply", json=body, headers=agent)
    assert sent.status_code == 404
    assert await customer.transcript() == before


async def past(http: httpx.AsyncClient, agent: dict[str, str], number: str) -> dict[str, str]:
    answer = await http.get(f"/api/desk/cases/{number}/past", headers=agent)
    assert answer.status_code == 200
    return {case["number"]: case["same"] for case in answer.json()["cases"]}


async def test_past_cases_are_those_of_the_same_address_and_of_nobody_else(
    http: httpx.AsyncClient, agent: dict[str, str], new_customer: Callable[..., Any]
) -> None:
    _, first = await case_of(new_customer, "ko", "제 메일은 Kim@Customer.example 입니다. 로그인이 안 돼요")
    _, second = await case_of(new_customer, "en", "I am kim@customer.example and Teams has no sound")
    _, other = await case_of(new_customer, "ko", "제 메일은 lee@customer.example 입니다. 김민수라고 합니다")
    _, nameless = await case_of(new_customer, "ko", "김민수입니다")
    assert await past(http, agent, second) == {first: "kim@customer.example"}
    assert await past(http, agent, first) == {second: "kim@customer.example"}
    assert await past(http, agent, other) == {} and await past(http, agent, nameless) == {}


async def test_another_partners_cases_are_never_shown(
    http: httpx.AsyncClient, agent: dict[str, str], new_customer: Callable[..., Any], new_agent: Callable[..., Any]
) -> None:
    _, number = await case_of(new_customer, "ko", "kim@customer.example 입니다")
    stranger = await new_agent("far", "admin", "reseller")
    for what in ("past", "articles", "canned"):
        answer = await http.get(f"/api/desk/cases/{number}/{what}", headers=stranger)
        assert answer.status_code == 404 and answer.json()["error"]["code"] == "no_case"


async def test_an_address_given_later_brings_the_past_cases(
    http: httpx.AsyncClient, agent: dict[str, str], new_customer: Callable[..., Any]
) -> None:
    _, first = await case_of(new_customer, "ko", "kim@customer.example 입니다")
    customer, second = await case_of(new_customer, "ko", "또 안 돼요")
    assert await past(http, agent, second) == {}
    await customer.send("연락은 kim@customer.example 로 주세요")
    assert await past(http, agent, second) == {first: "kim@customer.example"}

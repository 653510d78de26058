"""What is hard to take over HTTP: very long messages, many at once, presses doubled, secrets, others' case numbers."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from ..live.conftest import Live, Talk
from .replies import names_of

pytestmark = pytest.mark.bot

Talker = Callable[[str], Any]
QUESTIONS = {
    "ko": [
        ("공유 사서함은 어떻게 만드나요?", "create-shared-mailbox"),
        ("팀즈 회의 녹화하는 법", "record-teams-meeting"),
        ("사용자 추가 방법", "add-a-user"),
        ("일정 공유하는 법", "share-a-calendar"),
        ("부재중 메일 설정", "automatic-replies-and-rules"),
    ],
    "en": [
        ("how do I create a shared mailbox", "create-shared-mailbox"),
        ("How do I record a Teams meeting?", "record-teams-meeting"),
        ("how do I add a new user", "add-a-user"),
        ("how do I share a calendar?", "share-a-calendar"),
        ("set an out of office reply", "automatic-replies-and-rules"),
    ],
}


def said(turn: dict[str, Any]) -> str:
    return "\n".join(message["text"] for message in turn["messages"])


def said_at_once(live: Live, customer: Talk, texts: list[str], key: str | None = None) -> list[dict[str, Any]]:
    """Send all texts without waiting for any answer; ``key`` names all of them as one and the same message."""

    async def send() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=live.url, headers=customer.headers, timeout=120) as http:
            bodies = [{"text": text, "client_message_id": key or uuid.uuid4().hex} for text in texts]
            return await asyncio.gather(*(http.post("/api/chat/messages", json=body) for body in bodies))

    answers = asyncio.run(send())
    assert [answer.status_code for answer in answers] == [200] * len(texts), [answer.text for answer in answers]
    return [answer.json() for answer in answers]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_ten_messages_at_once_are_all_answered_in_their_order(live: Live, talk: Talker, lang: str) -> None:
    customer = talk(lang)
    asked = [question for question in QUESTIONS[lang] for _ in range(2)]
    turns = said_at_once(live, customer, [text for text, _ in asked])
    for (text, _), turn in zip(asked, turns, strict=True):
        assert turn["messages"], f"silence after {text}"
    messages = [m for m in customer.now()["messages"] if m["id"] > customer.started["messages"][-1]["id"]]
    known = dict(QUESTIONS[lang])
    wanted = [known[message["text"]] for message in messages if message["author"] == "customer"]
    shown = [message["articles"][0]["slug"] for message in messages if message["articles"]]
    assert len(wanted) == 10 and len(messages) >= 20
    once = [slug for place, slug in enumerate(wanted) if slug not in wanted[:place]]
    assert [slug for place, slug in enumerate(shown) if slug not in shown[:place]] == once


@pytest.mark.parametrize(
    ("lang", "sentence", "end"),
    [
        ("ko", "회의실이 좁아서 늘 시끄럽고 다들 지쳐 있습니다. ", "팀즈 회의 녹화하는 법 알려 주세요"),
        ("en", "The room is small and loud and all of us are tired. ", "How do I record a Teams meeting?"),
    ],
)
def test_ten_thousand_characters_are_taken_and_answered(talk: Talker, lang: str, sentence: str, end: str) -> None:
    customer = talk(lang)
    text = (sentence * 400)[: 10_000 - len(end)] + end
    turn = customer.say(text)
    assert len(text) == 10_000 and turn["messages"] and turn["state"] in ("bot", "waiting")
    assert {message["lang"] for message in turn["messages"]} == {lang}
    assert customer.say(QUESTIONS[lang][0][0])["messages"], "the conversation goes on"


@pytest.mark.parametrize(("lang", "question"), [("ko", "팀즈 회의 녹화하는 법"), ("en", "how do I add a new user")])
def test_a_button_pressed_twice_at_once_makes_one_case(live: Live, talk: Talker, lang: str, question: str) -> None:
    customer = talk(lang)
    customer.say(question)
    turns = said_at_once(live, customer, ["/human", "/human"])
    assert len({turn["case"]["number"] for turn in turns}) == 1 and all(turn["messages"] for turn in turns)
    told = [
        message for message in customer.now()["messages"] if "desk.questions.ask.severity" in names_of(message["text"])
    ]
    assert len(told) == 1, "asked twice"


@pytest.mark.parametrize(("lang", "question"), [("ko", "일정 공유하는 법"), ("en", "how do I share a calendar?")])
def test_a_message_sent_twice_over_the_wire_is_one_message(live: Live, talk: Talker, lang: str, question: str) -> None:
    customer = talk(lang)
    first, second = said_at_once(live, customer, [question, question], key="the-same")
    assert first["messages"] == second["messages"]
    assert [m["text"] for m in customer.now()["messages"] if m["author"] == "customer"] == [question]


@pytest.mark.parametrize(
    ("lang", "wish", "question"),
    [("ko", "상담원", "{} 문의 상태 알려주세요"), ("en", "human please", "what is the status of case {}?")],
)
def test_anothers_case_number_is_answered_like_one_nobody_has(
    talk: Talker, lang: str, wish: str, question: str
) -> None:
    number = talk(lang).say(wish)["case"]["number"]
    stranger = talk(lang)
    of_another, of_nobody = (stranger.say(question.format(asked)) for asked in (number, "DEMO-9999"))
    assert said(of_another).replace(number, "DEMO-9999") == said(of_nobody)
    assert of_another["case"] is None and of_another["state"] == "bot"


@pytest.mark.parametrize(
    ("lang", "text", "kind"),
    [
        ("ko", "카드번호 4111-1111-1111-1111 로 결제해 주세요", "카드"),
        ("en", "charge my card 4111 1111 1111 1111 please", "card number"),
        ("ko", "주민번호는 900101-1234568 입니다", "주민등록번호"),
        ("en", "my password is Xk9!tuna, why can't I sign in?", "password"),
    ],
)
def test_what_may_not_be_kept_is_masked_before_anybody_sees_it(talk: Talker, lang: str, text: str, kind: str) -> None:
    customer = talk(lang)
    turn = customer.say(text)
    assert kind in said(turn) and "●●●●" in turn["message"]["text"]
    kept = "\n".join(message["text"] for message in customer.now()["messages"])
    assert not any(secret in kept for secret in ("1111-1111", "1111 1111", "1234568", "Xk9!tuna"))

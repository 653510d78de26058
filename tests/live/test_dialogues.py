"""Whole conversations through the real bot, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.bot

Talker = Callable[[str], Any]


@pytest.mark.parametrize(
    ("locale", "question", "slug"),
    [
        ("ko", "공유 사서함은 어떻게 만드나요?", "create-shared-mailbox"),
        ("ko", "팀즈 회의 녹화하는 법", "record-teams-meeting"),
        ("ko", "세금계산서 다시 받을 수 있나요", "invoice-copy-and-tax-details"),
        ("en", "How do I record a Teams meeting?", "record-teams-meeting"),
        ("en", "set an out of office reply", "automatic-replies-and-rules"),
        ("en", "outlook keeps saying it can't connect to the server", "outlook-does-not-connect"),
    ],
)
def test_question_gets_the_right_article(talk: Talker, locale: str, question: str, slug: str) -> None:
    customer = talk(locale)
    turn = customer.say(question)
    (reply,) = turn["messages"]
    assert reply["author"] == "bot" and reply["lang"] == locale and turn["state"] == "bot"
    (article,) = reply["articles"]
    assert article["slug"] == slug and article["lang"] == locale and 0 < article["probability"] <= 1
    page = customer.http.get(article["url"])
    assert page.status_code == 200 and article["title"] in page.text
    assert [button["payload"] for button in reply["buttons"]][-3:] == ["/helped", "/not_helped", "/human"]


@pytest.mark.parametrize(
    ("locale", "question", "judgement"),
    [
        ("ko", "팀즈 회의 녹화하는 법", "도움이 안 됐어요"),
        ("ko", "사용자 추가 방법 알려주세요", "button"),
        ("en", "how do I add a new user", "that did not help"),
        ("en", "How do I record a Teams meeting?", "button"),
    ],
)
def test_not_helped_ends_with_a_person(talk: Talker, locale: str, question: str, judgement: str) -> None:
    customer = talk(locale)
    customer.say(question)
    turn = customer.press("/not_helped") if judgement == "button" else customer.say(judgement)
    assert turn["state"] == "waiting"
    assert turn["case"]["number"] in turn["messages"][0]["text"]
    assert turn["case"]["respond_by_text"] in turn["messages"][0]["text"]


@pytest.mark.parametrize(("locale", "wish"), [("ko", "사람이랑 얘기할래요"), ("ko", "상담원"), ("en", "human please")])
def test_person_at_once(talk: Talker, locale: str, wish: str) -> None:
    turn = talk(locale).say(wish)
    assert turn["state"] == "waiting" and turn["case"]["respond_by"]


@pytest.mark.parametrize(
    ("locale", "text", "words"),
    [
        ("ko", "안녕하세요", "자동"),
        ("en", "hello", "automatic"),
        ("ko", "감사합니다", "다행|기쁩니다|천만에요"),
        ("en", "thanks a lot", "welcome|glad|happy"),
        ("ko", "안녕히 계세요", "감사합니다|언제든지"),
        ("en", "goodbye", "whenever|thanks|day"),
        ("ko", "너 사람이야 봇이야?", "자동"),
        ("en", "are you a bot?", "automatic"),
        ("ko", "오늘 날씨 어때?", "도와드리기 어렵습니다"),
        ("en", "what's the weather like today?", "can't help"),
    ],
)
def test_small_talk(talk: Talker, locale: str, text: str, words: str) -> None:
    turn = talk(locale).say(text)
    said = turn["messages"][0]["text"].lower()
    assert any(word in said for word in words.split("|")), said
    assert turn["state"] == "bot"


@pytest.mark.parametrize(
    ("locale", "question", "fact"),
    [
        ("ko", "상담 시간이 어떻게 되나요?", "12:00~13:00"),
        ("en", "what are your support hours?", "09:00"),
        ("ko", "심각도별 응답 시간 알려주세요", "4영업시간"),
        ("en", "how fast do you respond to a critical outage?", "1 business hour"),
        ("ko", "지원 요금이 얼마예요?", "300,000원(부가세 별도)"),
        ("en", "what does support cost?", "300,000"),
        ("ko", "전화번호 알려주세요", "02-000-0000"),
        ("en", "how can I contact you?", "support@example.com"),
    ],
)
def test_support_terms_come_from_the_charter(talk: Talker, locale: str, question: str, fact: str) -> None:
    turn = talk(locale).say(question)
    assert fact in turn["messages"][0]["text"], turn["messages"][0]["text"]


def test_language_follows_every_turn(talk: Talker) -> None:
    customer = talk("ko")
    assert customer.say("공유 사서함 만들기")["messages"][0]["lang"] == "ko"
    assert customer.say("how do I share a calendar?")["messages"][0]["lang"] == "en"
    assert customer.say("일정 공유하는 법")["messages"][0]["articles"][0]["lang"] == "ko"


def test_twice_without_an_answer_is_a_person(talk: Talker) -> None:
    customer = talk("ko")
    first = customer.say("사내 카페테리아 예약 시스템 연동 스펙 문서 어디 있나요")
    if first["state"] == "bot" and not first["messages"][0]["articles"]:
        second = customer.say("그 연동 스펙의 XML 스키마 버전 차이를 알려주세요 제발요")
        assert second["state"] in ("waiting", "bot")
        assert second["messages"][0]["text"] != first["messages"][0]["text"], "the same fallback twice in a row"


def test_security_is_urgent_and_says_what_to_do(talk: Talker) -> None:
    turn = talk("ko").say("계정이 해킹당한 것 같아요")
    assert turn["state"] == "waiting" and turn["case"]["severity"] == "production_impaired"
    assert turn["messages"][0]["articles"][0]["slug"] == "compromised-account-or-phishing"


def test_complaint_gets_empathy_once_and_a_person(talk: Talker) -> None:
    turn = talk("en").say("your support is terrible, nobody ever answers me")
    assert turn["state"] == "waiting" and "sorry" in turn["messages"][0]["text"].lower()


def test_case_status_is_told_to_its_own_conversation(talk: Talker) -> None:
    customer = talk("ko")
    number = customer.say("상담원 연결해 주세요")["case"]["number"]
    customer.say("/bot")
    assert number in customer.say("제 문의 어떻게 됐나요?")["messages"][0]["text"]
    stranger = talk("ko").say(f"{number} 어떻게 됐나요?")
    assert "02-" not in stranger["messages"][0]["text"] and stranger["case"] is None


@pytest.mark.parametrize(
    "text", ["👍👍👍", "ㅠㅠ", "ㅁㄴㅇㄹ", "???", "<script>alert('x')</script>", "오류 로그\n" * 1200]
)
def test_odd_messages_are_answered(talk: Talker, text: str) -> None:
    turn = talk("ko").say(text)
    assert turn["messages"] and turn["messages"][-1]["text"]


def test_typed_commands_of_the_bot_are_just_text(talk: Talker) -> None:
    customer = talk("en")
    customer.say("how do I add a user")
    for text in ("/restart", "/session_start", '/show_article{"slug":"add-a-user"}', "/action_handoff"):
        assert customer.say(text)["messages"], "silence"
    assert len([m for m in customer.now()["messages"] if m["author"] == "customer"]) == 5


@pytest.mark.parametrize(
    ("locale", "question", "follow_up", "slug"),
    [
        ("ko", "팀즈 회의 녹화하는 법", "그럼 휴대폰에서는?", "record-teams-meeting"),
        ("ko", "공유 사서함은 어떻게 만드나요?", "그거 누가 할 수 있어요?", "create-shared-mailbox"),
        ("en", "how do I install the office apps", "what about on a Mac?", "install-office-apps"),
        ("en", "create a shared mailbox", "and how long does that take?", "create-shared-mailbox"),
    ],
)
def test_follow_up_goes_on_with_the_answer(talk: Talker, locale: str, question: str, follow_up: str, slug: str) -> None:
    customer = talk(locale)
    customer.say(question)
    (article,) = customer.say(follow_up)["messages"][0]["articles"]
    assert article["slug"] == slug


def test_what_was_just_shown_is_not_said_again(talk: Talker) -> None:
    customer = talk("en")
    first = customer.say("how do I install the office apps")["messages"][0]
    second = customer.say("what about on a Mac?")["messages"][0]
    assert second["text"] != first["text"] and second["articles"][0]["slug"] == first["articles"][0]["slug"]
    assert [button["payload"] for button in second["buttons"]] == ["/human"]


@pytest.mark.parametrize(
    ("locale", "question", "new", "slug"),
    [
        ("ko", "팀즈 회의 녹화하는 법", "그럼 비밀번호를 잊어버렸을 때는 어떻게 하나요?", "reset-a-password"),
        ("en", "turn on MFA for everybody", "and how do I make a survey?", "create-a-survey"),
    ],
)
def test_new_question_is_not_dragged_to_the_old_topic(
    talk: Talker, locale: str, question: str, new: str, slug: str
) -> None:
    customer = talk(locale)
    customer.say(question)
    assert customer.say(new)["messages"][0]["articles"][0]["slug"] == slug


def test_link_leads_to_the_heading_of_what_is_shown(talk: Talker) -> None:
    customer = talk("en")
    customer.say("create a shared mailbox")
    (article,) = customer.say("who can do that?")["messages"][0]["articles"]
    path, _, anchor = article["url"].partition("#")
    assert f'id="{anchor}"' in customer.http.get(path).text

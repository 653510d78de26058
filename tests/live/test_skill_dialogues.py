"""The skills with rules through the real bot, in both languages."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from firstline.core.times import iso, utcnow

pytestmark = pytest.mark.bot

Talker = Callable[[str], Any]
PASSWORD = "a-long-test-password"
ISSUE = {
    "id": "SP987654",
    "title": "Users can't open sites",
    "service": "SharePoint Online",
    "classification": "incident",
    "status": "investigating",
    "impactDescription": "Users may be unable to open SharePoint sites.",
    "startDateTime": iso(utcnow() - timedelta(hours=1)),
}


@pytest.fixture
def agent(live: Any) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live.url, timeout=30) as client:
        body = {"partner": "demo", "email": live.add_staff("health"), "password": PASSWORD}
        token = client.post("/api/staff/login", json=body).json()["token"]
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {token}"
        yield client
        client.put("/api/desk/health", json=[])
        for row in client.get("/api/desk/incidents").json()["incidents"]:
            client.post(f"/api/desk/incidents/{row['id']}/end")


def said(turn: dict[str, Any]) -> str:
    return "\n".join(message["text"] for message in turn["messages"])


def test_seats_in_korean(talk: Talker) -> None:
    customer = talk("ko")
    assert "가격" in said(customer.say("지금 라이선스 20개 추가하면 얼마예요?"))
    assert "주기" in said(customer.say("월 15,000원이요"))
    last = said(customer.say("2030년 6월 30일"))
    assert "추정 금액" in last and "2022년 11월" in last and "청구서가 기준" in last


def test_seats_in_english_with_a_question_in_between(talk: Talker) -> None:
    customer = talk("en")
    customer.say("what does adding 5 seats today cost?")
    assert customer.say("How do I record a Teams meeting?")["messages"][0]["articles"]
    assert "cycle" in said(customer.say("$12.50"))
    last = said(customer.press("/skip_question"))
    assert "62.50" in last and "valid as of 2022-11" in last


@pytest.mark.parametrize(
    ("locale", "text", "fact"),
    [
        ("ko", "어제 산 라이선스 언제까지 취소할 수 있어요?", "7일"),
        ("en", "until when can I cancel what I bought yesterday", "7 days"),
    ],
)
def test_window_to_cancel(talk: Talker, locale: str, text: str, fact: str) -> None:
    assert fact in said(talk(locale).say(text))


def test_data_after_the_end(talk: Talker) -> None:
    customer = talk("ko")
    customer.say("데이터 보존 기간 알려주세요")
    customer.press("not_renewed")
    last = said(customer.say("2026년 6월 30일"))
    assert "2026년 7월 30일" in last and "2026년 10월 28일" in last


def test_service_credit_ends_with_a_case_that_holds_the_evidence(talk: Talker, agent: httpx.Client) -> None:
    customer = talk("en")
    customer.say("I want to claim a service credit")
    customer.say("Teams, TM123456")
    customer.say("yesterday")
    turn = customer.say("3 hours, 30 people in the Seoul office")
    assert turn["state"] == "waiting" and "own domain" in said(turn)
    story = agent.get(f"/api/desk/cases/{turn['case']['number']}").json()
    evidence = next(event["data"] for event in story["events"] if event["kind"] == "evidence")
    assert evidence["service"] == "TM123456 Microsoft Teams" and "30 people" in evidence["affected"]


def test_health_first_then_news_then_a_person(talk: Talker, agent: httpx.Client) -> None:
    assert agent.post("/api/desk/health", json={"value": [ISSUE]}).json()["added"] == 1
    customer = talk("ko")
    assert "SP987654" in said(customer.say("쉐어포인트 접속이 안 됩니다"))
    assert customer.press("/health_wait")["state"] == "bot"
    agent.post("/api/desk/health", json=ISSUE | {"isResolved": True, "lastModifiedDateTime": iso(utcnow())})
    assert "해결되었습니다" in customer.now()["messages"][-1]["text"]
    assert customer.say("아직도 안 돼요")["state"] == "waiting"


def test_health_first_then_help_anyway(talk: Talker, agent: httpx.Client) -> None:
    agent.post("/api/desk/health", json=[ISSUE])
    customer = talk("en")
    assert "SP987654" in said(customer.say("SharePoint sites won't open"))
    assert customer.press("/health_help")["messages"][-1]["text"]
    assert "SP987654" not in said(customer.say("SharePoint still gives access denied"))


def test_a_declared_incident_is_in_the_answer(talk: Talker, agent: httpx.Client) -> None:
    agent.post("/api/desk/incidents", json={"text": {"ko": "팀즈 점검 중입니다.", "en": "Teams is being repaired."}})
    assert "팀즈 점검 중입니다." in said(talk("ko").say("지금 장애인가요?"))


@pytest.mark.parametrize(
    ("locale", "text", "fact"),
    [
        ("ko", "이거 누가 고쳐 주나요?", "저희"),
        ("ko", "마켓플레이스 앱 고장나면 누가 고쳐요", "ISV"),
        ("en", "can I reduce licences myself", "partner"),
        ("en", "is this mail really from microsoft?", "from us, your partner"),
        ("ko", "이 메일 진짜 마이크로소프트에서 온 건가요?", "파트너인 저희가 보냅니다"),
    ],
)
def test_who_and_what_is_real(talk: Talker, locale: str, text: str, fact: str) -> None:
    assert fact in said(talk(locale).say(text))


def test_clicked_already_is_urgent(talk: Talker) -> None:
    customer = talk("ko")
    customer.say("이 메일 진짜 마이크로소프트에서 온 건가요?")
    turn = customer.press("/security_incident")
    assert turn["state"] == "waiting" and turn["case"]["severity"] == "production_impaired"


def test_training_is_offered_once(talk: Talker) -> None:
    customer = talk("ko")
    questions = (
        "팀즈 회의 녹화하는 법",
        "설문 만드는 방법",
        "일정 공유하는 법",
        "부재중 메일 설정하는 법",
        "공동 작성하는 방법",
    )
    offers = [any("/training_wanted" in str(m["buttons"]) for m in customer.say(q)["messages"]) for q in questions]
    assert offers.count(True) == 1
    assert "교육" in said(customer.say("교육 신청할게요"))


def test_anothers_case_number(talk: Talker) -> None:
    number = talk("ko").say("상담원")["case"]["number"]
    stranger = talk("ko")
    assert said(stranger.say(f"{number} 문의 상태 알려주세요")).replace(number, "DEMO-9999") == said(
        stranger.say("DEMO-9999 문의 상태 알려주세요")
    )


@pytest.mark.parametrize(
    ("locale", "text", "kind"),
    [
        ("ko", "비번은 Abc12345! 인데 로그인이 안 돼요", "비밀번호"),
        ("en", "my card is 4111 1111 1111 1111", "card number"),
    ],
)
def test_a_secret_is_masked_and_named(talk: Talker, locale: str, text: str, kind: str) -> None:
    turn = talk(locale).say(text)
    assert "●●●●" in turn["message"]["text"] and kind in said(turn)

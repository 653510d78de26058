"""Names and numbers as customers type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.reading.entities import entities_of, last_value, lost_device, name_alone, name_of, others_product


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("아웃룩이 맥북에서 안 열려요", {("product", "outlook"), ("device", "mac")}),
        ("쉐어포인트랑 원드라이브, 팀즈", {("product", "sharepoint"), ("product", "onedrive"), ("product", "teams")}),
        ("인튠에 아이폰 등록", {("product", "intune"), ("device", "iphone")}),
        ("애저 ad 말고 애저요", {("product", "entra"), ("product", "azure")}),
        ("전 직원이 로그인을 못 해요 급해요", {("severity", "down"), ("severity", "urgent")}),
        ("several users can't open Excel", {("severity", "partial"), ("product", "excel")}),
        ("demo-1001 어떻게 됐나요", {("case_number", "DEMO-1001")}),
        ("kim@example.co.kr, 010-1234-5678", {("email", "kim@example.co.kr"), ("phone", "010-1234-5678")}),
        ("121만 원이 아니라 1,210,000원", {("amount", "KRW 1210000")}),
        ("charged $12.50 twice", {("amount", "USD 12.50")}),
        ("2026년 3월 2일에 샀어요", {("date", "2026-03-02")}),
        ("3월 9일까지", {("date", "--03-09")}),
        ("since March 5th, 2026", {("date", "2026-03-05")}),
        ("어제부터", {("date", "어제")}),
        ("패스워드를 잊었어요", set()),
        ("in other words, our teamsters", set()),
        ("맥락이 달라요", set()),
        ("13월 40일", set()),
    ],
)
def test_what_is_named(text: str, found: set[tuple[str, str]]) -> None:
    assert {(entity.kind, entity.value) for entity in entities_of(text)} == found


def test_the_last_one_named_counts() -> None:
    assert last_value("아웃룩 말고 팀즈요", "product") == "teams"
    assert last_value("메일이 안 와요", "product") is None
    assert name_of("product", "teams", "ko") == "Teams" and name_of("product", "Zoom", "en") == "Zoom"


@given(st.text())
def test_findings_stand_where_they_say(text: str) -> None:
    for entity in entities_of(text):
        assert text[entity.start :].startswith(entity.text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("메일", "메일"),
        ("팀즈요", "Teams"),
        ("아웃룩 문의드립니다", "Outlook"),
        ("question about teams", "Teams"),
        ("오피스 365 ㅠㅠ", "Microsoft 365"),
        ("공유 사서함", None),
        ("shared mailbox", None),
        ("팀즈 회의", None),
        ("메일 안와요", None),
        ("mail is slow", None),
        ("", None),
    ],
)
def test_a_name_alone(text: str, name: str | None) -> None:
    assert name_alone(text, "ko") == name


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("줌 회의 녹화", ("Zoom", False)),
        ("줌미팅 녹화", ("Zoom", False)),
        ("zoom recording", ("Zoom", False)),
        ("슬랙 알림 끄기", ("Slack", False)),
        ("mail from gmail is late", None),
        ("gmail won't open", ("Google's products", True)),
        ("Zoom에서 Teams로 옮기기", None),
        ("줌 쓰다가 바꾸려고요", None),
        ("인스타 해킹당했어요", ("Instagram and Facebook", False)),
        ("애저 인스턴스가 멈췄어요", None),
        ("토스로 결제했어요", ("payment apps", True)),
        ("토스트 알림 끄기", None),
        ("배민 사장님앱 로그인이 안 돼요", ("shopping and delivery apps", False)),
        ("배민수 대리 계정 추가해 주세요", None),
        ("how do I zoom in", None),
        ("zoom in Excel", None),
        ("화면을 안 보여 줌", None),
    ],
)
def test_another_maker_s_product(text: str, product: tuple[str, bool] | None) -> None:
    assert others_product(text, "en") == product


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("노트북을 잃어버렸어요", True),
        ("회사 폰 분실", True),
        ("I left my laptop on the train", True),
        ("lost usb stick", True),
        ("I can't find my ipad", True),
        ("노트북이 느려요", False),
        ("접수번호를 잃어버렸어요", False),
        ("my account was hacked on my laptop", False),
    ],
)
def test_a_lost_device(text: str, lost: bool) -> None:
    assert lost_device(text) is lost

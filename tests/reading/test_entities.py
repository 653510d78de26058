"""Names and numbers as customers type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.reading.entities import entities_of, last_value, name_of


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

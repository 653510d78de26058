"""Facts of two languages: what only one of them says is found, in whatever order and unit it stands."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.authoring.fact_diff import fact_diff
from firstline.knowledge.articles import Article


def article(lang: str, body: str, **fields: Any) -> Article:
    title = "안내" if lang == "ko" else "Guide"
    return Article.model_validate(
        {"slug": "a", "lang": lang, "title": title, "category": "usage", "body": body} | fields
    )


def differences(korean: str, english: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    return {d.kind: (d.ko, d.en) for d in fact_diff(article("ko", korean), article("en", english))}


SAME = [
    ("50GB까지 쓸 수 있습니다.", "You can use up to 50 GB."),
    ("사용자 1,000명", "1000 users"),
    ("24시간 안에", "within 1 day"),
    ("3영업일, 곧 영업일 3일", "3 business days"),
    ("두 시간 뒤", "after two hours"),
    ("30일 동안 보관합니다.", "It is kept for a 30-day period."),
    ("12개월", "one year"),
    ("일주일 안에", "within a week"),
    ("2~3주", "2 to 3 weeks"),
    ("2026년 3월 2일부터", "from March 2, 2026"),
    ("2026-03-02", "2 March 2026"),
    ("2021년 기준", "(2021)"),
    ("1만 원", "10,000 won"),
    ("20달러", "$20"),
    ("99.9%", "99.9 percent"),
    ("https://learn.microsoft.com/ko-kr/x 참고", "see learn.microsoft.com/en-us/x."),
    ("아웃룩과 팀즈", "Teams and Outlook"),
    ("매월 7일", "on the 7th of each month"),
    ("세 대에 설치", "install it on three devices"),
    ("2026-03-02T10:00:00Z에 저장", "saved at 2026-04-05T11:11:11Z"),
    ("오전 9시에 시작", "starts at 9 am"),
    ("문의: help@a.com", "Ask us"),
    ("1. 여세요.\n2. 닫으세요.", "1. Open it.\n2. Close it.\n3. Done."),
]

OTHER = [
    ("30일 동안", "for 60 days", "duration"),
    ("3일 안에", "within 3 business days", "duration"),
    ("3시간 안에", "within 3 days", "duration"),
    ("50GB", "50 TB", "number"),
    ("사용자 300명", "200 users", "number"),
    ("오류 554 5.2.2", "error 554 5.2.3", "number"),
    ("2026년 3월 2일", "3 March 2026", "date"),
    ("1만 원", "1,000 won", "money"),
    ("aka.ms/one 참고", "see aka.ms/two", "url"),
    ("아웃룩을 여세요", "Open Teams", "product"),
    ("E3 요금제", "the E5 plan", "product"),
    ("본인 구독에는 직접 서명해야 합니다.", "You can only sign in directly for your own subscriptions.", "only"),
    ("정확한 날짜를 알려드려야 합니다.", "We can't tell you the exact date.", "negation"),
    ("삭제하지 마세요.", "Delete the folder.", "negation"),
    ("관리자만 바꿀 수 있습니다.", "An administrator may change it.", "only"),
]


@pytest.mark.parametrize(("korean", "english"), SAME)
def test_the_same_fact_is_no_difference(korean: str, english: str) -> None:
    assert differences(korean, english) == {}


@pytest.mark.parametrize(("korean", "english", "kind"), OTHER)
def test_another_fact_is_found(korean: str, english: str, kind: str) -> None:
    assert kind in differences(korean, english)


def test_a_difference_shows_how_each_language_writes_it() -> None:
    assert differences("30일, 50GB", "60 days, 50 GB") == {"duration": (("30일",), ("60 days",))}


def test_dates_of_the_article_itself_are_not_compared() -> None:
    assert fact_diff(article("ko", "같음", valid_as_of="2026-11"), article("en", "Same", valid_as_of="2021-01")) == []


@settings(deadline=None)
@given(st.permutations(SAME[:19]), st.permutations(SAME[:19]), st.lists(st.sampled_from(SAME[:19]), max_size=5))
def test_order_and_repetition_make_no_difference(left: Any, right: Any, again: Any) -> None:
    korean = "\n\n".join(ko for ko, _en in left)
    english = "\n\n".join(en for _ko, en in [*right, *again])
    assert differences(korean, english) == {}


@settings(deadline=None)
@given(st.integers(2, 5000), st.integers(2, 5000), st.sampled_from([("일", "days"), ("시간", "hours"), ("GB", "GB")]))
def test_numbers_differ_exactly_when_they_do(one: int, two: int, unit: tuple[str, str]) -> None:
    assert bool(differences(f"{one:,}{unit[0]} 동안", f"for {two} {unit[1]}")) == (one != two)


ALIGNED = [
    ("열 수 없습니다.", "It can't be opened.", "It can be opened."),
    ("열리지 않습니다. 저희에게 알려 주세요.", "It fails to open; tell us.", "It opens; tell us."),
    ("파일이 없어집니다.", "The file is lost.", "The file is kept."),
    (
        "먼저 봅니다. 그래도 안 되면 알려 주세요.",
        "Look first. Still not working? Tell us.",
        "Look first. Working? Tell us.",
    ),
    ("문제없이 열립니다.", "It opens.", "It doesn't open."),
    ("쓸 수밖에 없습니다.", "You have to use it.", "You don't have to use it."),
    ("상태가 '사용 안 함'입니다.", "The state is Disabled.", "The state is not Disabled."),
]
# A longer text; only one language has its third paragraph.
LONG_KO = """설정을 엽니다.

1. 계정을 누릅니다.
2. **저장**을 누르지 마세요.

## 그다음
기다려 주세요. 30분이 걸립니다."""
LONG_EN = """Open the settings.

1. Choose the account.
2. Don't choose **Save**.

A word of ours.

## Then
Wait. It takes 30 minutes."""


@pytest.mark.parametrize(("korean", "same", "turned"), ALIGNED)
def test_a_sentence_is_turned_round_in_one_language(korean: str, same: str, turned: str) -> None:
    assert differences(korean, same) == {}
    assert set(differences(korean, turned)) == {"negation"}


def test_a_paragraph_more_hides_no_missing_not() -> None:
    assert differences(LONG_KO, LONG_EN) == {}
    found = differences(LONG_KO, LONG_EN.replace("Don't choose", "Choose"))
    assert found == {"negation": (("2. **저장**을 누르지 마세요.",), ())}


@settings(deadline=None)
@given(st.text("가나 .!?\n#-1a", max_size=80), st.text("ab .!?\n#-1", max_size=80))
def test_any_two_texts_can_be_compared(korean: str, english: str) -> None:
    differences(korean or "가", english or "a")

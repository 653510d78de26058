"""Facts of two languages: what only one of them says is found, in whatever order and unit it stands."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.authoring.fact_diff import fact_diff
from firstline.knowledge.articles import Article, read_folder
from firstline.knowledge.starter_library import STARTER_FOLDER


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


def test_few_pairs_of_the_starter_library_are_warned_of() -> None:
    good, _bad = read_folder(STARTER_FOLDER)
    by_key = {(entry.slug, entry.lang): entry for _path, entry in good}
    warned = [slug for slug, lang in by_key if lang == "ko" and fact_diff(by_key[slug, "ko"], by_key[slug, "en"])]
    assert len(warned) <= 0.2 * len(by_key) / 2

"""The language of a turn follows its script; codes, names, digits and emoji don't decide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.conversations.language import language_of


@pytest.mark.parametrize(
    "text",
    [
        "메일이 안 와요",
        "MFA 초기화 부탁드려요",
        "Teams에서 screen share 안 돼요",
        "Exchange Online 사서함 용량",
        "ㅠㅠ",
        "ㅇㅇ",
    ],
)
def test_hangul_is_korean(text: str) -> None:
    assert language_of(text, "en") == "ko"


@pytest.mark.parametrize("text", ["my mail is gone", "CANNOT LOG IN", "Teams won't start", "hi"])
def test_latin_words_are_english(text: str) -> None:
    assert language_of(text, "ko") == "en"


@pytest.mark.parametrize(
    "text", ["AADSTS50126", "0x80070005", "https://example.com/help", "👍", "Microsoft 365 E3", "Teams", "42", "a@b.co"]
)
@pytest.mark.parametrize("last", ["ko", "en"])
def test_codes_names_and_emoji_keep_the_last_language(text: str, last: str) -> None:
    assert language_of(text, last) == last  # type: ignore[arg-type]


@given(st.text(), st.sampled_from(["ko", "en"]))
def test_every_text_has_a_language(text: str, last: str) -> None:
    assert language_of(text, last) in ("ko", "en")  # type: ignore[arg-type]

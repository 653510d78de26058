import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.knowledge.lexical import tokens
from firstline.knowledge.normalise import brand_words, language_of, mend_keyboard, normalise, to_hangul, to_latin

KNOWN = {"팀즈", "비번", "outlook", "teams", "메일"}.__contains__


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (unicodedata.normalize("NFD", "사서함"), "사서함"),
        ("Ａｚｕｒｅ　포털", "Azure 포털"),
        ("  a\u200b \n b  ", "a b"),
        ("급해요ㅠㅠㅠㅠㅠ!!!!!!", "급해요ㅠㅠ!!"),
        ("ﾠ", ""),
    ],
)
def test_one_form_for_many_ways_of_typing(raw: str, clean: str):
    assert normalise(raw) == clean


@given(st.text())
def test_normalising_twice_changes_nothing(text: str):
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("xlawm", "팀즈"),
        ("xlawmdp 안됨", "팀즈에 안됨"),
        ("qlqjs 까먹음", "비번 까먹음"),
        ("ㅐㅕ시ㅐㅐㅏ", "outlook"),
        ("ㅅㄷ믄 안켜짐", "teams 안켜짐"),
        ("teams ㅠㅠ ㅇㅇ", "teams ㅠㅠ ㅇㅇ"),
        ("hello world", "hello world"),
        ("메일 안와요", "메일 안와요"),
    ],
)
def test_wrong_keyboard_is_mended_only_where_it_makes_a_word(typed: str, meant: str):
    assert mend_keyboard(typed, KNOWN) == meant


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=20))
def test_hangul_typed_on_a_latin_keyboard_reads_back(text: str):
    assert to_hangul(to_latin(text)) == text


@pytest.mark.parametrize(("text", "lang"), [("메일 full", "ko"), ("mail", "en"), ("0x80 !", "en"), ("404 🙏", None)])
def test_language_by_script(text: str, lang: str | None):
    assert language_of(text) == lang


def test_brand_in_hangul_and_latin_are_one_term():
    assert set(tokens("아웃룩에서")) & set(tokens("Outlook")) == {"outlook"}
    assert "Word" not in brand_words("패스워드")


def test_spacing_does_not_matter():
    assert {"_공유", "_유사", "_사서"} <= set(tokens("공유 사서함")) & set(tokens("공유사서함")) | {"_유사", "_사서"}
    assert "_유우" in tokens("공유 우편") and "_유우" in tokens("공유우편")

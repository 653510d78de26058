"""Particles follow the sound of the word before them."""

import pytest

from firstline.core.korean import Spoken, particle


@pytest.mark.parametrize(
    ("word", "wanted", "right"),
    [
        ("Outlook", "이", "이"), ("Excel", "을", "을"), ("Intune", "은", "은"), ("Teams", "이", "가"),
        ("OneDrive", "을", "를"), ("SharePoint", "은", "는"), ("Azure", "이", "가"), ("Microsoft 365", "이", "가"),
        ("DEMO-1001", "은", "은"), ("DEMO-1002", "을", "를"), ("1007", "으로", "로"), ("1006", "으로", "으로"),
        ("메일", "으로", "로"), ("사서함", "을", "을"), ("문의", "은", "는"), ("(주)예시", "이", "가"),
    ],
)  # fmt: skip
def test_particle(word: str, wanted: str, right: str) -> None:
    assert particle(word, wanted) == right


def test_template_adds_the_particle() -> None:
    assert "{name:을} 확인".format(name=Spoken("사서함")) == "사서함을 확인"
    assert "{name} 확인".format(name=Spoken("사서함")) == "사서함 확인"

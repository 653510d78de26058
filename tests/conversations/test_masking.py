"""Personal data is masked; what only looks a bit like it stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.conversations.masking import mask


@pytest.mark.parametrize(
    ("text", "secret", "kind"),
    [
        ("제 주민번호는 900101-1234567 입니다", "1234567", "resident_number"),
        ("카드 4111 1111 1111 1111 로 결제", "1111 1111", "card"),
        ("card 4111-1111-1111-1111", "4111-1111", "card"),
        ("제 비번은 Abc123! 입니다", "Abc123!", "password"),
        ("password: hunter2!", "hunter2!", "password"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0abc.sig123", "eyJzdWIiOiIxIn0", "token"),
    ],
)
def test_secrets_are_masked(text: str, secret: str, kind: str) -> None:
    masked, kinds = mask(text)
    assert secret not in masked
    assert kind in kinds


@pytest.mark.parametrize(
    "text",
    [
        "비밀번호가 안돼요",
        "내 비밀번호는 안 바뀌어요",
        "password is wrong",
        "주문번호 4111111111111112",
        "2026-11-23 10:00",
        "02-000-0000",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask(text) == (text, frozenset())


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once, _ = mask(text)
    assert mask(once)[0] == once

"""Pasted mails and logs: what the person wrote, and never nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.reading.pasted import own_words

LOG = "\n".join(f"2026-11-23 09:00:0{n} ERROR connection failed 0x8004011D" for n in range(6))


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("메일이 안 와요\n\n보낸 사람: 김민지\n보낸 날짜: 어제\n제목: RE: 청구서\n\n청구서입니다.", "메일이 안 와요"),
        ("How do I add a user?\n\nOn Mon, Nov 23, 2026 Minji <m@example.com> wrote:\n> Bye", "How do I add a user?"),
        ("Question?\n-----Original Message-----\nFrom: a@b.c\nhello", "Question?"),
        ("From: a@b.c\nTo: d@e.f\nSubject: RE: FW: outlook crashes\n", "outlook crashes"),
        (
            "보낸 사람: 김민지\n받는 사람: 지원팀\n\n라이선스 추가해 주세요\n\n보낸 사람: 이준\n제목: 예전\n\n예전 글",
            "라이선스 추가해 주세요",
        ),
        (f"아웃룩이 꺼져요\n{LOG}\n왜 그런가요?", "아웃룩이 꺼져요\n왜 그런가요?"),
        ("제목: 뭔가요?", "제목: 뭔가요?"),
        ("plain question", "plain question"),
    ],
)
def test_own_words(text: str, own: str) -> None:
    assert own_words(text) == own


def test_a_log_alone_is_read_as_it_is() -> None:
    assert own_words(LOG) == LOG


@given(st.text(min_size=1))
def test_something_is_always_left(text: str) -> None:
    assert own_words(text)

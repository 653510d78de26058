"""Whatever customers send in whatever order: never silence, never one fallback twice in a row, never two speakers."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..live.conftest import Talk
from .replies import FALLBACKS, names_of

pytestmark = pytest.mark.bot

TEXTS = [
    "공유 사서함은 어떻게 만드나요?",
    "팀즈 회의 녹화하는 법",
    "how do I add a new user",
    "상담원 연결해 주세요",
    "human please",
    "네",
    "아니요",
    "yes",
    "no",
    "왜요?",
    "what does that mean?",
    "뒤로",
    "처음으로",
    "go back",
    "아니 그거 말고",
    "no, the other one",
    "둘 다 아니에요",
    "두 번째요",
    "영어로 해주세요",
    "한국어로",
    "in English please",
    "건너뛸게요",
    "skip",
    "감사합니다",
    "안녕하세요",
    "hello",
    "오늘 날씨 어때?",
    "tell me a joke",
    "ㅠㅠ",
    "???",
    "👍",
    "사내 카페테리아 예약 연동 규격서",
    "결제",
    "권한",
    "where is our cafeteria's interface specification",
    "아니 그게 아니라 통화를 녹음하고 싶다고요",
    "no, I mean where the recording is saved",
    "어떻게 끄나요",
    "how do I turn it off",
    "메일",
    "teams",
    "줌 회의 녹화",
    "감사합니다 괜찮아요",
    "no thanks that's all",
    "me@example.com",
    "아웃룩이요",
    "재부팅은 해봤어요",
    "전 직원이 못 써요",
    "봇이랑 얘기할래요",
    "back to the bot",
    "도움이 됐어요",
    "still broken",
    "제 문의 어떻게 됐나요?",
    "상담 시간 알려주세요",
    "팀즈 회의 녹화하는 법 알려주세요. 그리고 일정 공유는 어떻게 해요?",
    "/human",
    "/bot",
    "/restart",
    "ㅋ" * 300,
]
PRESS = st.integers(min_value=0, max_value=7).map(lambda number: ("press", number))
LATE = st.integers(min_value=0, max_value=30).map(lambda number: ("late", number))
STEPS = st.lists(st.one_of(st.sampled_from(TEXTS).map(lambda text: ("say", text)), PRESS, LATE), min_size=2, max_size=8)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(locale=st.sampled_from(["ko", "en"]), steps=STEPS)
def test_every_message_gets_a_fitting_reaction(live: Any, locale: str, steps: list[tuple[str, Any]]) -> None:
    customer = Talk(live, locale)
    fallbacks: list[list[str]] = []
    state, number = "bot", None
    for step in steps:
        turn = take(customer, *step)
        replies = turn["messages"]
        where = f"{step} in {state}"
        assert replies and all(reply["text"].strip() for reply in replies), f"{where}: silence"
        speakers = {reply["author"] for reply in replies}
        assert speakers <= {"bot", "system"}
        if state == turn["state"] == "waiting":
            assert speakers == {"system"}, f"{where}: the bot speaks while a person is awaited"
        if turn["state"] == "waiting":
            assert turn["case"]["number"] and turn["case"]["respond_by"], where
            assert number in (None, turn["case"]["number"]), f"{where}: a second case"
            number = turn["case"]["number"]
        fallbacks.append([reply["text"] for reply in replies if names_of(reply["text"]) & FALLBACKS])
        state = turn["state"]
    for before, after in pairwise(fallbacks):
        assert not set(before) & set(after), f"a fallback twice in a row: {after}"
    ids = [message["id"] for message in customer.now()["messages"]]
    assert ids == sorted(set(ids))


def take(customer: Talk, kind: str, what: Any) -> dict[str, Any]:
    """Say a text, or press a button: one of the last turn's, or any that ever stood there."""
    if kind == "say":
        return customer.say(what)
    messages = customer.last if kind == "press" else customer.now()["messages"]
    buttons = [button["payload"] for message in messages for button in message["buttons"]]
    return customer.say(buttons[what % len(buttons)] if buttons else "음")

"""The audit of a chaos run: content with a sound conversation, and names each way in which one can be broken."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from firstline.core.errors import BadInput
from firstline.serve.chaos.audit import Kept, Sent, Told, audit
from firstline.serve.commands.chaos import chaos

CASE = "DEMO-1001"


def message(number: int, author: str, text: str, client_id: str | None = None) -> dict[str, Any]:
    return {"id": number, "author": author, "text": text, "client_message_id": client_id}


@pytest.fixture
def told() -> Told:
    return Told(
        "a-talk",
        [
            Sent("c1", "customer", 2, "메일이 안 와요", (3,)),
            Sent("c2", "customer", 4, "상담원 연결", (5,)),
            Sent("a1", "agent", 7, "확인하겠습니다"),
            Sent("c3", "customer", 8, "감사합니다"),
        ],
        ["c1", "c2", "a1", "c3"],
        CASE,
        ["agent0@example.com"],
    )


@pytest.fixture
def kept() -> Kept:
    said = [
        message(1, "bot", "안녕하세요"),
        message(2, "customer", "메일이 안 와요", "c1"),
        message(3, "bot", "이렇게 해 보세요"),
        message(4, "customer", "상담원 연결", "c2"),
        message(5, "system", f"접수번호는 {CASE}입니다"),
        message(6, "system", "담당자가 대화를 이어받았습니다"),
        message(7, "agent", "확인하겠습니다", "a1"),
        message(8, "customer", "감사합니다", "c3"),
    ]
    return Kept(said, [CASE], 1, 1)


def test_a_sound_conversation_is_sound(told: Told, kept: Kept) -> None:
    assert audit(told, kept) == []


def test_a_message_that_was_sent_but_never_acknowledged_may_be_there_or_not(told: Told, kept: Kept) -> None:
    told.tried.append("c4")
    assert audit(told, kept) == []
    assert audit(told, replace(kept, messages=[*kept.messages, message(9, "customer", "여보세요", "c4")])) == []


Break = Callable[[list[dict[str, Any]]], Any]


@pytest.mark.parametrize(
    ("spoil", "kinds"),
    [
        (lambda said: said.pop(1), ["lost"]),
        (lambda said: said.pop(2), ["lost"]),
        (lambda said: said.pop(6), ["lost"]),
        (lambda said: said[7].update(text="고맙습니다"), ["changed"]),
        (lambda said: said[7].update(id=9), ["changed"]),
        (lambda said: said.insert(2, dict(said[1])), ["doubled", "doubled"]),
        (lambda said: said.append(message(9, "customer", "감사합니다", "c9")), ["unknown"]),
        (lambda said: said.insert(3, message(3, "bot", "이렇게 해 보세요")), ["doubled", "doubled"]),
        (lambda said: said.append(said.pop(0)), ["out_of_order"]),
        (lambda said: said[4].update(text="접수했습니다"), ["no_notice"]),
    ],
)
def test_a_broken_transcript_is_named(told: Told, kept: Kept, spoil: Break, kinds: list[str]) -> None:
    said = [dict(one) for one in kept.messages]
    spoil(said)
    assert sorted(one.kind for one in audit(told, replace(kept, messages=said))) == kinds


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"cases": []}, ["no_case"]),
        ({"cases": [CASE, "DEMO-1002"]}, ["doubled", "no_notice"]),
        ({"notices": 0}, ["no_notice"]),
        ({"notices": 2}, ["doubled"]),
        ({"claims": 2}, ["claimed_twice"]),
        ({"claims": 0}, ["lost"]),
        ({"unanswered": ["c1"]}, ["unanswered"]),
    ],
)
def test_what_stands_beside_the_transcript_counts(
    told: Told, kept: Kept, changes: dict[str, Any], kinds: list[str]
) -> None:
    found = audit(told, replace(kept, **changes))
    assert sorted(one.kind for one in found) == kinds and {one.conversation for one in found} == {"a-talk"}


def test_messages_that_changed_places_are_named(told: Told, kept: Kept) -> None:
    told.sent[0], told.sent[1] = told.sent[1], told.sent[0]
    assert [one.kind for one in audit(told, kept)] == ["out_of_order"]


def test_what_ended_a_conversation_early_is_reported(told: Told, kept: Kept) -> None:
    told.problem = ("stuck", "no answer")
    told.winners.append("agent1@example.com")
    assert [one.kind for one in audit(told, kept)] == ["stuck", "claimed_twice"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"apps": 2}, "--servers"),
        ({"database_url": "postgresql://127.0.0.1/x"}, "--redis-url"),
        ({"servers": True, "database_url": "postgresql://127.0.0.1/x", "redis_url": "redis://127.0.0.1"}, "either"),
    ],
)
def test_a_stack_that_can_not_be_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        chaos(**given)

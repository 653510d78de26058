"""An answer is judged only where there was one, and a conversation never ends on a guess."""

from typing import Any

import pytest

from .conftest import names

QUESTION = "팀즈 회의 녹화하는 법"


def ends(responses: list[dict[str, Any]]) -> bool:
    """Whether the conversation counts as confirmed, and so as closed."""
    return any((row["custom"] or {}).get("confirmed") for row in responses)


@pytest.mark.parametrize(
    ("asked_before", "sure", "said", "ended"),
    [
        (True, 0.9, ["utter_helped"], True),
        (True, 0.4, ["utter_nothing_to_confirm"], False),
        (False, 0.9, ["utter_helped"], False),
        (False, 0.4, ["utter_nothing_to_confirm"], False),
    ],
)
async def test_it_helped(caller: Any, asked_before: bool, sure: float, said: list[str], ended: bool) -> None:
    talk = await caller()
    if asked_before:
        assert names(await talk.turn("action_answer", QUESTION, "usage")) == ["utter_answer"]
    responses = await talk.turn("action_helped", "오 신기방기", "helped", sure)
    assert names(responses) == said and ends(responses) is ended


@pytest.mark.parametrize("sure", [0.9, 0.4])
async def test_what_an_article_answers_is_no_judgement(caller: Any, sure: float) -> None:
    talk = await caller()
    assert names(await talk.turn("action_helped", QUESTION, "helped", sure)) == ["utter_answer"]


async def test_a_button_is_sure(caller: Any) -> None:
    assert ends(await (await caller()).turn("action_helped", "/helped", "helped"))


async def test_it_did_not_help_is_a_person_after_an_answer(caller: Any) -> None:
    talk = await caller()
    await talk.turn("action_answer", QUESTION, "usage")
    (handed,) = await talk.turn("action_not_helped", "그걸로는 안 되네요", "not_helped", 0.4)
    assert handed["custom"]["handoff"]["reason"] == "not_helped"


@pytest.mark.parametrize(("sure", "said"), [(0.9, "utter_neither"), (0.4, "utter_no_answer")])
async def test_it_did_not_help_asks_first_where_nothing_was_answered(caller: Any, sure: float, said: str) -> None:
    talk = await caller()
    assert names(await talk.turn("action_not_helped", "안 되네요 그게", "not_helped", sure)) == [said]
    again = await talk.turn("action_not_helped", "안 된다니까요", "not_helped")
    assert names(again) == ["utter_no_answer_again"] and again[-1]["custom"]["handoff"]["reason"] == "no_answer"

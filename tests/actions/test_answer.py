"""The answer action over HTTP: what it searches, and what it records when nothing answers."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from firstline.core.secrets import bot_secret

CALL = (Path(__file__).parents[1] / "bot" / "recorded" / "action_answer.json").read_text("utf-8")
Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def ask(http: Any, settings: Any) -> Ask:
    async def ask(text: str, **slots: object) -> dict[str, Any]:
        call = json.loads(CALL)
        call["tracker"]["latest_message"]["text"] = text
        call["tracker"]["slots"] |= {"partner": "demo", "language": "en"} | slots
        headers = {"X-Firstline-Secret": bot_secret(settings)}
        answer = await http.post("/internal/actions/webhook", json=call, headers=headers)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        body["slots"] = {event["name"]: event["value"] for event in body["events"]}
        return body

    return ask


async def test_what_nothing_answers_leaves_a_receipt_each_time(ask: Ask) -> None:
    first = await ask("zxcv qwer asdf")
    (said,) = first["responses"]
    receipt = said["custom"]["receipt"]
    assert (receipt["answered"], receipt["again"], receipt["asked"]) == (False, False, "zxcv qwer asdf")
    assert "articles" not in said["custom"] and first["slots"]["unanswered"] == 1
    second = await ask("zxcv qwer asdf uiop", unanswered=first["slots"]["unanswered"])
    receipts = [said["custom"]["receipt"] for said in second["responses"] if "receipt" in said["custom"]]
    assert [(receipt["answered"], receipt["again"]) for receipt in receipts] == [(False, True)]
    assert any("handoff" in said["custom"] for said in second["responses"])


async def test_a_follow_up_is_searched_with_the_question_that_was_answered(ask: Ask) -> None:
    question = "How do I record a Teams meeting?"
    after_answer = await ask("and on my phone?", expecting="helped", last_query=question)
    assert after_answer["slots"]["last_query"] == f"{question} and on my phone?"
    alone = await ask("and on my phone?", last_query="")
    assert alone["slots"]["last_query"] == "and on my phone?"

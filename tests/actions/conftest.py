"""Calls to the action webhook as the bot makes them, made from a recorded one."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from firstline.core.secrets import bot_secret

RECORDED = Path(__file__).parents[1] / "bot" / "recorded" / "action_answer.json"


class Caller:
    """One conversation as actions see it: keeps the slots between its turns."""

    def __init__(self, http: Any, secret: str, conversation_id: str, lang: str) -> None:
        self.http, self.secret, self.id = http, secret, conversation_id
        self.slots: dict[str, Any] = {"language": lang, "partner": "demo"}

    async def turn(
        self, action: str, text: str, intent: str, sure: float = 1.0, **entities: Any
    ) -> list[dict[str, Any]]:
        """Run one action, of an intent found with this confidence, and return its responses."""
        call = json.loads(RECORDED.read_text("utf-8"))
        call["next_action"], call["sender_id"], call["tracker"]["sender_id"] = action, self.id, self.id
        call["tracker"]["slots"] |= self.slots
        found = [{"entity": name, "value": value} for name, value in entities.items()]
        call["tracker"]["latest_message"] = {
            "text": text,
            "intent": {"name": intent, "confidence": sure},
            "intent_ranking": [{"name": intent, "confidence": sure}],
            "entities": found,
        }
        headers = {"X-Firstline-Secret": self.secret}
        answer = await self.http.post("/internal/actions/webhook", json=call, headers=headers)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        self.slots |= {event["name"]: event["value"] for event in body["events"]}
        responses: list[dict[str, Any]] = body["responses"]
        return responses


def names(responses: list[dict[str, Any]]) -> list[str]:
    """The names of the responses that were said."""
    return [row["response"] for row in responses if row["response"]]


@pytest.fixture
def caller(http: Any, settings: Any, new_customer: Any) -> Callable[..., Awaitable[Caller]]:
    async def start(lang: str = "ko") -> Caller:
        customer = await new_customer(lang)
        return Caller(http, bot_secret(settings), customer.id, lang)

    return start

"""The action webhook answers the requests that a real Rasa 3.6.21 sent."""

import json
from pathlib import Path
from typing import Any

import pytest

from firstline.core.secrets import bot_secret

RECORDED = {
    path.stem: path.read_text("utf-8")
    for path in sorted((Path(__file__).parents[1] / "bot" / "recorded").glob("*.json"))
}


@pytest.fixture
def headers(settings: Any) -> dict[str, str]:
    return {"X-Firstline-Secret": bot_secret(settings)}


@pytest.mark.parametrize("name", RECORDED)
async def test_recorded_call_is_answered_in_the_shape_rasa_knows(
    http: Any, headers: dict[str, str], new_customer: Any, name: str
) -> None:
    call = json.loads(RECORDED[name])
    customer = await new_customer(call["tracker"]["slots"]["language"])
    call["sender_id"] = call["tracker"]["sender_id"] = customer.id
    call["tracker"]["slots"]["partner"] = "demo"
    answer = await http.post("/internal/actions/webhook", json=call, headers=headers)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert set(body) == {"events", "responses"}
    assert body["responses"], "an action that says nothing"
    known = set(call["domain"]["responses"])
    for response in body["responses"]:
        assert response["response"] is None or response["response"] in known
        assert response["response"] or response["custom"]
    slots = {slot if isinstance(slot, str) else next(iter(slot)) for slot in call["domain"]["slots"]}
    for event in body["events"]:
        assert event["event"] == "slot" and event["name"] in slots


async def test_handoff_carries_its_reason(http: Any, headers: dict[str, str]) -> None:
    calls = [json.loads(text) for name, text in RECORDED.items() if name.startswith("action_handoff")]
    reasons = set()
    for call in calls:
        call["tracker"]["slots"]["partner"] = "demo"
        body = (await http.post("/internal/actions/webhook", json=call, headers=headers)).json()
        reasons |= {r["custom"]["handoff"]["reason"] for r in body["responses"] if "handoff" in (r["custom"] or {})}
    assert reasons == {"human", "complaint", "security"}


@pytest.mark.parametrize(
    ("change", "status"),
    [({"next_action": "action_of_nobody"}, 400), ({"domain": None}, 400), ({"tracker": "broken"}, 500)],
)
async def test_unusable_call_is_an_error_that_the_bot_notices(
    http: Any, headers: dict[str, str], change: dict[str, Any], status: int
) -> None:
    call = json.loads(next(iter(RECORDED.values()))) | change
    answer = await http.post("/internal/actions/webhook", json=call, headers=headers)
    assert answer.status_code == status and answer.json()["error"]["message"]

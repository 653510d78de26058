"""The action webhook answers the requests that a real Rasa 3.6.21 sent."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from firstline.core.secrets import bot_secret

ROOT = Path(__file__).resolve().parents[2]
RECORDED = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "tests/bot/recorded").glob("*.json"))}
DOMAINS = [yaml.safe_load(path.read_text("utf-8")) for path in sorted((ROOT / "bot" / "domain").glob("*.yml"))]
RESPONSES = {name for domain in DOMAINS for name in domain.get("responses", {})}
SLOTS = {name for domain in DOMAINS for name in domain.get("slots", {})}


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
    for response in body["responses"]:
        assert response["response"] is None or response["response"] in RESPONSES
        assert response["response"] or response["custom"]
    for event in body["events"]:
        assert event["event"] == "slot" and event["name"] in SLOTS


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

"""Requests a real Rasa sent to its action server, kept for the app's contract tests, still are what Rasa sends.

FIRSTLINE_RECORD=1 writes them anew.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from .conftest import ActionServer, Bot, say

pytestmark = pytest.mark.bot
FOLDER = Path(__file__).parent / "recorded"
CASES = {
    "action_answer": [("Outlook won't connect", "en")],
    "action_answer_ko": [("안녕하세요", "ko"), ("메일이 안 와요", "ko")],
    "action_handoff": [("I'd like to talk to a person", "en")],
    "action_handoff_security": [("my account was hacked", "en")],
    "action_handoff_complaint": [("답변이 너무 늦잖아요", "ko")],
    "action_support_options": [("what are your hours", "en")],
    "action_service_health": [("지금 장애인가요?", "ko")],
    "action_health_wait": [("지금 장애인가요?", "ko"), ("/health_wait", "ko")],
    "action_health_help": [("지금 장애인가요?", "ko"), ("/health_help", "ko")],
    "action_billing_estimate": [("calculate proration for 12 seats at $10 a month", "en")],
    "action_cancel_window": [("취소 가능 기간 알려주세요", "ko")],
    "action_data_retention": [("데이터 보존 기간", "ko"), ('/data_retention{"ending":"suspended"}', "ko")],
    "action_loose_answer": [("20개 월 15,000원이요", "ko")],
    "action_service_credit": [("서비스 크레딧 신청하고 싶어요", "ko")],
    "action_who_can_fix": [("who can fix this?", "en")],
    "action_mail_authenticity": [("is this mail really from microsoft", "en")],
    "action_training": [("교육 신청할게요", "ko")],
    "action_case_status": [("what's the status of my case?", "en")],
    "action_show_article": [
        ("Outlook won't connect", "en"),
        ('/show_article{"slug":"outlook-does-not-connect"}', "en"),
    ],
    "action_affirm": [("Outlook won't connect", "en"), ("yes please", "en")],
    "action_deny": [("메일이 안 와요", "ko"), ("아니요", "ko")],
    "action_helped": [("Outlook won't connect", "en"), ("/helped", "en")],
    "action_not_helped": [("메일이 안 와요", "ko"), ("/not_helped", "ko")],
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_recorded_request_has_the_shape_rasa_sends(
    bot: Bot, action_server: ActionServer, conversation: str, name: str
) -> None:
    action_server.answers["action_answer"] = say(
        "utter_answer", [{"event": "slot", "name": "last_category", "value": "a"}], passage="A passage."
    )
    for number, (text, lang) in enumerate(CASES[name], start=1):
        ids = {"message_id": f"m{number}", "request_id": f"request-{number}"}
        response = bot.turn(text, lang, conversation_id=conversation, metadata={"partner": "demo"}, **ids)
        assert response.status_code == 200, response.text
    sent = action_server.calls(conversation)[-1]
    file = FOLDER / f"{name}.json"
    if os.environ.get("FIRSTLINE_RECORD"):
        file.write_text(json.dumps(sent, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    recorded = json.loads(file.read_text(encoding="utf-8"))
    assert recorded["next_action"] == sent["next_action"]
    assert recorded["version"] == sent["version"] == "3.6.21"
    assert recorded["tracker"]["slots"] == sent["tracker"]["slots"]
    assert shape(recorded) == shape(sent)
    assert recorded["tracker"]["latest_message"]["text"] == CASES[name][-1][0]


def shape(value: Any, depth: int = 4) -> Any:
    """Return names and kinds of values; responses and the classifier's ranking may change freely."""
    if isinstance(value, dict) and depth:
        return {key: shape(item, depth - 1) for key, item in value.items() if key not in ("domain", "intent_ranking")}
    return type(value).__name__ if not isinstance(value, int | float) else "number"

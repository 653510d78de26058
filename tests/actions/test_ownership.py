"""Who can fix it, with the rule behind it."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("lang", "text", "last", "response", "word"),
    [
        ("ko", "라이선스 줄이는 거 제가 할 수 있나요", "", "utter_owner_partner", "파트너"),
        ("ko", "이거 누가 고쳐 주나요?", "팀즈 장애가 났어요", "utter_owner_microsoft", "Microsoft"),
        ("en", "can I do that myself?", "add a user", "utter_owner_self", "admin"),
        ("en", "who fixes a marketplace app?", "", "utter_owner_isv", "publisher"),
        ("en", "who can fix this?", "", "utter_owner_partner", "partner"),
    ],
)
async def test_owner_with_reason_and_date(
    caller: Any, lang: str, text: str, last: str, response: str, word: str
) -> None:
    talk = await caller(lang)
    talk.slots["last_query"] = last
    (said,) = await talk.turn("action_who_can_fix", text, "who_can_fix")
    assert said["response"] == response and word in said["reason"] and said["as_of"]

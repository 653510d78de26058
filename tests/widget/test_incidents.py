"""What a partner declares shows in every widget, in the language in use, and vanishes when it is over."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

INCIDENT = {
    "id": 1,
    "text": {"ko": "팀즈 점검 중입니다. <b>오후 2시</b>까지입니다.", "en": "Teams is being repaired."},
    "product": "teams",
    "starts_at": "2026-11-23T00:00:00Z",
    "ends_at": None,
}


def test_an_incident_stands_above_the_conversation(visit: Callable[..., Any], fake: Any) -> None:
    fake.incidents = [INCIDENT]
    chat = visit().open()
    strip = chat.frame.locator(".incidents")
    expect(strip).to_contain_text("팀즈 점검 중입니다. <b>오후 2시</b>까지입니다.")
    chat.frame.get_by_role("button", name="English").click()
    expect(strip).to_contain_text("Notice Teams is being repaired.")
    fake.incidents = []
    chat.page.reload()
    expect(chat.banner).to_contain_text("Automatic")
    expect(chat.frame.locator(".incidents p")).to_have_count(0)


def test_without_incidents_nothing_is_shown(chat: Any) -> None:
    expect(chat.frame.locator(".incidents")).to_be_empty()

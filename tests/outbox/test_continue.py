"""From a mail's link back into the chat, in a browser that has never been here."""

import re
import time
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from firstline.core.settings import Settings
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.serve.app import create_app

from ..chromium import browser
from ..staff_pages import Served, broken, context, page

__all__ = ["broken", "browser", "context", "page"]
pytestmark = pytest.mark.browser


def soon(look: Callable[[], Any]) -> Any:
    """Return what ``look`` finds once it finds something; fails when nothing comes."""
    for _ in range(600):
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("nothing came")


def test_a_mails_link_leads_back_into_the_same_conversation(
    mail_settings: Settings, bot: Any, postbox: Any, page: Page
) -> None:
    with Served(create_app(mail_settings, HashingEncoder(), bot_transport=bot, starter=None)) as url:
        customer = httpx.Client(base_url=url, timeout=30)
        started = customer.post("/api/chat/conversations", json={"partner": "demo", "locale": "ko"}).json()
        customer.headers["Authorization"] = f"Bearer {started['token']}"
        for number, text in enumerate(("첫 줄입니다\n둘째 줄입니다", "/human")):
            turn = customer.post("/api/chat/messages", json={"text": text, "client_message_id": f"m{number}"}).json()
        case = turn["case"]["number"]
        assert customer.put("/api/chat/contact", json={"email": "kim@example.com"}).status_code == 200
        (envelope,) = soon(lambda: postbox.mails)
        text = message_from_bytes(envelope.content, policy=default).get_content()
        token = re.search(r"/transcript/(\S+)", text)[1]  # type: ignore[index]

        page.goto(f"{url}/transcript/{token}")
        expect(page.locator("main")).to_contain_text("첫 줄입니다")
        page.get_by_role("link", name="채팅에서 이어서 문의하기").click()
        log = page.get_by_role("log")
        expect(log).to_contain_text("둘째 줄입니다")
        expect(page.locator("body")).to_contain_text(case)
        assert "resume" not in page.url, "what opens the conversation does not stay in the address"
        box = page.get_by_role("textbox").last
        box.fill("메일 보고 다시 왔습니다")
        box.press("Enter")
        expect(log).to_contain_text("메일 보고 다시 왔습니다")

        def kept() -> list[str]:
            messages = customer.get("/api/chat/messages").json()["messages"]
            return [one["author"] for one in messages if "다시 왔" in one["text"]]

        assert soon(kept) == ["customer"]
        page.reload()
        expect(log).to_contain_text("메일 보고 다시 왔습니다")

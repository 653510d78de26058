"""A customer on the partner's site and an agent at the desk, in a real browser, on the real thing."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ..chromium import browser
from .browsers import customer_page, open_chat, shots, staff_page
from .conftest import Live

__all__ = ["browser", "shots"]
pytestmark = [pytest.mark.bot, pytest.mark.browser]


def test_korean_customer_reaches_a_person(browser: Browser, live: Live, shots: Path) -> None:
    page = customer_page(browser, live, "ko")
    chat = page.frame_locator("iframe")
    box = chat.get_by_role("textbox")
    expect(chat.get_by_role("log")).to_contain_text("자동 안내")
    box.fill("팀즈 소리가 자꾸 끊겨요")
    box.press("Enter")
    expect(chat.get_by_role("log")).to_contain_text("문제가 해결되셨나요?", timeout=15_000)
    page.screenshot(path=shots / "widget-ko.png")
    chat.get_by_role("button", name="아니요").last.click()
    expect(chat.get_by_role("log")).to_contain_text("접수번호", timeout=15_000)
    page.screenshot(path=shots / "widget-ko-waiting.png")

    desk = staff_page(browser, live, "김민지")
    row = desk.get_by_role("listitem").filter(has_text="팀즈 소리가 자꾸 끊겨요").first
    expect(row).to_be_visible()
    row.click()
    desk.get_by_role("button", name="맡기").first.click()
    expect(chat.get_by_role("log")).to_contain_text("김민지 담당자가 대화를 이어받았습니다")
    reply = desk.get_by_role("textbox").last
    reply.fill("안녕하세요, 김민지입니다. 유선 네트워크에서도 끊기는지 확인해 주시겠어요?")
    reply.press("Enter")
    expect(chat.get_by_role("log")).to_contain_text("유선 네트워크에서도 끊기는지", timeout=10_000)
    desk.screenshot(path=shots / "desk-ko.png")

    box.fill("유선에서는 괜찮아요!")
    box.press("Enter")
    expect(desk.get_by_role("listitem").filter(has_text="유선에서는 괜찮아요!").last).to_be_visible()
    page.reload()
    expect(open_chat(page).get_by_role("log")).to_contain_text("유선에서는 괜찮아요!")
    page.screenshot(path=shots / "widget-ko-human.png")


def test_english_customer_is_answered(browser: Browser, live: Live, shots: Path) -> None:
    page = customer_page(browser, live, "en")
    chat = page.frame_locator("iframe")
    box = chat.get_by_role("textbox")
    box.fill("How do I create a shared mailbox?")
    box.press("Enter")
    expect(chat.get_by_role("log")).to_contain_text("Did that help?", timeout=15_000)
    expect(chat.get_by_role("link", name="Create a shared mailbox")).to_be_visible()
    page.screenshot(path=shots / "widget-en.png")
    chat.get_by_role("button", name="Yes, thanks").click()
    expect(chat.get_by_role("log")).to_contain_text("Glad that helped", timeout=10_000)

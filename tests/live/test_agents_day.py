"""An agent's day in Korean, on the real thing: from the alert to the customer's judgement, seen from every side."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ..chromium import browser
from .browsers import customer_page, shots, staff_page
from .conftest import Live

__all__ = ["browser", "shots"]
pytestmark = [pytest.mark.bot, pytest.mark.browser]

QUESTION = "아웃룩 사서함이 꽉 차서 메일을 못 받아요"
WATCH_NOTICES = """
    window.shown = [];
    window.Notification = class {
        static permission = "granted";
        constructor(title) { shown.push(title); document.documentElement.dataset.shown = shown.join("; "); }
    };
"""


def switch_notices_on(desk: Page) -> None:
    desk.context.grant_permissions(["notifications"])
    desk.add_init_script(WATCH_NOTICES)
    desk.reload()
    desk.locator('.line[data-line="up"]').wait_for(state="attached")
    desk.click("[data-do=alerts]")
    desk.get_by_label("브라우저 알림 띄우기").check()
    desk.get_by_role("button", name="닫기").click()


def expect_notice(desk: Page, text: str) -> None:
    expect(desk.locator("html")).to_have_attribute("data-shown", re.compile(re.escape(text)), timeout=30_000)


def test_an_agents_day(browser: Browser, live: Live, shots: Path) -> None:
    seoyeon, minjun = (staff_page(browser, live, name) for name in ("김서연", "박민준"))
    for desk in (seoyeon, minjun):
        switch_notices_on(desk)

    customer = customer_page(browser, live, "ko")
    chat = customer.frame_locator("iframe")
    log, box = chat.get_by_role("log"), chat.get_by_role("textbox").last
    box.fill(QUESTION)
    box.press("Enter")
    expect(log).to_contain_text("문제가 해결되셨나요?", timeout=30_000)
    chat.get_by_role("button", name="아니요").last.click()
    expect(log).to_contain_text("접수번호", timeout=30_000)
    number = re.search(r"DEMO-\d+", log.inner_text()).group()  # type: ignore[union-attr]

    # The alert names the case and none of the customer's words; it leads to the case.
    for desk in (seoyeon, minjun):
        expect_notice(desk, f"새 대기 문의: {number}")
    assert not [title for title in seoyeon.evaluate("shown") if QUESTION[:4] in title]
    seoyeon.locator(f'.rows a[href="#{number}"]').click()
    expect(seoyeon.locator(".case-head h2")).to_have_text(number)
    # The story: what was asked, what was shown, and on what ground.
    story = seoyeon.locator(".story")
    seoyeon.keyboard.press("s")
    expect(story).to_contain_text(QUESTION)
    expect(story).to_contain_text("도움 안 됨")
    seoyeon.screenshot(path=shots / "day-1-story.png")
    seoyeon.keyboard.press("s")
    seoyeon.get_by_role("button", name="내가 맡기").first.click()
    expect(log).to_contain_text("김서연 담당자가 대화를 이어받았습니다")

    composer = seoyeon.locator("#composer")
    expect(composer).to_be_focused()

    # An article's passage goes into the reply and is cited.
    seoyeon.locator(".suggested button").first.click()
    expect(composer).not_to_have_value("")
    expect(seoyeon.locator(".cite")).to_have_count(1)
    seoyeon.screenshot(path=shots / "day-2-insert.png")
    composer.press("Enter")
    expect(seoyeon.locator(".cite")).to_have_count(0)
    expect(chat.locator("a.article, .article a, a[href*='/articles/']").last).to_be_visible()

    # A question and its answer, which stands at the desk without a reload.
    composer.fill("보관 용량을 늘려 드리기 전에, 지금 사서함 크기를 알려 주시겠어요?")
    composer.press("Enter")
    expect(log).to_contain_text("지금 사서함 크기를 알려 주시겠어요?")
    box.fill("49.8GB라고 나옵니다")
    box.press("Enter")
    expect(seoyeon.locator(".item.customer .said").last).to_have_text("49.8GB라고 나옵니다")
    expect(seoyeon.locator(".item.agent .seen, .seen")).to_have_count(1)
    customer.screenshot(path=shots / "day-3-widget-human.png")

    # A note with a mention is the colleague's alone; then the case goes to them.
    seoyeon.keyboard.press("Escape")
    seoyeon.locator(".modes [data-mode=note]").click()
    composer.type("@박")
    expect(seoyeon.locator(".completion li")).to_have_text(["박민준"])
    seoyeon.keyboard.press("Enter")
    seoyeon.keyboard.type("님, 보관 사서함을 켜 주실 수 있나요?")
    seoyeon.keyboard.press("Enter")
    expect(seoyeon.locator(".item.note")).to_contain_text("보관 사서함을 켜 주실 수 있나요?")
    expect_notice(minjun, f"김서연 님이 {number} 메모에서 나를 언급했습니다.")
    seoyeon.get_by_role("button", name="동료에게 넘기기").first.click()
    dialog = seoyeon.get_by_role("dialog")
    dialog.get_by_role("radio", name="박민준").check()
    dialog.get_by_role("textbox").fill("Exchange 관리 권한이 필요합니다")
    seoyeon.screenshot(path=shots / "day-4-transfer.png")
    dialog.get_by_role("button", name="넘기기").click()
    expect(log).to_contain_text("박민준 담당자에게 대화를 전달했습니다")

    expect_notice(minjun, f"김서연 님이 {number} 문의를 넘겼습니다.")
    minjun.locator(f'.rows a[href="#{number}"]').click()
    expect(minjun.locator(".item.note").first).to_contain_text("보관 사서함을 켜 주실 수 있나요?")
    minjun.get_by_role("button", name="수락", exact=True).first.click()
    expect(log).to_contain_text("박민준 담당자가 대화를 이어받았습니다")
    minjun.screenshot(path=shots / "day-5-colleague.png")

    # The solution is told and asked about; the customer closes the case and judges it.
    minjun.get_by_role("button", name="해결 처리").first.click()
    dialog = minjun.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("보관 사서함을 켰습니다. 오래된 메일은 30분 안에 옮겨집니다.")
    dialog.get_by_role("button", name="해결 내용 보내기").click()
    expect(minjun.locator(".case-head .state")).to_have_text("해결 확인 중")
    expect(log).to_contain_text("보관 사서함을 켰습니다")
    customer.screenshot(path=shots / "day-6-widget-closing.png")
    chat.get_by_role("button", name="네, 해결됐어요").last.click()
    expect(log).to_contain_text("해결된 것으로 마무리했습니다")
    chat.get_by_label("5").check()
    chat.get_by_label("더 하실 말씀").fill("빠르게 도와주셔서 감사합니다")
    customer.screenshot(path=shots / "day-7-widget-rating.png")
    chat.get_by_role("button", name="평가 보내기").click()
    expect(chat.get_by_text("‘매우 만족’으로 평가해 주셨습니다")).to_be_visible()
    expect(log).not_to_contain_text("보관 사서함을 켜 주실 수 있나요?")

    minjun.locator(".case-head h2").click()
    minjun.keyboard.press("s")
    expect(minjun.locator(".story")).to_contain_text("빠르게 도와주셔서 감사합니다")
    minjun.screenshot(path=shots / "day-8-rated.png")

"""Working without a mouse, at every width, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_a_case_is_found_claimed_answered_and_resolved_by_keys(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1001", minutes=10, question="첫째")
    desk.add("DEMO-1002", minutes=20, question="둘째")
    page = open_desk()
    page.keyboard.press("j")
    expect(page.locator('.rows a[href="#DEMO-1001"]')).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    expect(page.locator('.rows a[href="#DEMO-1002"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".case-head h2")).to_have_text("DEMO-1002")
    page.keyboard.press("c")
    expect(page.locator("#composer")).to_be_focused()
    page.keyboard.type("jkcrne?")
    expect(page.locator("#composer")).to_have_value("jkcrne?")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator(".modes [data-mode=note]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.locator(".modes [data-mode=reply]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_keys_work_with_the_korean_layout_on(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1001", question="첫째")
    page = open_desk()
    page.evaluate("""document.body.dispatchEvent(
        new KeyboardEvent("keydown", { key: "ㅓ", code: "KeyJ", bubbles: true, cancelable: true }))""")
    expect(page.locator('.rows a[href="#DEMO-1001"]')).to_be_focused()


def test_help_lists_the_keys_and_can_switch_them_off(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1001", question="첫째")
    page = open_desk()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("다음 · 이전 문의로 이동")
    dialog.get_by_role("checkbox").uncheck()
    dialog.get_by_role("button", name="닫기").click()
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(dialog).to_have_count(0)
    expect(page.locator('.rows a[href="#DEMO-1001"]')).not_to_be_focused()


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_nothing_is_wider_than_the_window(desk: Any, open_desk: Open, page: Page, width: int) -> None:
    desk.add(
        "DEMO-1001", minutes=-2000, question="아주긴질문이" * 60, severity="production_impaired", reason="not_helped"
    )
    page.set_viewport_size({"width": width, "height": 640})
    open_desk()
    for lang in ("en", "ko"):
        page.click(f"[data-lang={lang}]")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".rows a").click()
    expect(page.locator(".case-head h2")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width < 860:
        expect(page.locator(".queue")).to_be_hidden()
        page.locator(".back").click()
        expect(page.locator(".queue")).to_be_visible()


def test_the_language_changes_everything_in_place(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1001", question="첫째")
    page = open_desk("DEMO-1001")
    page.click("[data-lang=en]")
    expect(page.get_by_role("tab").first).to_have_text("Open1")
    expect(page.locator(".lock")).to_contain_text("Nobody has this case yet")
    expect(page.locator(".case-head .severity")).to_have_text("Impaired")
    expect(page).to_have_title("(1) Desk · Firstline")

"""Logging in at the page."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def log_in(page: Page, partner: str, email: str, password: str) -> None:
    for name, text in (("partner", partner), ("email", email), ("password", password)):
        page.fill(f"#{name}", text)
    page.keyboard.press("Enter")


def test_a_wrong_password_is_said_and_what_was_typed_stays(desk: Any, url: str, page: Page, fake_api: Any) -> None:
    page.goto(f"{url}/login")
    log_in(page, "demo", fake_api.EMAIL, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("올바르지 않습니다")
    expect(page.locator("#email")).to_have_value(fake_api.EMAIL)
    expect(page.locator("#password")).to_be_focused()


def test_an_empty_field_is_asked_for_without_a_request(desk: Any, url: str, page: Page) -> None:
    page.goto(f"{url}/login")
    log_in(page, "demo", "", "x")
    expect(page.get_by_role("alert")).to_have_text("빈칸을 모두 입력해 주세요.")
    expect(page.locator("#email")).to_be_focused()
    assert desk.called("login") == []


def test_who_is_not_logged_in_gets_the_form_and_then_the_page_they_wanted(
    desk: Any, url: str, page: Page, fake_api: Any
) -> None:
    desk.add("DEMO-1001", question="메일이 안 와요")
    page.goto(f"{url}/desk#DEMO-1001")
    page.wait_for_url("**/login?next=*")
    log_in(page, "demo", fake_api.EMAIL, fake_api.PASSWORD)
    expect(page.locator(".case-head h2")).to_have_text("DEMO-1001")
    expect(page.locator(".who")).to_contain_text(fake_api.NAME)


@pytest.mark.parametrize("foreign", ["//evil.test/", "https://evil.test/", "/desk/../x", "javascript:alert(1)"])
def test_the_way_back_never_leaves_the_staff_pages(
    desk: Any, url: str, page: Page, fake_api: Any, foreign: str
) -> None:
    page.goto(f"{url}/login?next={foreign}")
    log_in(page, "demo", fake_api.EMAIL, fake_api.PASSWORD)
    page.locator(".queue").wait_for()
    assert page.url == f"{url}/desk"


def test_logging_out_ends_the_session(desk: Any, url: str, page: Page, open_desk: Any) -> None:
    open_desk()
    page.click("[data-do=logout]")
    page.wait_for_url("**/login")
    page.goto(f"{url}/desk")
    page.wait_for_url("**/login?next=*")


def test_language_and_theme_are_remembered(desk: Any, url: str, page: Page) -> None:
    page.goto(f"{url}/login")
    expect(page.get_by_role("button", name="로그인")).to_be_visible()
    page.click("[data-lang=en]")
    expect(page.get_by_role("heading")).to_have_text("Staff log-in")
    page.click("[data-do=theme]")
    page.click("[data-do=theme]")
    page.reload()
    expect(page.get_by_role("heading")).to_have_text("Staff log-in")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "en")

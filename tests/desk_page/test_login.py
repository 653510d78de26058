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


@pytest.mark.parametrize(("name", "words"), [("Entra ID", "Entra ID 계정으로 로그인"), ("", "회사 계정으로 로그인")])
def test_a_provider_is_offered_where_one_is_set_up(desk: Any, url: str, page: Page, name: str, words: str) -> None:
    desk.provider = {"name": name}
    page.goto(f"{url}/login?next=/desk%23DEMO-1")
    page.fill("#partner", "demo")
    with page.expect_request("**/api/staff/oidc/start?*") as asked:
        page.get_by_role("button", name=words, exact=True).click()
    assert asked.value.url.endswith("start?partner=demo&after=%2Fdesk%23DEMO-1")


def test_without_a_provider_the_password_is_alone(desk: Any, url: str, page: Page) -> None:
    with page.expect_response("**/api/staff/login"):
        page.goto(f"{url}/login")
    expect(page.get_by_role("button", name="로그인", exact=True)).to_be_visible()
    expect(page.locator("[data-do=oidc]")).to_be_hidden()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("oidc_state", "처음부터 다시"),
        ("oidc_refused", "비밀번호로 로그인해"),
        ("oidc_unavailable", "지금은 회사 계정으로"),
        ("oidc_token", "확인할 수 없습니다"),
        ("oidc_email", "확인되지 않았습니다"),
        ("oidc_no_account", "초대를 요청해"),
    ],
)
def test_what_a_provider_got_wrong_is_said(desk: Any, url: str, page: Page, code: str, words: str) -> None:
    page.goto(f"{url}/login?problem={code}")
    expect(page.get_by_role("alert")).to_contain_text(words)


def test_a_problem_that_is_none_is_not_said(desk: Any, url: str, page: Page) -> None:
    page.goto(f"{url}/login?problem=title")
    expect(page.get_by_label("비밀번호")).to_be_visible()
    expect(page.locator("#login-problem")).to_be_empty()


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

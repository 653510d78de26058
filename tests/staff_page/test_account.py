"""One's own account: what one sees of the page, the password, where one is logged in, the link it begins with."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from firstline.desk.permissions import Role

from .office import TOKEN

Open = Callable[..., Page]
pytestmark = pytest.mark.browser
PARTS: dict[Role, list[str]] = {
    "author": ["own"],
    "agent": ["own"],
    "lead": ["own", "insights", "training", "notices"],
    "admin": ["own", "insights", "people", "audit", "training", "charter", "notices"],
    "provider": ["own", "insights", "resellers"],
}
PAGES: dict[Role, list[str]] = {
    "author": ["authors", "staff"],
    "agent": ["desk", "staff"],
    "lead": ["desk", "staff"],
    "admin": ["desk", "authors", "staff"],
    "provider": ["staff"],
}


@pytest.mark.parametrize("role", PARTS)
def test_a_person_sees_the_parts_and_pages_they_may_use(office: Any, open_page: Open, role: Role) -> None:
    office.reset(role)
    page = open_page("people")
    shown = page.locator(".sections a:visible").evaluate_all("links => links.map(link => link.dataset.section)")
    assert shown == PARTS[role]
    assert page.locator(".pages a:visible").evaluate_all("links => links.map(a => a.dataset.to)") == PAGES[role]
    expect(page.locator("main h2").first).to_have_text("직원" if role == "admin" else "내 계정")


def test_a_password_is_changed_and_said(office: Any, open_page: Open) -> None:
    page = open_page()
    page.fill("#old-password", "old words here")
    page.fill("#new-password", "quiet river stone lamp")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("비밀번호를 바꾸고")
    assert office.calls == [("password", {"old": "old words here", "new": "quiet river stone lamp"})]
    expect(page.locator("#old-password")).to_have_value("")


@pytest.mark.parametrize(
    ("status", "code", "field", "words"),
    [
        (403, "wrong_password", "old-password", "지금 비밀번호가 올바르지"),
        (400, "password_short", "new-password", "너무 짧습니다"),
        (400, "password_common", "new-password", "추측하기 쉬운"),
        (429, "too_many", "", "여러 번 잘못"),
        (503, "unavailable", "", "서버에 문제가"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    office: Any, open_page: Open, status: int, code: str, field: str, words: str
) -> None:
    office.refusals["POST /api/staff/password"] = (status, code)
    page = open_page()
    page.fill("#old-password", "a")
    page.fill("#new-password", "b")
    page.keyboard.press("Enter")
    if field:
        expect(page.locator(f"#{field}-problem")).to_contain_text(words)
        expect(page.locator(f"#{field}")).to_be_focused()
        expect(page.locator(f"#{field}")).to_have_attribute("aria-invalid", "true")
    else:
        expect(page.locator("form > .failed")).to_contain_text(words)
    page.click(".looks [data-lang=en]")
    expect(page.locator("#old-password-problem")).not_to_contain_text("비밀번호")


def test_an_empty_field_is_asked_for_without_a_call(office: Any, open_page: Open) -> None:
    page = open_page()
    page.fill("#old-password", "a")
    page.keyboard.press("Enter")
    expect(page.locator("#new-password-problem")).to_have_text("이 칸을 입력해 주세요.")
    expect(page.locator("#new-password")).to_be_focused()
    assert office.calls == []


def test_devices_are_named_and_logged_out(office: Any, open_page: Open) -> None:
    page = open_page()
    rows = page.locator("tr[data-session]")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Edge · Windows")
    expect(rows.first).to_contain_text("지금 이 기기")
    expect(rows.first.get_by_role("button")).to_have_count(0)
    rows.nth(1).get_by_role("button").click()
    expect(rows).to_have_count(1)
    assert office.calls == [("end", [0, "s2"])]
    expect(page.locator("[data-do=end-all]")).to_be_hidden()


def test_whose_session_ended_goes_to_the_log_in_and_comes_back(office: Any, open_page: Open, page: Page) -> None:
    open_page("people")
    office.signed_in = False
    page.click('[data-section="audit"]')
    page.wait_for_url("**/login?next=%2Fstaff%23%2Faudit")


def test_an_invitation_sets_a_password_and_leads_to_the_log_in(office: Any, url: str, page: Page) -> None:
    page.goto(f"{url}/login#invitation={TOKEN}")
    page.fill("#new-password", "short")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("10자 이상")
    page.fill("#new-password", "quiet river stone lamp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/login")
    expect(page.locator("#partner")).to_have_value("demo")
    expect(page.locator("#email")).to_have_value("sora@example.test")
    expect(page.locator("#password")).to_be_focused()
    expect(page.locator("form")).to_contain_text("비밀번호를 저장했습니다")


def test_a_used_invitation_says_where_to_get_another(office: Any, url: str, page: Page) -> None:
    page.goto(f"{url}/login#invitation=used")
    page.fill("#new-password", "quiet river stone lamp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("관리자에게 새 링크를 요청해")

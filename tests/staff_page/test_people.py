"""People, audit log and resellers, as who keeps them sees them."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .office import LINK

Open = Callable[..., Page]
pytestmark = pytest.mark.browser


def act(page: Page, name: str, what: str) -> None:
    page.locator("tr[data-person]", has_text=name).locator(f"[data-do={what}]").click()


def test_a_person_is_added_and_their_link_is_shown_once(office: Any, open_page: Open) -> None:
    page = open_page("people")
    page.click("[data-do=add]")
    page.keyboard.type("sora@example.test")
    page.fill("#person-name", "이소라")
    page.get_by_label("작성자").check()
    page.keyboard.press("Enter")
    expect(page.locator("#link")).to_have_value(LINK)
    page.get_by_role("dialog").get_by_role("button", name="닫기").click()
    expect(page.locator("tr", has_text="이소라")).to_contain_text("초대함")
    assert office.calls == [("add", {"email": "sora@example.test", "name": "이소라", "roles": ["agent", "author"]})]
    assert LINK not in page.content()


def test_what_is_wrong_with_a_person_is_said_at_the_field(office: Any, open_page: Open) -> None:
    page = open_page("people")
    page.click("[data-do=add]")
    page.fill("#person-email", "sora")
    page.fill("#person-name", "이소라")
    page.get_by_label("상담원").uncheck()
    page.keyboard.press("Enter")
    expect(page.locator("#roles-problem")).to_have_text("역할을 하나 이상 골라 주세요.")
    page.get_by_label("상담원").check()
    page.locator("#person-name").press("Enter")
    expect(page.locator("#person-email-problem")).to_contain_text("이메일 주소 형식이 아닙니다")
    expect(page.locator("#person-email")).to_be_focused()
    page.fill("#person-email", "minjun@example.test")
    office.refusals["POST /api/staff/people"] = (409, "account_exists")
    page.keyboard.press("Enter")
    expect(page.locator("#person-email-problem")).to_contain_text("이미 계정이 있는 이메일")


def test_roles_are_changed_and_the_last_admin_is_kept(office: Any, open_page: Open) -> None:
    page = open_page("people")
    act(page, "박민준", "change")
    page.get_by_label("팀장").check()
    page.get_by_role("button", name="저장").click()
    expect(page.locator(".toast")).to_contain_text("박민준 님의 계정을 바꿨습니다")
    assert office.calls == [("change", {"name": "박민준", "roles": ["agent", "author", "lead"]})]
    act(page, "김서연", "change")
    office.refusals["PATCH /api/staff/people/1"] = (409, "last_admin")
    page.get_by_role("button", name="저장").click()
    expect(page.locator("#roles-problem")).to_contain_text("마지막 관리자입니다")


def test_a_person_is_disabled_after_a_yes_and_enabled_again(office: Any, open_page: Open) -> None:
    page = open_page("people")
    expect(page.locator("tr", has_text="김서연").locator("[data-do=disable]")).to_have_count(0)
    act(page, "박민준", "disable")
    page.locator("dialog [data-do=cancel]").click()
    assert office.calls == []
    act(page, "박민준", "disable")
    page.locator("dialog [data-do=disable]").click()
    expect(page.locator('tr:has-text("박민준") [data-state=disabled]')).to_be_visible()
    act(page, "박민준", "enable")
    expect(page.locator('tr:has-text("박민준") [data-state=active]')).to_be_visible()
    assert office.calls == [("change", {"disabled": True}), ("change", {"disabled": False})]


def test_a_forgotten_password_is_mended_by_a_link(office: Any, open_page: Open, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page("people")
    act(page, "박민준", "invite")
    page.locator("dialog [data-do=copy]").click()
    expect(page.locator("dialog [role=status]")).to_have_text("복사했습니다.")
    assert page.evaluate("navigator.clipboard.readText()") == LINK
    assert office.calls == [("invite", 2)]


def test_somebodys_device_is_logged_out(office: Any, open_page: Open) -> None:
    page = open_page("people")
    act(page, "박민준", "sessions")
    page.locator("dialog [data-do=end]").click()
    # The sentence stands there before as well, hidden.
    expect(page.get_by_role("dialog").get_by_text("로그인한 기기가 없습니다.")).to_be_visible()
    assert office.calls == [("end", [2, "s2"])]


def test_a_change_that_fails_is_said_and_the_list_is_true(office: Any, open_page: Open) -> None:
    office.refusals["POST /api/staff/people/2/invitation"] = (404, "no_staff")
    page = open_page("people")
    act(page, "박민준", "invite")
    expect(page.locator(".toast.bad")).to_have_text("더 이상 없는 계정입니다.")


def test_the_log_is_filtered_in_korean_days_paged_and_saved(office: Any, open_page: Open) -> None:
    page = open_page("audit")
    rows = page.locator("tr[data-action]")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("문의 넘김")
    expect(rows.first).to_contain_text("받는 사람: 박민준 · 기한 넘김: 예")
    page.click("[data-do=more]")
    expect(rows).to_have_count(6)
    page.click("[data-do=more]")
    expect(rows).to_have_count(7)
    expect(page.locator("[data-do=more]")).to_be_hidden()
    page.fill("#audit-who", "minjun@example.test")
    page.select_option("#audit-action", "case")
    page.fill("#audit-since", "2026-11-27")
    page.fill("#audit-until", "2026-11-27")
    page.get_by_role("button", name="찾기").click()
    expect(rows).to_have_count(3)
    days = {"since": "2026-11-26T15:00:00.000Z", "until": "2026-11-27T15:00:00.000Z"}
    assert office.calls[-1] == ("audit", {"who": "minjun@example.test", "action": "case"} | days)
    with page.expect_download() as download:
        page.click("[data-do=export]")
    assert download.value.suggested_filename == "audit-demo.csv"
    assert office.calls[-1] == ("export", {"who": "minjun@example.test", "action": "case"} | days)


def test_a_provider_works_at_a_reseller_and_comes_home(office: Any, url: str, open_page: Open, page: Page) -> None:
    office.reset("provider")
    open_page("resellers")
    row = page.locator('tr[data-partner="saebyeok"]')
    expect(row).to_contain_text("새벽정보")
    row.get_by_role("button").click()
    page.wait_for_url("**/desk")
    expect(page.locator(".who")).to_contain_text("saebyeok에서 대행 중")
    open_page("resellers")
    page.click("[data-do=home]")
    expect(page.locator('tr[data-partner="saebyeok"]')).to_be_visible()
    assert office.calls == [("act", {"partner": "saebyeok"}), ("act", {"partner": None})]


@pytest.mark.parametrize("part", ["people", "audit"])
def test_a_part_that_can_not_be_loaded_says_so_and_tries_again(office: Any, url: str, page: Page, part: str) -> None:
    office.refusals[f"GET /api/staff/{part}"] = (500, "internal")
    page.goto(f"{url}/staff#/{part}")
    expect(page.locator("main [role=alert]:visible")).to_contain_text("서버에 문제가")
    page.get_by_role("button", name="다시 시도").click()
    expect(page.locator("main tbody tr").first).to_be_visible()

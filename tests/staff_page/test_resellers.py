"""The provider's view: resellers side by side, and the cases they handed up, taken one by one."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def provider(office: Any, open_page: Open) -> Page:
    office.reset("provider")
    return open_page("resellers")


def test_resellers_stand_side_by_side_with_what_burns_marked(provider: Page) -> None:
    rows = provider.locator(".side-by-side tbody tr")
    expect(rows).to_have_count(2)
    first = rows.first
    for said in ("새벽정보", "가장 오래된 대기", "93 %", "58건 중 54건", "기한 경과 1건", "근무 중", "박민준"):
        expect(first).to_contain_text(said)
    expect(first.locator('td[data-level="late"]')).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("영업시간 아님")
    expect(rows.nth(1)).to_contain_text("해당 없음")
    expect(rows.nth(1)).to_contain_text("우리 지원 정책을 따름")
    provider.get_by_text("리셀러가 쓰는 우리 문서").click()
    shared = provider.locator('[data-slug="vm-quota"] td')
    expect(shared).to_have_text(["새벽정보", "노을소프트"])


def test_a_case_from_below_is_read_accepted_sent_back_and_passed_on(office: Any, provider: Page) -> None:
    card = provider.locator('[data-case="SAE-7"]')
    expect(card.locator(".due")).to_have_attribute("data-level", "late")
    card.get_by_role("button", name="SAE-7 열기").click()
    dialog = provider.get_by_role("dialog")
    expect(dialog).to_contain_text("VM이 안 켜져요. 급합니다.")
    dialog.get_by_role("button", name="담당하기").click()
    expect(provider.locator(".toast")).to_have_text("담당자로 지정되었습니다.")
    expect(card).to_contain_text("담당: seoyeon@example.test")

    card.get_by_role("button", name="SAE-7 열기").click()
    dialog.get_by_role("button", name="추가 정보 요청").click()
    dialog.get_by_role("button", name="돌려보내기").click()
    expect(dialog.get_by_role("alert")).to_have_text("리셀러에 전할 내용을 적어 주세요.")
    dialog.get_by_label("필요한 정보").fill("오류 코드")
    dialog.get_by_role("button", name="돌려보내기").click()
    expect(card).to_have_count(0)

    office.reset("provider")
    provider.reload()
    provider.click(".looks [data-lang=en]")
    provider.locator('[data-case="SAE-7"]').get_by_role("button", name="Open SAE-7").click()
    dialog.get_by_role("button", name="Microsoft, in English").click()
    expect(provider.locator(".toast")).to_have_text("Passed on; the customer has been told.")
    assert office.calls == [("pass-on", {"to": "microsoft", "language": "en"})]


def test_a_case_that_a_colleague_took_is_said_so(office: Any, provider: Page) -> None:
    office.refusals["POST /api/staff/escalations/saebyeok/SAE-7/accept"] = (409, "accepted_already")
    provider.locator('[data-case="SAE-7"]').get_by_role("button", name="SAE-7 열기").click()
    provider.get_by_role("dialog").get_by_role("button", name="담당하기").click()
    expect(provider.locator(".toast.bad")).to_have_text("다른 동료가 이미 담당하고 있습니다.")

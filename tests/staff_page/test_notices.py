"""Notices that were not delivered: why, how often, when next; tried again or given up with a reason."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_what_was_not_delivered_is_tried_again_or_given_up(office: Any, open_page: Open) -> None:
    office.reset("lead")
    page = open_page("notices")
    dead, failing = page.locator('[data-notice="n1"]'), page.locator('[data-notice="n2"]')
    for said in ("문의 접수", "DEMO-3", "n1@example.test", "550 no such box", "3", "없음"):
        expect(dead).to_contain_text(said)
    expect(failing.locator("time").last).to_have_attribute("datetime", "2026-11-28T03:00:00Z")
    expect(page.locator("main")).to_contain_text("전달 실패 1건, 발송 대기 2건, 발송 완료 40건")

    dead.get_by_role("button", name="그만 보내기").click()
    page.get_by_role("dialog").get_by_role("button", name="주소가 잘못됨").click()
    expect(dead).to_have_count(0)
    failing.get_by_role("button", name="다시 보내기").click()
    expect(page.locator(".toast")).to_have_text("1건을 곧 다시 보냅니다.")
    expect(page.locator("main")).to_contain_text("전달하지 못한 알림이 없습니다(발송 완료 40건")
    assert office.calls == [("give-up", {"id": "n1", "reason": "wrong_address"}), ("retry", {"id": "n2"})]


def test_without_a_mail_server_it_is_said_that_nobody_gets_mail(office: Any, open_page: Open) -> None:
    office.reset("lead")
    office.notices, office.notice_ways = [], {"email": False, "webhooks": 0}
    office.notice_counts = dict.fromkeys(office.notice_counts, 0)
    page = open_page("notices")
    expect(page.locator("main")).to_contain_text("메일 서버가 설정되어 있지 않아")
    expect(page.get_by_role("status").filter(has_text="아직 보낸 알림이 없습니다.")).to_be_visible()


def test_an_agent_does_not_see_them(office: Any, open_page: Open) -> None:
    office.reset("agent")
    page = open_page("notices")
    expect(page.locator('[data-section="notices"]')).to_be_hidden()
    expect(page.locator("main h2").first).to_have_text("내 계정")

"""The queue: order, words for what is due, tabs, arrivals."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def numbers(page: Page) -> list[str]:
    return page.locator(".rows .number").all_text_contents()


def test_what_is_due_first_stands_first_and_says_so_in_words(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1001", minutes=90, question="첫 번째", severity="general")
    desk.add("DEMO-1002", minutes=-24, question="두 번째", reason="complaint", language="en")
    desk.add("DEMO-1003", minutes=9, question="세 번째", severity="production_down")
    desk.add("DEMO-1004", minutes=None, question="네 번째")
    page = open_desk()
    assert numbers(page) == ["DEMO-1002", "DEMO-1003", "DEMO-1001", "DEMO-1004"]
    late, soon, later, never = (page.locator(".rows li").nth(index) for index in range(4))
    expect(late.locator(".due")).to_have_text(re.compile(r"기한 24분 지남 · .*(오전|오후) \d+:\d\d까지였음"))
    expect(late).to_contain_text("불만 접수")
    expect(late).to_contain_text("영어")
    expect(soon.locator(".due")).to_have_text(re.compile(r"임박 · 8분 남음"))
    expect(soon).to_contain_text("전체 업무 중단")
    expect(later.locator(".due")).to_have_text(re.compile(r"^1시간 (30|29)분 남음 · .*까지$"))
    expect(later).to_contain_text("담당자 없음")
    expect(never.locator(".due")).to_have_text("약속 시한 없음 · 12분째 대기")


def test_times_are_korea_times_whatever_the_browsers_zone_is(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1001", question="질문", respond_by="2031-03-09T05:30:00Z", overdue=False)
    page = open_desk()
    due = page.locator(".rows .due")
    expect(due).to_contain_text("3월 9일(일) 오후 2:30까지")
    expect(due).to_have_attribute("title", "2031년 3월 9일(일) 오후 2:30:00 (한국 시간)")


def test_a_kept_promise_is_not_shown_as_broken_after_a_release(desk: Any, open_desk: Open, fake_api: Any) -> None:
    kept = {"first_response_at": fake_api.stamp(-90), "waiting_since": fake_api.stamp(-5), "overdue": False}
    desk.add("DEMO-1001", minutes=-60, question="질문", **kept)
    expect(open_desk().locator(".rows .due")).to_have_text("약속 시한 없음 · 5분째 대기")


def test_tabs_hold_their_cases_and_counts(desk: Any, open_desk: Open, fake_api: Any) -> None:
    desk.add("DEMO-1001", question="열림")
    desk.add("DEMO-1002", question="내 것", mine=True, agent_name=fake_api.NAME, state="human", status="human")
    desk.add("DEMO-1003", question="확인 중", status="closing", state="human", agent_name="박민준")
    desk.add("DEMO-1004", question="끝", status="closed", state="closed")
    page = open_desk()
    assert page.get_by_role("tab").all_text_contents() == ["진행 중2", "내 담당1", "해결 확인1", "완료1"]
    for tab, number in (("내 담당", "DEMO-1002"), ("해결 확인", "DEMO-1003"), ("완료", "DEMO-1004")):
        page.get_by_role("tab", name=tab).click()
        expect(page.locator(".rows .number")).to_have_text([number])


def test_a_new_case_appears_by_itself_and_counts_in_the_title(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1001", minutes=30, question="먼저 온 질문")
    page = open_desk()
    expect(page).to_have_title("(1) 상담 데스크 · Firstline")
    desk.arrive("DEMO-1002", minutes=10, question="지금 온 질문")
    expect(page.locator(".rows .number")).to_have_text(["DEMO-1002", "DEMO-1001"])
    expect(page).to_have_title("(2) 상담 데스크 · Firstline", timeout=15_000)
    expect(page.locator("p.unseen[role=status]").last).to_have_text("새 대기 문의: DEMO-1002")


def test_what_arrived_while_the_line_was_down_is_there_when_it_is_back(desk: Any, open_desk: Open) -> None:
    page = open_desk()
    expect(page.locator(".panel .empty")).to_contain_text("진행 중인 문의가 없습니다")
    desk.drop_lines()
    expect(page.locator('.line[data-line="down"]')).to_contain_text("다시 연결하는 중")
    desk.add("DEMO-1001", question="그사이 온 질문")
    expect(page.locator(".rows .number")).to_have_text(["DEMO-1001"])
    expect(page.locator('.line[data-line="up"]')).to_be_visible()


def test_an_alert_is_given_only_after_it_was_switched_on(
    desk: Any, open_desk: Open, context: BrowserContext, page: Page
) -> None:
    context.grant_permissions(["notifications"])
    page.add_init_script("""
        const shown = [];
        window.Notification = class {
            static permission = "granted";
            constructor(title) { shown.push(title); document.documentElement.dataset.shown = shown.join(); }
        };
    """)
    open_desk()
    desk.arrive("DEMO-1001", question="끄고 있을 때")
    expect(page.locator(".rows li")).to_have_count(1)
    page.click("[data-do=alerts]")
    page.get_by_label("브라우저 알림 띄우기").check()
    page.get_by_role("button", name="닫기").click()
    expect(page.locator("[data-do=alerts]")).to_have_attribute("aria-pressed", "true")
    desk.arrive("DEMO-1002", question="켠 뒤")
    expect(page.locator(".rows li")).to_have_count(2)
    expect(page.locator("html")).to_have_attribute("data-shown", "새 대기 문의: DEMO-1002")


def test_a_failing_server_is_said_and_can_be_tried_again(desk: Any, open_desk: Open, page: Page) -> None:
    open_desk()
    page.route("**/api/desk/cases?*", lambda route: route.fulfill(status=503, json={"error": {"code": "x"}}))
    desk.add("DEMO-1001", question="질문")
    desk.tell("DEMO-1001", "claimed")
    expect(page.locator(".panel [role=alert]")).to_contain_text("서버에 문제가 생겨")
    page.unroute("**/api/desk/cases?*")
    page.locator(".panel").get_by_role("button", name="다시 시도").click()
    expect(page.locator(".rows .number")).to_have_text(["DEMO-1001"])


def test_every_clock_of_a_case_is_said_and_the_missed_one_stands_in_the_queue(
    desk: Any, open_desk: Open, fake_api: Any
) -> None:
    met = {"kind": "first_response", "due": fake_api.stamp(-60), "state": "met", "warning": False}
    update = {"kind": "next_update", "due": fake_api.stamp(90), "state": "running", "warning": False}
    missed = {"kind": "resolve", "due": fake_api.stamp(-10), "state": "breached", "warning": False}
    desk.add("DEMO-1001", question="질문", clocks=[missed, update, met], due=missed["due"], overdue=True)
    paused = [{**update, "state": "paused"}]
    desk.add("DEMO-1002", question="질문", clocks=paused, due=None, first_response_at=fake_api.stamp(-5))
    page = open_desk("DEMO-1001")
    first, second = (page.locator(".rows li .due").nth(at) for at in range(2))
    expect(first).to_have_text(re.compile(r"^해결 · 기한 10분 지남 · .*까지였음$"))
    expect(second).to_have_text("고객 답변을 기다리는 중 · 시한 멈춤")
    page.keyboard.press("s")
    facts = page.locator(".story .facts").first
    expect(facts).to_contain_text(re.compile(r"첫 답변\s*지킴"))
    expect(facts).to_contain_text(re.compile(r"다음 소식\s*1시간 (30|29)분 남음"))

"""Search, filters, saved views and long queues on the page."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def numbers(page: Page) -> Any:
    return page.locator(".rows .number")


def test_search_finds_by_the_customers_words_and_clearing_brings_all_back(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1001", question="회의에서 소리가 안 들려요")
    desk.add("DEMO-1002", minutes=90, question="사서함이 꽉 찼어요")
    page = open_desk()
    page.keyboard.press("/")
    expect(page.locator("#queue-search")).to_be_focused()
    page.keyboard.type("사서함")
    page.keyboard.press("Enter")
    expect(numbers(page)).to_have_text(["DEMO-1002"])
    expect(page.locator("#queue-view")).to_have_value("adhoc")
    page.locator("#queue-search").fill("없는 말")
    expect(page.locator(".panel .empty")).to_contain_text("이 조건에 맞는 문의가 없습니다")
    page.get_by_role("tab", name="진행 중").click()
    expect(numbers(page)).to_have_text(["DEMO-1001", "DEMO-1002"])


def test_filters_narrow_the_queue_by_keyboard(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1001", question="하나", reason="complaint")
    desk.add("DEMO-1002", minutes=90, question="two", language="en")
    page = open_desk()
    page.keyboard.press("f")
    expect(page.locator("#filter-status")).to_be_focused()
    page.locator("#filter-reason").select_option("complaint")
    expect(numbers(page)).to_have_text(["DEMO-1001"])
    expect(page.locator("[data-do=filter]")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-do=clear-filter]").click()
    expect(numbers(page)).to_have_text(["DEMO-1001", "DEMO-1002"])


def test_a_filter_is_saved_for_the_team_and_opens_first(desk: Any, open_desk: Open) -> None:
    desk.may_share = True
    desk.add("DEMO-1001", question="하나", reason="complaint")
    desk.add("DEMO-1002", minutes=90, question="둘")
    desk.views = [{"id": "v1", "scope": "own", "name": "쓰는 이름", "filter": {"status": ["open"]}}]
    page = open_desk()
    page.keyboard.press("f")
    page.locator("#filter-reason").select_option("complaint")
    expect(numbers(page)).to_have_text(["DEMO-1001"])
    page.locator("[data-do=save-view]").click()
    page.locator("#view-name").fill("쓰는 이름")
    page.get_by_label("팀이 함께 쓰기").check()
    page.get_by_label("데스크를 열 때 이 보기부터 보기").check()
    page.get_by_role("button", name="저장", exact=True).click()
    expect(page.locator("dialog [role=alert]")).to_contain_text("같은 이름의 보기가 있습니다")
    page.locator("#view-name").fill("불만")
    page.get_by_role("button", name="저장", exact=True).click()
    expect(page.locator("#queue-view option:checked")).to_have_text("불만 (1)")
    saved = desk.called("save_view")[-1]
    assert (saved["scope"], saved["filter"]["reason"], saved["filter"]["sort"]) == ("team", ["complaint"], "due")
    assert desk.default_view == desk.views[-1]["id"]
    page.reload()
    expect(page.locator("#queue-view option:checked")).to_have_text("불만 (1)")
    expect(numbers(page)).to_have_text(["DEMO-1001"])
    page.locator("[data-do=save-view]").click()
    page.locator("[data-do=delete-view]").click()
    expect(page.locator("#queue-view")).to_have_value("open")


def test_a_long_queue_is_loaded_in_pages(desk: Any, open_desk: Open) -> None:
    for at in range(120):
        desk.add(f"DEMO-{1000 + at}", minutes=20 + at, question=f"질문 {at}")
    page = open_desk()
    expect(page.get_by_role("tab", name="진행 중")).to_contain_text("120")
    expect(numbers(page)).to_have_count(50)
    page.locator(".rows li").last.scroll_into_view_if_needed()
    expect(numbers(page)).to_have_count(100)
    page.locator(".panel").evaluate("panel => panel.scrollTo(0, panel.scrollHeight)")
    expect(numbers(page)).to_have_count(120)
    expect(page.locator("[data-do=more]")).to_be_hidden()
    assert numbers(page).all_text_contents() == [f"DEMO-{1000 + at}" for at in range(120)]


def test_a_row_that_comes_with_the_news_finds_its_place_without_asking_for_the_list(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1001", minutes=30, question="먼저 온 질문")
    desk.add("DEMO-1002", minutes=60, question="다음 질문")
    page = open_desk()
    expect(numbers(page)).to_have_text(["DEMO-1001", "DEMO-1002"])
    asked = len(desk.asked)

    def news(number: str, **fields: Any) -> None:
        row = desk.cases[number]
        row |= fields
        desk.send({"type": "case", "kind": "changed", "number": number, "row": row})

    desk.add("DEMO-1003", minutes=45, question="지금 온 질문")
    news("DEMO-1003")
    expect(numbers(page)).to_have_text(["DEMO-1001", "DEMO-1003", "DEMO-1002"])
    news("DEMO-1002", due=desk.cases["DEMO-1001"]["opened_at"])
    expect(numbers(page)).to_have_text(["DEMO-1002", "DEMO-1001", "DEMO-1003"])
    news("DEMO-1001", status="closed", state="closed")
    expect(numbers(page)).to_have_text(["DEMO-1002", "DEMO-1003"])
    assert len(desk.asked) == asked

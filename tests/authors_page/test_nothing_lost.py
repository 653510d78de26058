"""Text an author typed survives conflicts, reloads, ended sessions and leaving."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
pytestmark = pytest.mark.browser


def colleague_saves(library: Any, body: str) -> None:
    newest = library.art("reset", "ko")
    library.save("reset", "ko", newest | {"body": body}, newest["version"], "박민준")


@pytest.fixture
def conflict(library: Any, open_page: Open) -> Page:
    page = open_page("edit/reset/ko")
    page.fill("#body-ko", "내가 쓴 글")
    colleague_saves(library, "동료가 쓴 글")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("dialog")).to_contain_text("박민준 님이")
    return page


def test_a_conflict_compares_and_keeps_mine(library: Any, conflict: Page) -> None:
    dialog = conflict.get_by_role("dialog")
    dialog.get_by_role("button", name="비교하기").click()
    expect(dialog.locator(".diff-lines del")).to_have_text("동료가 쓴 글")
    expect(dialog.locator(".diff-lines ins")).to_have_text("내가 쓴 글")
    dialog.locator('[data-do="mine"]').click()
    expect(conflict.locator(".toast")).to_contain_text("저장했습니다")
    assert [v["body"] for v in library.kept["reset", "ko"]["versions"][1:]] == ["동료가 쓴 글", "내가 쓴 글"]


def test_taking_theirs_puts_mine_aside(library: Any, conflict: Page) -> None:
    conflict.get_by_role("dialog").locator('[data-do="theirs"]').click()
    expect(conflict.locator("#body-ko")).to_have_value("동료가 쓴 글")
    conflict.reload()
    conflict.locator('[data-do="bring"]').click()
    expect(conflict.locator("#body-ko")).to_have_value("내가 쓴 글")
    conflict.keyboard.press("Control+s")
    expect(conflict.locator(".toast")).to_contain_text("저장했습니다")
    assert library.art("reset", "ko")["body"] == "내가 쓴 글"


def test_deciding_later_leaves_both_as_they_are(library: Any, conflict: Page) -> None:
    conflict.keyboard.press("Escape")
    expect(conflict.locator("#body-ko")).to_have_value("내가 쓴 글")
    assert library.art("reset", "ko")["body"] == "동료가 쓴 글"


def test_unsaved_text_survives_a_reload_and_still_meets_the_conflict(library: Any, open_page: Open) -> None:
    page = open_page("edit/reset/ko")
    page.fill("#body-ko", "저장하지 않은 글")
    page.fill("#title-ko", "저장하지 않은 제목")
    colleague_saves(library, "동료가 쓴 글")
    page.reload()
    expect(page.locator("#body-ko")).to_have_value("저장하지 않은 글")
    expect(page.locator("#title-ko")).to_have_value("저장하지 않은 제목")
    expect(page.locator(".notice-box")).to_have_count(2)
    page.keyboard.press("Control+s")
    expect(page.get_by_role("dialog")).to_contain_text("박민준 님이")


def test_discarding_brings_the_saved_text_back(library: Any, open_page: Open) -> None:
    page = open_page("edit/reset/ko")
    saved = page.locator("#body-ko").input_value()
    page.fill("#body-ko", "버릴 글")
    page.locator('.pane-actions [data-do="discard"]').click()
    page.get_by_role("dialog").locator('[data-do="discard"]').click()
    expect(page.locator("#body-ko")).to_have_value(saved)
    page.reload()
    expect(page.locator("#body-ko")).to_have_value(saved)


def test_leaving_asks_first(library: Any, open_page: Open) -> None:
    page = open_page("edit/reset/ko")
    page.fill("#body-ko", "쓰는 중")
    page.locator('[data-section="gaps"]').click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="취소").click()
    expect(page.locator("#body-ko")).to_have_value("쓰는 중")
    page.locator('[data-section="gaps"]').click()
    dialog.locator('[data-do="keep"]').click()
    expect(page.locator("main h2")).to_have_text("답하지 못한 질문")
    page.go_back()
    expect(page.locator("#body-ko")).to_have_value("쓰는 중")


def test_an_ended_session_costs_no_text(library: Any, open_page: Open) -> None:
    page = open_page("edit/reset/ko")
    page.fill("#body-ko", "세션이 끝나기 전의 글")
    library.signed_in = False
    page.keyboard.press("Control+s")
    page.wait_for_url("**/login?next=*")
    library.signed_in = True
    page = open_page("edit/reset/ko")
    expect(page.locator("#body-ko")).to_have_value("세션이 끝나기 전의 글")


def test_a_failed_save_says_so_and_works_the_second_time(library: Any, open_page: Open) -> None:
    library.failures["PUT /api/authors/articles/reset/ko"] = 503
    page = open_page("edit/reset/ko")
    page.fill("#body-ko", "다시 보낼 글")
    page.keyboard.press("Control+s")
    expect(page.locator('[data-lang-pane="ko"] .failed[role="alert"]')).to_contain_text("지금은 처리할 수 없습니다")
    page.keyboard.press("Control+s")
    expect(page.locator(".toast")).to_contain_text("저장했습니다")
    assert library.art("reset", "ko")["body"] == "다시 보낼 글"


def test_a_refused_field_is_named_and_marked(library: Any, open_page: Open) -> None:
    page = open_page("edit/reset/ko")
    page.fill("#title-ko", "")
    page.keyboard.press("Control+s")
    expect(page.locator('[data-lang-pane="ko"] .failed[role="alert"]')).to_contain_text("제목")
    expect(page.locator("#title-ko")).to_have_attribute("aria-invalid", "true")
    assert not library.calls

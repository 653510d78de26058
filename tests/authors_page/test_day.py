"""An author's day: find, edit, be warned, see what changes, publish over a lost question, go back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
pytestmark = pytest.mark.browser


def test_a_whole_day(library: Any, open_page: Open) -> None:
    library.older.add(("reset", "ko"))
    page = open_page()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator('tr[data-slug="record"] .mark.other')).to_have_text("영어 없음")
    expect(page.locator('tr[data-slug="reset"][data-lang="ko"] .mark.other')).to_have_text("영어가 더 오래됨")
    page.get_by_role("button", name="게시됨").click()
    page.select_option("#filter-lang", "ko")
    page.get_by_role("searchbox").fill("암호")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="암호 재설정하기").click()

    body = page.locator("#body-ko")
    expect(page.locator(".facts-panel")).to_have_attribute("data-level", "good")
    body.fill("설정을 엽니다.\n\n1. **암호 초기화**를 누릅니다.\n2. 90일 안에 새 암호를 정합니다.")
    expect(page.locator('[data-lang-pane="ko"] .preview .text strong')).to_have_text("암호 초기화")
    page.keyboard.press("Control+s")
    expect(page.locator(".toast")).to_contain_text("저장했습니다")
    expect(page.locator(".facts-panel")).to_have_attribute("data-level", "warn")
    expect(page.locator('.facts-panel [data-kind="duration"] td')).to_have_text(["90", "30"])
    assert library.live("reset", "ko")["number"] == 1

    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator('.effect-counts [data-verdict="lost"] strong')).to_have_text("1")
    lost = dialog.locator(".change.lost")
    expect(lost).to_contain_text("암호 재설정")
    expect(lost.locator(".passage").nth(1)).to_contain_text("답변 없음")
    go = dialog.get_by_role("button", name="지금 게시하기")
    expect(go).to_have_attribute("aria-disabled", "true")
    go.click(force=True)
    assert library.live("reset", "ko")["number"] == 1
    dialog.get_by_label("네, 답을 잃는 질문이 있어도 게시합니다").check()
    go.click()
    expect(page.locator(".toast")).to_contain_text("게시했습니다")
    assert library.live("reset", "ko")["number"] == 2

    page.locator("#tab-versions-ko").click()
    page.locator('[data-version="2"] [data-do="version_before"]').click()
    expect(page.locator(".diff-lines del").first).to_be_visible()
    page.locator('[data-version="1"] [data-do="version_restore"]').click()
    expect(page.locator(".toast")).to_contain_text("버전 1")
    page.locator("#tab-text-ko").click()
    expect(body).to_have_value(library.kept["reset", "ko"]["versions"][0]["body"])
    page.locator('[data-lang-pane="ko"] [data-do="publish"]').click()
    dialog.get_by_role("button", name="지금 게시하기").click()
    expect(page.locator(".toast")).to_contain_text("게시했습니다")
    assert library.live("reset", "ko")["number"] == 3
    assert "암호 재설정" in library.live("reset", "ko")["body"]


def test_a_loss_found_only_by_the_server_needs_the_same_yes(library: Any, open_page: Open) -> None:
    page = open_page("edit/reset/ko")
    page.locator('[data-lang-pane="ko"] [data-do="publish"]').click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".despite")).to_be_hidden()
    library.kept["reset", "ko"]["versions"].append(dict(library.kept["reset", "ko"]["versions"][0]))
    library.kept["reset", "ko"]["versions"][0]["number"] = 2
    library.kept["reset", "ko"]["versions"].pop(0)
    library.effect = lambda *_: {"changes": [{"must": True, "verdict": "lost"}]}
    try:
        dialog.get_by_role("button", name="지금 게시하기").click()
        expect(dialog.get_by_role("alert").last).to_contain_text("꼭 답해야 하는 질문")
        dialog.get_by_label("네, 답을 잃는 질문이 있어도 게시합니다").check()
        dialog.get_by_role("button", name="지금 게시하기").click()
        expect(page.locator(".toast")).to_contain_text("게시했습니다")
    finally:
        del library.effect
    assert [body["despite_lost"] for name, body in library.calls if name == "status"] == [False, True]


def test_publishing_later_is_in_korea_time(library: Any, open_page: Open) -> None:
    page = open_page("edit/reset/ko")
    page.locator('[data-lang-pane="ko"] [data-do="publish"]').click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("예약").check()
    dialog.locator("#when-time").fill("2020-01-01T09:00")
    dialog.get_by_role("button", name="게시 예약하기").click()
    expect(dialog.get_by_role("alert")).to_contain_text("지금보다 뒤의")
    dialog.locator("#when-time").fill("2099-01-01T09:00")
    dialog.get_by_role("button", name="게시 예약하기").click()
    expect(page.locator('[data-status="scheduled"]')).to_contain_text("오전 9:00")
    assert library.calls[-1][1]["at"] == "2099-01-01T00:00:00.000Z"


def test_a_new_article_gets_its_address_from_the_english_title(library: Any, open_page: Open, url: str) -> None:
    page = open_page("new")
    page.locator('[data-lang-pane="en"] [data-do="start"]').click()
    page.fill("#title-en", "Share a file!")
    expect(page.locator("#slug")).to_have_value("share-a-file")
    page.locator("#slug").fill("reset")
    page.fill("#body-en", "Choose share.")
    page.locator('[data-lang-pane="en"] [data-do="save"]').click()
    expect(page.locator("#slug-hint")).to_contain_text("이미 있는")
    page.locator("#slug").fill("share-a-file")
    page.locator('[data-lang-pane="en"] [data-do="save"]').click()
    expect(page.locator(".toast")).to_contain_text("저장했습니다")
    expect(page).to_have_url(f"{url}/authors#/edit/share-a-file")
    assert library.calls[-1][1]["expect_version"] is None
    page.reload()
    expect(page.locator("#title-en")).to_have_value("Share a file!")


def test_review_archive_and_back_are_one_press_each(library: Any, open_page: Open) -> None:
    page = open_page("edit/record/ko")
    pane = page.locator('[data-lang-pane="ko"]')
    pane.locator('[data-do="review"]').click()
    expect(pane.locator(".pane-state")).to_contain_text("검토 중")
    pane.locator('[data-do="archive"]').click()
    page.get_by_role("dialog").locator('[data-do="archive"]').click()
    expect(pane.locator(".pane-state")).to_contain_text("보관됨")
    pane.locator('[data-do="draft"]').click()
    expect(pane.locator(".pane-state")).to_contain_text("초안")


def test_archiving_over_a_lost_question_needs_a_yes_too(library: Any, open_page: Open) -> None:
    page = open_page("edit/reset/ko")
    pane = page.locator('[data-lang-pane="ko"]')
    pane.locator('[data-do="archive"]').click()
    page.get_by_role("dialog").locator('[data-do="archive"]').click()
    page.get_by_role("dialog").locator('[data-do="despite"]').click()
    expect(pane.locator(".pane-state")).to_contain_text("보관됨")
    assert [body["despite_lost"] for name, body in library.calls if name == "status"] == [False, True]


def test_details_are_saved_as_lists(library: Any, open_page: Open) -> None:
    page = open_page("edit/reset/ko")
    page.locator("#tab-finding-ko").click()
    page.fill("#must_answer-ko", "암호 재설정\n\n  새 암호  ")
    page.locator("#tab-details-ko").click()
    page.locator('[data-lang-pane="ko"] .suggest').fill("record")
    expect(page.locator("#see_also-ko")).to_have_value("record")
    page.select_option("#owner-ko", "self")
    page.keyboard.press("Control+s")
    expect(page.locator(".toast")).to_contain_text("저장했습니다")
    sent = library.calls[-1][1]["article"]
    assert sent["must_answer"] == ["암호 재설정", "새 암호"]
    assert sent["see_also"] == ["record"]
    assert sent["owner"] == "self"


def test_a_question_is_tried_with_the_unsaved_text(library: Any, open_page: Open) -> None:
    page = open_page("edit/reset/ko")
    page.fill("#body-ko", "지문으로 로그인합니다.")
    page.fill("#trial-query", "지문으로")
    page.get_by_role("button", name="물어보기").click()
    expect(page.locator(".hit")).to_have_count(1)
    expect(page.locator(".bar")).to_have_attribute("aria-label", "확신도 90%, 기준 60%")
    assert library.calls[-1][1]["article"]["slug"] == "reset"
    page.fill("#trial-query", "지문으로 결제하기 얼마")
    page.keyboard.press("Enter")
    expect(page.locator(".try-no")).to_be_visible()

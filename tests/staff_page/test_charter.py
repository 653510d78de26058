"""The support terms in the console: findings while one types, both pages, and what would be promised at a moment."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def terms(office: Any, open_page: Open) -> Page:
    office.reset("admin")
    page = open_page("charter")
    expect(page.locator("[data-page=ko]")).to_be_visible()
    return page


def test_an_error_is_named_while_one_types_and_leads_to_its_line(terms: Page) -> None:
    box = terms.get_by_label("지원 정책 파일 (YAML)")
    text = box.input_value()
    box.fill(text.replace("tz: Asia/Seoul", "tz: UTC+9", 1))
    found = terms.locator('.charter-findings [data-level="error"]', has_text="L6")
    expect(found).to_be_visible()
    expect(terms.locator(".charter-pages")).to_have_text("오류를 고치면 안내가 나타납니다.")
    found.get_by_role("button").click()
    line = box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)")
    assert "UTC+9" in line or "desk:" in line
    terms.get_by_role("button", name="처음으로 되돌리기").click()
    expect(found).to_have_count(0)
    expect(box).to_have_value(text)


def test_both_pages_say_what_would_be_promised_at_a_moment(office: Any, terms: Page) -> None:
    terms.get_by_label("이 시각에 문의하면").fill("2026-11-27T17:30")
    row = "[data-page={}] tbody tr >> nth=0"
    expect(terms.locator(row.format("ko"))).to_contain_text("2026년 11월 30일(월) 오전 9시 30분까지")
    expect(terms.locator(row.format("en"))).to_contain_text("Mon 30 Nov 2026")
    assert office.calls[-1][1]["at"] == "2026-11-27T17:30"
    box = terms.get_by_label("지원 정책 파일 (YAML)")
    box.fill(box.input_value().replace("예시클라우드", "다른클라우드"))
    expect(terms.locator("[data-page=ko] h4")).to_have_text("다른클라우드")
    expect(terms.locator("main")).to_contain_text("2026-11-01부터")


def test_the_changed_text_is_saved_as_a_file(terms: Page, tmp_path: Path) -> None:
    box = terms.get_by_label("지원 정책 파일 (YAML)")
    box.fill(box.input_value() + "\n# 바뀜\n")
    with terms.expect_download() as download:
        terms.get_by_role("button", name="파일 내려받기").click()
    download.value.save_as(tmp_path / "charter.yaml")
    assert (tmp_path / "charter.yaml").read_text("utf-8").endswith("# 바뀜\n")


def test_a_changed_text_is_published_after_a_question(office: Any, terms: Page) -> None:
    box, publish = terms.get_by_label("지원 정책 파일 (YAML)"), terms.locator("[data-do=publish]")
    expect(publish).to_be_disabled()
    expect(terms.locator(".charter-next")).to_have_text("고친 내용이 없습니다.")
    text = box.input_value()
    box.fill(text.replace("tz: Asia/Seoul", "tz: UTC+9", 1))
    expect(terms.locator(".charter-next")).to_have_text("오류를 고치면 게시할 수 있습니다.")
    expect(publish).to_be_disabled()
    mine = text.replace('version: "2026-11"', 'version: "2026-12"')
    box.fill(mine)
    expect(terms.locator(".charter-next")).to_have_text("새 버전(2026-12)을 2026-12-01부터 적용할 수 있습니다.")

    terms.locator("[data-section=people]").click()
    terms.get_by_role("dialog").locator("[data-do=keep]").click()
    terms.locator("[data-section=charter]").click()
    expect(box).to_have_value(mine)

    publish.click()
    terms.get_by_role("dialog").locator("[data-do=yes]").click()
    expect(terms.locator(".toast")).to_have_text("새 버전(2026-12)을 게시했습니다.")
    expect(publish).to_be_disabled()
    assert office.charter == mine


def test_of_two_editors_the_second_sees_what_changed_and_loses_nothing(office: Any, terms: Page) -> None:
    box, publish = terms.get_by_label("지원 정책 파일 (YAML)"), terms.locator("[data-do=publish]")
    text = box.input_value()
    office.charter = f"{text}\n# 다른 사람\n"
    box.fill(f"{text}\n# 내가 쓴 줄\n")
    publish.click()
    terms.locator("dialog [data-do=yes]").click()
    dialog = terms.locator("dialog.conflict")
    expect(dialog.locator(".del")).to_contain_text("# 다른 사람")
    expect(dialog.locator(".add")).to_contain_text("# 내가 쓴 줄")
    dialog.locator("[data-do=mine]").click()
    expect(box).to_have_value(f"{text}\n# 내가 쓴 줄\n")
    publish.click()
    terms.locator("dialog [data-do=yes]").click()
    expect(terms.locator(".toast")).to_contain_text("게시했습니다")
    assert office.charter.endswith("# 내가 쓴 줄\n")

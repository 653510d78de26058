"""An agent declares an incident in both languages and ends it; a failure is said and loses nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_an_incident_is_declared_and_ended(desk: Any, open_desk: Callable[..., Page]) -> None:
    page = open_desk()
    page.get_by_role("button", name="고객 공지").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("지금 표시되는 공지가 없습니다.")
    dialog.get_by_label("한국어 내용").fill("팀즈 점검 중입니다.")
    dialog.get_by_role("button", name="공지하기").click()
    expect(dialog.get_by_role("alert")).to_contain_text("한국어와 영어를 모두")
    dialog.get_by_label("영어 내용").fill("Teams is being repaired.")
    dialog.get_by_label("서비스").select_option("teams")
    dialog.get_by_label("표시 기간").select_option("")
    dialog.get_by_role("button", name="공지하기").click()
    expect(dialog.get_by_role("listitem")).to_contain_text("Teams is being repaired.")
    (sent,) = desk.called("declare")
    assert sent == {
        "text": {"ko": "팀즈 점검 중입니다.", "en": "Teams is being repaired."},
        "product": "teams",
        "ends_at": None,
    }
    expect(dialog.get_by_label("한국어 내용")).to_have_value("")
    dialog.get_by_role("button", name="공지 끝내기").click()
    expect(dialog).to_contain_text("지금 표시되는 공지가 없습니다.")


def test_what_was_typed_outlives_a_failure(desk: Any, open_desk: Callable[..., Page]) -> None:
    page = open_desk()
    page.get_by_role("button", name="고객 공지").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("한국어 내용").fill("점검")
    dialog.get_by_label("영어 내용").fill("Repair")
    desk.failures = [503]
    dialog.get_by_role("button", name="공지하기").click()
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    expect(dialog.get_by_label("영어 내용")).to_have_value("Repair")
    dialog.get_by_role("button", name="공지하기").click()
    expect(dialog.get_by_role("listitem")).to_contain_text("Repair")
    assert desk.called("declare")[-1]["ends_at"] is not None

"""Desk and log-in have no serious or critical accessibility violation: axe, in both languages and schemes."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
SCHEMES = ("light", "dark")


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:4]]}"
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ] == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_desk_with_a_case_and_its_dialogs(
    desk: Any, open_desk: Open, page: Page, fake_api: Any, lang: str, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    desk.role = "lead"
    desk.add("DEMO-1001", question="아웃룩이 안 열려요")
    desk.taken_by("DEMO-1001", fake_api.NAME)
    desk.say("DEMO-1001", "agent", "확인해 보겠습니다.", live=False)
    desk.cases["DEMO-1001"] |= {"customer_seen": 99, "watchers": [{"id": 2, "name": "박민준"}]}
    desk.add("DEMO-1002", question="팀즈가 느려요", minutes=-5)
    open_desk("DEMO-1001")
    page.click(f"[data-lang={lang}]")
    assert_accessible(page)
    for key in ("?", "p", "m", "g"):
        page.keyboard.press(key)
        page.get_by_role("dialog").wait_for()
        assert_accessible(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("n")
    page.keyboard.type("@")
    expect(page.locator(".completion")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_log_in(url: str, page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{url}/login")
    page.locator("form").wait_for()
    assert_accessible(page)

"""People at their browsers: a customer on the demo page, and staff signed in to their own pages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page

from firstline.core.settings import get_settings

from .conftest import PASSWORD, Live

LOCALES = {"ko": "ko-KR", "en": "en-GB"}


@pytest.fixture
def shots() -> Path:
    folder = get_settings().data_dir / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def customer_page(browser: Browser, live: Live, lang: str) -> Page:
    """Open the demo page with the chat, as a customer of that language."""
    page = new_context(browser, lang, 1280, 860).new_page()
    page.goto(f"{live.url}/?lang={lang}")
    open_chat(page)
    return page


def open_chat(page: Page) -> FrameLocator:
    page.evaluate("window.Firstline ? 0 : new Promise(done => addEventListener('firstline:ready', done))")
    page.evaluate("window.Firstline.open()")
    return page.frame_locator("iframe")


def staff_page(browser: Browser, live: Live, name: str, role: str = "agent") -> Page:
    """Sign a new member of staff in, in Korean: an agent lands on the desk, an author on the authors' page."""
    email = live.add_staff(name, role)
    page = new_context(browser, "ko", 1440, 900).new_page()
    where = "desk" if role == "agent" else "authors"
    page.goto(f"{live.url}/{where}")
    page.get_by_label("파트너").fill("demo")
    page.get_by_label("이메일").fill(email)
    page.get_by_label("비밀번호").fill(PASSWORD)
    page.get_by_role("button", name="로그인").click()
    page.wait_for_url(re.compile(rf":\d+/{where}$"))
    return page


def new_context(browser: Browser, lang: str, width: int, height: int) -> BrowserContext:
    return browser.new_context(
        viewport={"width": width, "height": height}, locale=LOCALES[lang], reduced_motion="reduce"
    )

"""The authors' page in a real browser over the fake API; one browser a module, one context a test."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from ..chromium import browser
from ..staff_pages import COOKIE, Served, broken, page, url
from ..staff_pages import context as new_context
from .fake_api import build
from .library import Library

__all__ = ["broken", "browser", "new_context", "page", "url"]
KO_BODY = "설정을 엽니다.\n\n1. **암호 재설정**을 누릅니다.\n2. 30일 안에 새 암호를 정합니다."
EN_BODY = "Open the settings.\n\n1. Choose **reset password**.\n2. Set a new password within 30 days."


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Library, str]]:
    library = Library()
    with Served(build(library)) as url:
        yield library, url


@pytest.fixture
def library(served: tuple[Library, str]) -> Library:
    """Two published languages of one article, and a Korean one without its English twin."""
    library = served[0]
    library.reset()
    library.add("reset", "ko", "암호 재설정하기", KO_BODY, must_answer=["암호 재설정"], questions=["암호를 잊었어요"])
    library.add("reset", "en", "Reset a password", EN_BODY)
    library.add("record", "ko", "회의 녹화하기", "회의에서 녹화를 누릅니다.", live=False, category="problem")
    return library


@pytest.fixture
def context(new_context: BrowserContext, url: str) -> BrowserContext:
    """A profile in which an author is signed in."""
    new_context.add_cookies([{"name": COOKIE, "value": "good", "url": url}])
    return new_context


@pytest.fixture
def open_page(library: Library, url: str, page: Page) -> Callable[..., Page]:
    """Open a part of the page and wait until its heading is there; an article until its text is."""
    page.on("dialog", lambda dialog: dialog.accept())

    def open_(part: str = "") -> Page:
        page.goto(f"{url}/authors#/{part}")
        page.locator("main h2").first.wait_for()
        if part.startswith("edit/"):
            page.locator(".pane-work").first.wait_for()
        return page

    return open_

"""The staff's own page in a real browser over the fake API; one browser a module, one context a test."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from ..chromium import browser
from ..staff_pages import COOKIE, Served, broken, page, url
from ..staff_pages import context as new_context
from .fake_api import build
from .office import Office

__all__ = ["broken", "browser", "new_context", "page", "url"]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Office, str]]:
    office = Office()
    with Served(build(office)) as url:
        yield office, url


@pytest.fixture
def office(served: tuple[Office, str]) -> Office:
    served[0].reset()
    return served[0]


@pytest.fixture
def context(new_context: BrowserContext, url: str) -> BrowserContext:
    """A profile in which somebody is signed in."""
    new_context.add_cookies([{"name": COOKIE, "value": "good", "url": url}])
    return new_context


@pytest.fixture
def open_page(office: Office, url: str, page: Page) -> Callable[..., Page]:
    """Open a part of the page and wait until what it shows is there."""

    def open_(part: str = "") -> Page:
        page.goto(f"{url}/staff#/{part}")
        page.locator("main h2").first.wait_for()
        page.locator("main .empty:visible").wait_for(state="hidden")
        return page

    return open_

"""A desk in a real browser over the fake API; one browser a module, one context a test."""

import asyncio
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from playwright.sync_api import BrowserContext, Page

from ..chromium import browser
from ..staff_pages import COOKIE, Served, broken, context, page, url
from . import fake_desk
from .fake_api import build
from .fake_desk import FakeDesk

__all__ = ["broken", "browser", "context", "page", "url"]


@pytest.fixture(scope="session")
def fake_api() -> ModuleType:
    return fake_desk


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[FakeDesk, str]]:
    desk = FakeDesk()

    async def note_loop() -> None:
        desk.loop = asyncio.get_running_loop()

    with Served(build(desk), note_loop) as url:
        yield desk, url


@pytest.fixture
def desk(served: tuple[FakeDesk, str]) -> FakeDesk:
    served[0].reset()
    return served[0]


@pytest.fixture
def open_desk(desk: FakeDesk, url: str, context: BrowserContext, page: Page) -> Callable[..., Page]:
    """Open the desk logged in, at a case if one is named, and wait until its live line is up."""

    def open_(number: str = "") -> Page:
        context.add_cookies([{"name": COOKIE, "value": "good", "url": url}])
        page.goto(f"{url}/desk#{number}")
        page.locator('.line[data-line="up"]').wait_for(state="attached")
        page.locator('.panel[aria-busy="false"]').wait_for(state="attached")
        if number:
            page.locator(".case-head h2", has_text=number).wait_for()
        return page

    return open_

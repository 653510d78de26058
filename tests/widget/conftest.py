"""One fake server and one Chromium per module; a fresh browser profile, ko or en, per test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page

from ..chromium import browser
from .fake_routes import running

__all__ = ["browser"]


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with running() as fake:
        yield fake


@pytest.fixture
def fake(server: Any) -> Any:
    server.drop_sockets()
    server.reset()
    return server


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="ko-KR", viewport={"width": 1100, "height": 800})
    context.set_default_timeout(8000)
    yield context
    context.close()


class Chat:
    """The demo page with the chat, as a customer uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frame: FrameLocator = page.frame_locator("firstline-chat iframe")
        self.launcher = page.locator("firstline-chat button")
        self.box = self.frame.locator("textarea")
        self.log = self.frame.get_by_role("log")
        self.own = self.frame.locator(".message.customer")
        self.bot = self.frame.locator(".message.bot")
        self.banner = self.frame.locator(".banner")
        self.notice = self.frame.get_by_role("alert")

    def open(self) -> "Chat":
        self.launcher.click()
        self.bot.first.wait_for()
        return self

    def live(self, fake: Any) -> "Chat":
        """Waits until the socket is up on both sides: what the server says over it has reached the page."""
        typing = self.frame.locator(".typing .dots")
        while not fake.talk.sockets:
            self.page.wait_for_timeout(10)
        fake.push({"type": "typing", "author": "bot", "on": True})
        typing.wait_for()
        fake.push({"type": "typing", "author": "bot", "on": False})
        typing.wait_for(state="detached")
        return self

    def send(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")


@pytest.fixture
def visit(context: BrowserContext, fake: Any) -> Iterator[Callable[..., Chat]]:
    """visit(lang) opens the demo page in a new tab; a script error or a CSP report on any page fails the test."""
    problems: list[str] = []

    def go(lang: str = "ko") -> Chat:
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console", lambda entry: problems.append(entry.text) if "Content Security Policy" in entry.text else None
        )
        page.goto(f"{fake.url}/?lang={lang}")
        return Chat(page)

    yield go
    assert problems == []


@pytest.fixture
def chat(visit: Callable[..., Chat]) -> Chat:
    """The opened chat in Korean, greeted."""
    return visit().open()

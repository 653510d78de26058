"""The authors' page in a real browser over the fake API; one browser a module, one context a test."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
KO_BODY = "설정을 엽니다.\n\n1. **암호 재설정**을 누릅니다.\n2. 30일 안에 새 암호를 정합니다."
EN_BODY = "Open the settings.\n\n1. Choose **reset password**.\n2. Set a new password within 30 days."


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"authors_page_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Any, str]]:
    books, fake = _load("library"), _load("fake_api")
    library = books.Library()
    with fake.Served(fake.build(library, books.Refused, books.ME)) as url:
        yield library, url


# A browser that outlived its module would hold the event loop that asyncio tests need.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def library(served: tuple[Any, str]) -> Any:
    """Two published languages of one article, and a Korean one without its English twin."""
    library = served[0]
    library.reset()
    library.add("reset", "ko", "암호 재설정하기", KO_BODY, must_answer=["암호 재설정"], questions=["암호를 잊었어요"])
    library.add("reset", "en", "Reset a password", EN_BODY)
    library.add("record", "ko", "회의 녹화하기", "회의에서 녹화를 누릅니다.", live=False, category="problem")
    return library


@pytest.fixture
def url(served: tuple[Any, str]) -> str:
    return served[1]


@pytest.fixture
def context(browser: Browser, url: str) -> Iterator[BrowserContext]:
    size = {"width": 1440, "height": 900}
    context = browser.new_context(locale="ko-KR", timezone_id="America/New_York", viewport=size)  # type: ignore[arg-type]
    context.add_cookies([{"name": "firstline_staff", "value": "good", "url": url}])
    yield context
    context.close()


@pytest.fixture
def broken() -> list[str]:
    """What the page itself got wrong and what the content policy stopped."""
    return []


@pytest.fixture
def page(context: BrowserContext, broken: list[str]) -> Iterator[Page]:
    """A page that fails its test when the page itself breaks or the content policy stops something."""
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda m: broken.append(m.text) if "Content Security Policy" in m.text else None)
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    assert not broken


@pytest.fixture
def open_page(library: Any, url: str, page: Page) -> Callable[..., Page]:
    """Open a part of the page and wait until its heading is there; an article until its text is."""

    def open_(part: str = "") -> Page:
        page.goto(f"{url}/authors#/{part}")
        page.locator("main h2").first.wait_for()
        if part.startswith("edit/"):
            page.locator(".pane-work").first.wait_for()
        return page

    return open_

"""A desk in a real browser over the fake API; one browser a module, one context a test."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"desk_page_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def fake_api() -> Any:
    return _load("fake_api")


@pytest.fixture(scope="module")
def served(fake_api: Any) -> Iterator[tuple[Any, str]]:
    desk = fake_api.FakeDesk()
    with fake_api.Served(desk) as url:
        yield desk, url


# A browser that outlived its module would hold the event loop that asyncio tests need.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def desk(served: tuple[Any, str]) -> Any:
    served[0].reset()
    return served[0]


@pytest.fixture
def url(served: tuple[Any, str]) -> str:
    return served[1]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        locale="ko-KR", timezone_id="America/New_York", viewport={"width": 1280, "height": 800}
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test when the page itself breaks or the content policy stops something."""
    page = context.new_page()
    page.set_default_timeout(15_000)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda m: broken.append(m.text) if "Content Security Policy" in m.text else None)
    yield page
    assert not broken


@pytest.fixture
def open_desk(desk: Any, url: str, context: BrowserContext, page: Page) -> Callable[..., Page]:
    """Open the desk logged in, at a case if one is named, and wait until its live line is up."""

    def open_(number: str = "") -> Page:
        context.add_cookies([{"name": "firstline_staff", "value": "good", "url": url}])
        page.goto(f"{url}/desk#{number}")
        page.locator('.line[data-line="up"]').wait_for(state="attached")
        page.locator('.panel[aria-busy="false"]').wait_for(state="attached")
        if number:
            page.locator(".case-head h2", has_text=number).wait_for()
        return page

    return open_

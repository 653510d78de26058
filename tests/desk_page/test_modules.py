"""Every module that a staff page starts with is named in its shell, and loaded once."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_the_shell_names_every_module_that_the_page_starts_with(desk: Any, open_desk: Open, page: Page) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url) if request.url.endswith(".js") else None)
    open_desk()
    named = page.locator("link[rel=modulepreload], script[src]").evaluate_all(
        "nodes => nodes.map(n => n.href || n.src)"
    )
    assert len(named) > 20
    assert sorted(loaded) == sorted(named), "a module is missing, or is not needed at the start"

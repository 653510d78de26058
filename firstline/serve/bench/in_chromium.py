"""A page of staff's in a real Chromium, opened again and again."""

import asyncio
import os
import shutil

from firstline.core.errors import Unavailable

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
_TIMEOUT_SECONDS = 300
_WINDOW_SECONDS = 2.0
"""A fresh profile has a window of its own, whose address bar loads some four hundred files before it rests."""


def chromium() -> str | None:
    """Return where a Chromium is, from ``CHROMIUM`` or the path; ``None`` without one."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


async def open_often(address: str, token: str, program: str, watch: str, times: int) -> tuple[list[float], list[float]]:
    """Open ``address`` ``times`` times, each in a fresh profile whose window stands; return two lists of seconds.

    ``watch`` is a script that sets ``window.measured`` to a promise of two moments, in milliseconds since navigation.
    One more goes before them and does not count: with its first page a Chromium still starts itself.
    Raises ``Unavailable`` without the package ``playwright``.
    """
    try:
        from playwright.async_api import async_playwright
    except ImportError as error:
        raise Unavailable("Measuring the page needs the package playwright; run `make setup`.") from error
    seen: list[tuple[float, float]] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=_FLAGS)
        for _ in range(times + 1):
            context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="ko-KR")
            await context.add_cookies([{"name": "firstline_staff", "value": token, "url": address}])
            await context.add_init_script(watch)
            page = await context.new_page()
            await asyncio.sleep(_WINDOW_SECONDS)
            await page.goto(address)
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                earlier, later = await page.evaluate("window.measured")
            seen.append((earlier / 1000, later / 1000))
            await context.close()
        await browser.close()
    return [earlier for earlier, _ in seen[1:]], [later for _, later in seen[1:]]

"""The desk in a real Chromium, from navigation to its first row and to the whole page."""

import asyncio
import os
import shutil

from firstline.core.errors import Unavailable

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
_TIMEOUT_SECONDS = 300
# When the first row stands in the page, and when the last one that the first page of the queue has does.
_WATCH = """
window.measured = new Promise((resolve) => {
  let first = 0;
  new MutationObserver((_, observer) => {
    const rows = document.querySelectorAll('.rows li').length;
    if (rows) first ||= performance.now();
    if (rows < 50 || !document.querySelector('.tabs .count')?.textContent) return;
    observer.disconnect();
    resolve([first, performance.now()]);
  }).observe(document, { childList: true, subtree: true });
});
"""


def chromium() -> str | None:
    """Return where a Chromium is, from ``CHROMIUM`` or the path; ``None`` without one."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


async def open_page(url: str, token: str, program: str, times: int) -> tuple[list[float], list[float]]:
    """Open the desk ``times`` times, each in a fresh profile; return seconds to the first row and to the whole page.

    One more goes before them and does not count: with its first page a Chromium still starts itself.
    Raises ``Unavailable`` without the package ``playwright``.
    """
    try:
        from playwright.async_api import async_playwright
    except ImportError as error:
        raise Unavailable("Measuring the page needs the package playwright; run `make setup`.") from error
    first: list[float] = []
    whole: list[float] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=_FLAGS)
        for number in range(times + 1):
            context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="ko-KR")
            await context.add_cookies([{"name": "firstline_staff", "value": token, "url": url}])
            await context.add_init_script(_WATCH)
            page = await context.new_page()
            await page.goto(f"{url}/desk")
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                times_ms = await page.evaluate("window.measured")
            if number:
                first.append(times_ms[0] / 1000)
                whole.append(times_ms[1] / 1000)
            await context.close()
            await asyncio.sleep(0.2)
        await browser.close()
    return first, whole

"""The page of insights in a real Chromium, from navigation to its figures and to the gaps under them."""

import asyncio

from firstline.core.errors import Unavailable

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
_TIMEOUT_SECONDS = 300
_WATCH = """
window.measured = new Promise((resolve) => {
  let figures = 0;
  new MutationObserver((_, observer) => {
    if (document.querySelector('.insights[data-ready] svg')) figures ||= performance.now();
    if (!figures || !document.querySelector('.insights [data-gaps]')) return;
    observer.disconnect();
    requestAnimationFrame(() => resolve([figures, performance.now()]));
  }).observe(document, { childList: true, subtree: true, attributes: true });
});
"""


async def open_page(url: str, token: str, program: str, address: str, times: int) -> tuple[list[float], list[float]]:
    """Open ``address`` of the app at ``url`` so often, each time in a fresh profile.

    Returns seconds to the figures with their plots, and to the gaps. One more goes before them and does not count:
    with its first page a Chromium still starts itself. Raises ``Unavailable`` without the package ``playwright``.
    """
    try:
        from playwright.async_api import async_playwright
    except ImportError as error:
        raise Unavailable("Measuring the page needs the package playwright; run `make setup`.") from error
    figures: list[float] = []
    gaps: list[float] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=_FLAGS)
        for number in range(times + 1):
            context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="ko-KR")
            await context.add_cookies([{"name": "firstline_staff", "value": token, "url": url}])
            await context.add_init_script(_WATCH)
            page = await context.new_page()
            await page.goto(f"{url}{address}")
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                times_ms = await page.evaluate("window.measured")
            if number:
                figures.append(times_ms[0] / 1000)
                gaps.append(times_ms[1] / 1000)
            await context.close()
        await browser.close()
    return figures, gaps

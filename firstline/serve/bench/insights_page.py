"""The page of insights in a real Chromium, from navigation to its figures and to the gaps under them."""

from firstline.serve.bench.in_chromium import open_often

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


async def open_insights(address: str, token: str, program: str, times: int) -> tuple[list[float], list[float]]:
    """Open the page at ``address`` so often; return seconds to the figures with their plots, and to the gaps."""
    return await open_often(address, token, program, _WATCH, times)

"""The desk in a real Chromium, from navigation to its first row and to the whole page."""

from firstline.serve.bench.in_chromium import open_often

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


async def open_desk(url: str, token: str, program: str, times: int) -> tuple[list[float], list[float]]:
    """Open the desk of the app at ``url`` so often; return seconds to the first row and to the whole page."""
    return await open_often(f"{url}/desk", token, program, _WATCH, times)

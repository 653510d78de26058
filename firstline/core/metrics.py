"""Every figure that ``GET /metrics`` shows, declared once; docs/observing.md lists them.

Counters and histograms are of this process. Gauges of cases, promises and the outbox are read from the database when
they are asked for, so every app shows the same: take the largest, not the sum.
"""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from prometheus_client import Counter, Gauge, Histogram

from firstline.core.tracing import span

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

HTTP_SECONDS = Histogram(
    "firstline_http_request_seconds", "Time to answer an HTTP request.", ["method", "route", "status"], buckets=_SECONDS
)
TURNS = Counter(
    "firstline_turns",
    "Customers' messages, by who took them: the bot, the desk, or nobody because they were taken before.",
    ["partner", "lang", "taken_by"],
)
STAGE_SECONDS = Histogram(
    "firstline_stage_seconds",
    "Time of one stage: turn (the whole), order, accept, understand, bot, keep, search, action.",
    ["stage"],
    buckets=_SECONDS,
)
BOT_TURNS_OPEN = Gauge("firstline_bot_turns_open", "Messages that the bot has or that wait for it.")
BOT_PAUSED = Gauge("firstline_bot_paused", "1 while messages are kept from the bot because it failed too often.")
BOT_PAUSES = Counter("firstline_bot_pauses", "How often the bot failed so often that it was left alone.")
ANSWERS = Counter(
    "firstline_answers",
    "What became of questions to the articles: answered, or none.",
    ["partner", "lang", "result"],
)
FALLBACKS = Counter(
    "firstline_fallbacks",
    "Turns that the bot did not take: failed (away, too slow, broken), paused or busy.",
    ["partner", "reason"],
)
HANDOVERS = Counter("firstline_handovers", "Conversations handed over to a person.", ["partner", "reason"])
PROMISE_EVENTS = Counter(
    "firstline_promise_events", "Promised times that were warned of or breached.", ["partner", "kind", "event"]
)
OUTBOX_ATTEMPTS = Counter(
    "firstline_outbox_attempts",
    "Attempts to deliver a notice: sent, failed or dead.",
    ["channel", "result"],
)
LIVE_LINES = Gauge("firstline_live_lines", "Open WebSockets, by side: chat or desk.", ["side"])
ERRORS = Counter("firstline_errors", "Requests that ended in a fault of ours.", ["code"])

CASES_OPEN = Gauge("firstline_cases_open", "Cases that are not closed.", ["partner"])
CASES_WAITING = Gauge("firstline_cases_waiting", "Cases in the queue.", ["partner"])
LONGEST_WAIT_SECONDS = Gauge("firstline_longest_wait_seconds", "Longest wait in the queue now.", ["partner"])
PROMISES_OPEN = Gauge("firstline_promises_open", "Promised times still to keep.", ["partner", "kind"])
PROMISES_OVERDUE = Gauge("firstline_promises_overdue", "Promised times that passed unkept.", ["partner", "kind"])
OUTBOX_NOTICES = Gauge("firstline_outbox_notices", "Notices that are pending or dead.", ["channel", "state"])
OUTBOX_OLDEST_SECONDS = Gauge("firstline_outbox_oldest_seconds", "Age of the oldest notice that is due and pending.")
DATABASE_UP = Gauge("firstline_database_up", "1 while the database answers; without it the gauges above are missing.")
BOT_UP = Gauge("firstline_bot_up", "1 while the bot answers.")

FROM_DATABASE = (
    CASES_OPEN, CASES_WAITING, LONGEST_WAIT_SECONDS, PROMISES_OPEN, PROMISES_OVERDUE, OUTBOX_NOTICES,
)  # fmt: skip
"""Gauges with labels that are cleared before each look, so that what is no longer there is not shown."""


@contextmanager
def stage(name: str, **attributes: str | int) -> Iterator[None]:
    """Time the block as one stage, and show it in the trace where there is one."""
    began = time.perf_counter()
    with span(name, **attributes):
        try:
            yield
        finally:
            STAGE_SECONDS.labels(name).observe(time.perf_counter() - began)


@asynccontextmanager
async def counted(side: str) -> AsyncIterator[None]:
    """Count the block as one open WebSocket of that side."""
    with LIVE_LINES.labels(side).track_inprogress():
        yield

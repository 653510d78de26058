"""How often somebody may ask, counted in one process."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from firstline.chat.limiter import Limiter, OwnCounts
from firstline.core.errors import TooMany


@settings(max_examples=200, deadline=None)
@given(limit=st.integers(1, 5), hits=st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 6)), max_size=30))
async def test_counts_as_the_library_does(limit: int, hits: list[tuple[str, int]]) -> None:
    item = RateLimitItemPerMinute(limit)
    ours, theirs = MovingWindowRateLimiter(OwnCounts()), MovingWindowRateLimiter(MemoryStorage())
    for key, cost in hits:
        assert await ours.hit(item, key, cost=cost) == await theirs.hit(item, key, cost=cost)
        for other in "ab":
            assert await ours.test(item, other) == await theirs.test(item, other)
            left = [(await limiter.get_window_stats(item, other)).remaining for limiter in (ours, theirs)]
            assert left[0] == left[1]


async def test_who_waited_may_ask_again() -> None:
    limiter, item = Limiter(), RateLimitItemPerSecond(2)
    for _ in range(2):
        await limiter.hit(item, "send", "a")
    with pytest.raises(TooMany) as refused:
        await limiter.hit(item, "send", "a")
    assert refused.value.retry_after == 1
    await limiter.hit(item, "send", "b")
    await asyncio.sleep(1.1)
    await limiter.hit(item, "send", "a")


async def test_who_asks_no_more_is_forgotten() -> None:
    counts = OwnCounts()
    limiter, item = MovingWindowRateLimiter(counts), RateLimitItemPerSecond(1)
    for number in range(50):
        await limiter.hit(item, str(number))
    await asyncio.sleep(1.1)
    counts.sweep()
    assert not counts.events

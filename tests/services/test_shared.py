"""Several processes on one Redis: events reach all, turns come one after the other, and Redis may go away."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from limits import RateLimitItemPerMinute
from redis.asyncio import Redis

from firstline.chat.limiter import Limiter
from firstline.core.errors import TooMany
from firstline.core.shared_hub import SharedHub
from firstline.core.shared_locks import SharedLocks

pytestmark = pytest.mark.services


@asynccontextmanager
async def running(*urls: str) -> AsyncIterator[list[SharedHub]]:
    """Hubs as several processes have them, connected."""
    hubs = [SharedHub(url) for url in urls]
    async with asyncio.timeout(30):
        tasks = [asyncio.create_task(hub.run()) for hub in hubs]
        await asyncio.gather(*(hub.connected.wait() for hub in hubs))
        try:
            yield hubs
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(*(hub.close() for hub in hubs))


async def test_an_event_reaches_every_process_once_and_in_order(redis_url: str) -> None:
    topic = f"conversation:{uuid.uuid4().hex}"
    async with running(redis_url, redis_url, redis_url) as (one, two, three), AsyncExitStack() as stack:
        queues = [await stack.enter_async_context(hub.subscribe(topic)) for hub in (one, two, three)]
        for number in range(200):
            one.publish(topic, {"type": "message", "number": number})
        one.publish("conversation:of-nobody", {"type": "message", "number": -1})
        for queue in queues:
            assert [(await queue.get())["number"] for _ in range(200)] == list(range(200))
        two.publish(topic, {"type": "typing", "name": "김서연"})
        for queue in queues:
            assert await queue.get() == {"type": "typing", "name": "김서연"}
            assert queue.empty()


async def test_what_is_delivered_stays_in_the_process(redis_url: str) -> None:
    topic = f"conversation:{uuid.uuid4().hex}"
    async with running(redis_url, redis_url) as (one, two), one.subscribe(topic) as here, two.subscribe(topic) as there:
        one.deliver(topic, {"type": "queue"})
        one.publish(topic, {"type": "message"})
        assert (await here.get())["type"] == "queue"
        assert (await there.get())["type"] == "message"


async def test_a_lost_line_serves_here_and_makes_everybody_read_anew(redis_url: str, line: Any) -> None:
    topic = f"desk:{uuid.uuid4().hex}"
    async with running(line.url, redis_url) as (cut_off, other):
        async with cut_off.subscribe(topic) as here, other.subscribe(topic) as there:
            await line.cut()
            cut_off.publish(topic, {"type": "message"})
            assert await here.get() == {"type": "message"}
            await line.mend()
            assert await here.get() == {"type": "overflow"}
            assert await there.get() == {"type": "overflow"}
            await cut_off.connected.wait()
        async with other.subscribe(topic) as there:
            cut_off.publish(topic, {"type": "message"})
            assert await there.get() == {"type": "message"}


class Turns:
    """Turns of one conversation, and the order in which they had it."""

    def __init__(self) -> None:
        """Start a conversation."""
        self.key, self.order, self._inside = uuid.uuid4().hex, list[int](), 0

    async def take(self, locks: SharedLocks, number: int) -> None:
        """Have a turn in the process of ``locks``."""
        async with locks.hold(self.key):
            self._inside += 1
            assert self._inside == 1
            await asyncio.sleep(0.005)
            self.order.append(number)
            self._inside -= 1


async def test_turns_of_one_conversation_come_in_the_order_they_were_asked_for(redis_url: str) -> None:
    processes, turns = [SharedLocks(redis_url) for _ in range(3)], Turns()
    queue, key = f"firstline:turn:{turns.key}", turns.key
    async with asyncio.timeout(30), Redis.from_url(redis_url) as server:
        async with processes[0].hold(key):
            tasks = []
            for number in range(12):
                tasks.append(asyncio.create_task(turns.take(processes[number % 3], number)))
                while await server.zcard(queue) < number + 2:  # noqa: ASYNC110 - Redis has no event for it
                    await asyncio.sleep(0.005)
        await asyncio.gather(*tasks)
        async with processes[1].hold(key), processes[2].hold(uuid.uuid4().hex):
            pass
    assert turns.order == list(range(12))
    for process in processes:
        await process.close()


async def test_turns_that_one_process_asks_for_at_once_keep_their_order(redis_url: str) -> None:
    locks, turns = SharedLocks(redis_url), Turns()
    async with asyncio.timeout(30):
        tasks = [asyncio.create_task(turns.take(locks, number)) for number in range(40)]
        await asyncio.sleep(0)
        tasks[7].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert turns.order == [number for number in range(40) if number != 7]
    assert locks._last_in_line == {}
    await locks.close()


async def test_a_process_that_died_lets_go(redis_url: str) -> None:
    dead, living = SharedLocks(redis_url), SharedLocks(redis_url)
    key = uuid.uuid4().hex
    assert await dead._asked(key, "a turn that never ends")
    async with asyncio.timeout(30), living.hold(key):
        pass
    await dead.close()
    await living.close()


async def test_a_turn_that_is_cancelled_while_it_waits_blocks_nobody(redis_url: str) -> None:
    locks, other = SharedLocks(redis_url), SharedLocks(redis_url)
    key = uuid.uuid4().hex
    entered = asyncio.Event()

    async def wait() -> None:
        async with other.hold(key):
            entered.set()

    async with asyncio.timeout(5):
        async with locks.hold(key):
            waiting = asyncio.create_task(wait())
            await asyncio.sleep(0.1)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        async with other.hold(key):
            assert not entered.is_set()
    await locks.close()
    await other.close()


async def test_a_cancellation_that_comes_with_the_answer_of_redis_is_heeded(redis_url: str) -> None:
    locks, other = SharedLocks(redis_url), SharedLocks(redis_url)
    key = uuid.uuid4().hex

    async def wait() -> None:
        async with other.hold(key):
            raise AssertionError("somebody else holds it")

    async with locks.hold(key):
        for number in range(600):
            waiting = asyncio.create_task(wait())
            await asyncio.sleep(number % 40 / 10_000)
            waiting.cancel()
            done, _ = await asyncio.wait([waiting], timeout=5)
            assert done and waiting.cancelled(), f"the turn cancelled in round {number} goes on waiting"
    await locks.close()
    await other.close()


async def test_without_redis_the_turn_is_held_in_the_process(line: Any) -> None:
    locks, turns = SharedLocks(line.url), Turns()
    await line.cut()
    async with asyncio.timeout(30):
        await asyncio.gather(*(turns.take(locks, number) for number in range(3)))
    assert turns.order == [0, 1, 2]
    await locks.close()


async def test_who_listens_before_redis_is_there_reads_anew_once_it_is(redis_url: str, line: Any) -> None:
    topic = f"desk:{uuid.uuid4().hex}"
    await line.cut()
    late = SharedHub(line.url)
    task = asyncio.create_task(late.run())
    async with running(redis_url) as (other,), late.subscribe(topic) as here, other.subscribe(topic) as there:
        other.publish(topic, {"type": "message"})
        assert (await there.get())["type"] == "message"
        await line.mend()
        assert await here.get() == {"type": "overflow"}
        assert there.empty(), "nothing of the late one was missed"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await late.close()


async def test_limits_count_in_all_processes_and_without_redis_in_each(redis_url: str, line: Any) -> None:
    one, two = Limiter(redis_url), Limiter(line.url)
    twice, who = RateLimitItemPerMinute(2), uuid.uuid4().hex
    await one.hit(twice, "send", who)
    await two.hit(twice, "send", who)
    for limiter in (one, two):
        with pytest.raises(TooMany) as refused:
            await limiter.hit(twice, "send", who)
        assert 1 <= (refused.value.retry_after or 0) <= 60
    await line.cut()
    await two.hit(twice, "send", who)
    await two.hit(twice, "send", who)
    with pytest.raises(TooMany):
        await two.hit(twice, "send", who)
    await asyncio.gather(one.close(), two.close())

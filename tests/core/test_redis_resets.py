"""A Redis whose lines break as soon as they stand: on uvloop some break between a check and a write."""

import socket
import struct
import threading
from collections.abc import Iterator

import pytest
import uvloop
from limits import RateLimitItemPerMinute

from firstline.chat.limiter import Limiter
from firstline.core.shared_locks import SharedLocks

TIMES = 300


@pytest.fixture
def resetting() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def reset() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                # Closed with a reset, not in good order.
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                line.close()

        thread = threading.Thread(target=reset)
        thread.start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_limits_count_here(resetting: str) -> None:
    async def ask() -> None:
        limiter = Limiter(resetting)
        for number in range(TIMES):
            await limiter.hit(RateLimitItemPerMinute(1), "send", str(number))
        await limiter.close()

    uvloop.run(ask())


def test_locks_hold_here(resetting: str) -> None:
    async def ask() -> int:
        locks, held = SharedLocks(resetting), 0
        for _ in range(TIMES):
            async with locks.hold("one"):
                held += 1
        await locks.close()
        return held

    assert uvloop.run(ask()) == TIMES

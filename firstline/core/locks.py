"""Locks: one per key inside a process, and files that processes hold against each other."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


class KeyedLocks:
    """Keep what belongs to one key in order; waiters get the lock in the order they came.

    A lock is made when asked for and dropped when nobody holds or waits for it.
    """

    def __init__(self) -> None:
        """Start with no key held."""
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncIterator[None]:
        """Hold the lock of ``key`` until the block ends."""
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[key]
            if users == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, users - 1)

    async def close(self) -> None:
        """Close what the locks need; inside one process that is nothing."""


@asynccontextmanager
async def file_lock(path: Path) -> AsyncIterator[None]:
    """Hold the file ``path`` against every other process and task until the block ends; its folder is made.

    The system lets go of it when the process dies.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        taken = False
        while not taken:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                taken = True
            except BlockingIOError:
                # Asked again rather than waited for in a thread: a wait that is cancelled must not take it later.
                await asyncio.sleep(0.02)
        yield

"""Work in threads: one that a process needn't wait for when it ends, one beside the caller's."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")
Other = TypeVar("Other")
_beside = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="beside")


async def in_daemon_thread(function: Callable[[], Result]) -> Result:
    """Run ``function`` in a thread of its own and return what it returns; it dies with the process, half-way or not."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: Exception | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, failure = None, None
        try:
            result = function()
        except Exception as error:
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop may be closed by now
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, daemon=True).start()
    return await done


def side_by_side(first: Callable[[], Result], second: Callable[[], Other]) -> tuple[Result, Other]:
    """Call both, the second in another thread, and return what they return; neither may do the same inside."""
    other = _beside.submit(second)
    try:
        return first(), other.result()
    finally:
        other.exception()  # Nothing goes on behind the caller's back, also where the first one failed.

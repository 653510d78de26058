"""A process that is killed without warning and started again, as whoever keeps it would."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from firstline.core.errors import Unavailable

_ASK_SECONDS = 0.1
_PATIENCE_SECONDS = 300.0
_GRACE_SECONDS = 25.0


class Part(Protocol):
    """One part of the stack that can die. ``kind`` is ``app``, ``bot``, ``database`` or ``redis``."""

    name: str
    kind: str

    def kill(self) -> None:
        """End it as kill -9 does."""
        ...

    async def start(self) -> None:
        """Start it."""
        ...

    async def wait(self) -> None:
        """Wait until it does its work; raises ``Unavailable`` after five minutes."""
        ...


class Child:
    """A part that is our own child process."""

    def __init__(
        self,
        kind: str,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        ready: Callable[[], Awaitable[bool]],
        cwd: Path | None = None,
    ) -> None:
        """Prepare ``command``; ``ready`` says whether it does its work."""
        self.kind, self.name = kind, name
        self._command, self._environment, self._cwd = list(command), dict(environment), cwd
        self._log, self._ready = log, ready
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of the one that was started last."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it; it is not waited for."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own programs; it does not wait
                self._command, env=self._environment, cwd=self._cwd, stdout=log, stderr=log, start_new_session=True
            )

    async def wait(self) -> None:
        """Wait until it is ready; one that ends by itself meanwhile, as its database was away, is started again."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not await self._ready():
            if time.monotonic() > end:
                raise Unavailable(f"{self.name} did not come back.\n{self.tail()}")
            if self._process is None or self._process.poll() is not None:
                await asyncio.sleep(0.5)
                await self.start()
            await asyncio.sleep(_ASK_SECONDS)

    def kill(self) -> None:
        """End it at once; a database's own processes too, while an app's bot has to find out by itself."""
        for pid in [self.pid, *(children_of(self.pid) if self.kind == "database" else [])]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    async def stop(self) -> None:
        """Ask it to end; kill it after a while."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            await asyncio.to_thread(self._process.wait, _GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def tail(self) -> str:
        """Return the end of what it logged."""
        return self._log.read_text("utf-8", errors="replace")[-2000:] if self._log.exists() else ""


class AppsBot:
    """The bot that an app keeps itself: killed from outside, started again by the app."""

    def __init__(self, app: Child, ready: Callable[[], Awaitable[bool]]) -> None:
        """Stand for the bot of ``app``; ``ready`` says whether it answers."""
        self.kind, self.name = "bot", "bot"
        self._app, self._ready = app, ready

    def kill(self) -> None:
        """Kill it where there is one now."""
        for pid in children_of(self._app.pid):
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                if b"firstline_bot" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)

    async def start(self) -> None:
        """Nothing: that is the app's work."""

    async def wait(self) -> None:
        """Wait until the app has it back; raises ``Unavailable`` after five minutes."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not await self._ready():
            if time.monotonic() > end:
                raise Unavailable(f"The app did not start its bot again.\n{self._app.tail()}")
            await asyncio.sleep(_ASK_SECONDS)


def children_of(pid: int) -> list[int]:
    """Return the process ids of a process's children; none where there is no ``/proc``."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in path.read_text().split()]
    return found

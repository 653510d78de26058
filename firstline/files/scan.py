"""The scanner that a partner may put behind uploads: a command such as ``clamdscan``, or an HTTP service."""

import asyncio
import contextlib
import shlex
from collections.abc import AsyncIterator
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import httpx

from firstline.core.connections import trusted
from firstline.core.logs import get_logger

_log = get_logger("scan")
_CHUNK = 1 << 18


class Verdict(StrEnum):
    """What a scanner says. ``UNKNOWN``: it is down, too slow, or failed; ``UNSCANNED``: there is none."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"
    UNSCANNED = "unscanned"


class Scanner(Protocol):
    """Judges one file; never raises."""

    async def verdict(self, path: Path) -> Verdict:
        """Say what the file at ``path`` is."""
        ...


class NoScanner:
    """Stands where no scanner is set up."""

    async def verdict(self, path: Path) -> Verdict:
        """Say that nobody looked."""
        return Verdict.UNSCANNED


class CommandScanner:
    """Runs a command with the file's path as its last argument: exit code 0 is clean, 1 infected, others failed.

    These are the exit codes of ``clamscan`` and ``clamdscan``.
    """

    def __init__(self, command: str, timeout: float) -> None:
        """Split ``command`` as a shell would, without running one; ``timeout`` is in seconds."""
        self._command = shlex.split(command)
        self._timeout = timeout

    async def verdict(self, path: Path) -> Verdict:
        """Say what the command found."""
        nothing = asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, str(path), stdin=nothing, stdout=nothing, stderr=nothing
            )
        except OSError as error:
            _log.warning("scanner_missing", error=type(error).__name__)
            return Verdict.UNKNOWN
        try:
            code = await asyncio.wait_for(process.wait(), self._timeout)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            _log.warning("scanner_too_slow", seconds=self._timeout)
            return Verdict.UNKNOWN
        if code in (0, 1):
            return Verdict.INFECTED if code else Verdict.CLEAN
        _log.warning("scanner_failed", exit_code=code)
        return Verdict.UNKNOWN


class HttpScanner:
    """Posts the file's bytes to an address, which answers 200 with ``{"infected": true}`` or ``false``."""

    def __init__(self, url: str, timeout: float) -> None:
        """Ask ``url``; ``timeout`` is in seconds."""
        self._url = url
        self._timeout = timeout

    async def verdict(self, path: Path) -> Verdict:
        """Say what the service found."""
        try:
            client = httpx.AsyncClient(verify=trusted(), timeout=self._timeout)
            async with asyncio.timeout(self._timeout), client as http:
                answer = await http.post(self._url, content=_read(path))
                answer.raise_for_status()
                infected = answer.json()["infected"]
        except (TimeoutError, httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            _log.warning("scanner_failed", error=type(error).__name__)
            return Verdict.UNKNOWN
        if not isinstance(infected, bool):
            _log.warning("scanner_failed", error="infected is no boolean")
            return Verdict.UNKNOWN
        return Verdict.INFECTED if infected else Verdict.CLEAN


def make_scanner(setting: str, timeout: float) -> Scanner:
    """Return the scanner for the setting: an ``http(s)://`` address, a command, or none for an empty text."""
    if not setting.strip():
        return NoScanner()
    if setting.startswith(("http://", "https://")):
        return HttpScanner(setting.strip(), timeout)
    return CommandScanner(setting, timeout)


async def _read(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk

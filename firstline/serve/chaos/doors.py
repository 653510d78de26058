"""What stands around the stack in the run's own process: a balancer, and a receiver of webhooks."""

import asyncio
import contextlib
import json
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Sequence
from itertools import count


class _Listener(ABC):
    """Something on a free port of the loopback address; ``url`` is where, once it is open."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self.url = ""

    async def open(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    @abstractmethod
    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""


class Door(_Listener):
    """A balancer of connections: to each port in turn, past those where nobody listens."""

    def __init__(self, ports: Sequence[int]) -> None:
        """Lead to ``ports`` on the loopback address."""
        super().__init__()
        self._ports = list(ports)
        self._turn = count()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(self._turn)
        for place in range(len(self._ports)):
            port = self._ports[(first + place) % len(self._ports)]
            with contextlib.suppress(OSError):
                there, back = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(_pour(reader, back), _pour(there, writer))
                return
        writer.transport.abort()


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
        sink.close()
    except OSError:
        sink.transport.abort()


class Hooks(_Listener):
    """Takes webhooks and keeps, by case, the ids of those that say it was opened. It fails now and then on purpose."""

    def __init__(self, fail_every: int = 7) -> None:
        """Refuse every ``fail_every``-th call; a notice that was refused has to come again."""
        super().__init__()
        self.opened: defaultdict[str, set[str]] = defaultdict(set)
        self._calls = count(1)
        self._fail_every = fail_every

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError, KeyError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            said = json.loads(await reader.readexactly(int(headers["content-length"])))
            refused = next(self._calls) % self._fail_every == 0
            if not refused and said["type"] == "case.opened":
                self.opened[said["data"]["case"]].add(headers["webhook-id"])
            status = "503 Not Now" if refused else "204 No Content"
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        writer.close()

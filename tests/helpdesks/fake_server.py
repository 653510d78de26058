"""A real HTTP server of a help desk, in the shape that its documentation shows, which misbehaves on demand."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, Any]


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Fault:
    """What to answer instead, to requests that ``pattern`` finds: ``raw`` bytes, ``None`` for silence.

    ``after`` does what was asked first, so that the server knows more than its caller.
    """

    pattern: str
    raw: bytes | None
    times: int = 1
    after: bool = False


def raw(status: int, body: Any = None, **headers: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@dataclass
class FakeServer:
    requests: list[Request] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    url: str = ""
    reshape: Callable[[str, Any], Any] | None = None
    """Changes answers before they go out, as another version of the API would; gets ``METHOD /path``."""

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self._server.close()

    def answer(self, request: Request) -> Answer:
        raise NotImplementedError

    def asked(self, pattern: str) -> list[Request]:
        return [item for item in self.requests if re.search(pattern, f"{item.method} {item.path}")]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:
            writer.close()
            return
        line, *rows = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
        content = await reader.readexactly(int(headers.get("content-length", 0)))
        method, target, _ = line.split(" ")
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        request = Request(method, parts.path, query, headers, json.loads(content) if content else None)
        self.requests.append(request)
        what = f"{method} {parts.path}"
        fault = next((item for item in self.faults if item.times and re.search(item.pattern, what)), None)
        if fault is None or fault.after:
            status, body = self.answer(request)
            said: bytes | None = raw(status, self.reshape(what, body) if self.reshape and status < 300 else body)
        if fault is not None:
            fault.times -= 1
            said = fault.raw
        if said is None:
            await reader.read()
        else:
            writer.write(said)
        writer.close()

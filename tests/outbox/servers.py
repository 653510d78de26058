"""A mail server or a receiver of webhooks as a process of its own, to be killed.

``python servers.py smtp|http PORT FILE``: it writes what it took to FILE, one JSON a line, and only then says so.
Between the two, and before, it takes its time, so that a kill meets it there.
"""

import asyncio
import json
import os
import random
import sys
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP

SLOW_SECONDS = 0.04


class Taken:
    """The file: what stands in it was taken, whatever becomes of the process."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def write(self, ident: str, words: str) -> None:
        await asyncio.sleep(random.uniform(0, SLOW_SECONDS))
        os.write(self._file, (json.dumps([ident, words]) + "\n").encode())
        await asyncio.sleep(random.uniform(0, SLOW_SECONDS))

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=default)
        await self.write(str(mail["Message-ID"]), mail.get_content().strip())
        return "250 OK"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        headers = dict(row.split(": ", 1) for row in head.strip().split("\r\n")[1:])
        body = await reader.readexactly(int(headers["content-length"]))
        await self.write(headers["webhook-id"], body.decode())
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()


async def main(kind: str, port: int, path: str) -> None:
    taken = Taken(path)
    if kind == "smtp":
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(taken, hostname="test", loop=loop), "127.0.0.1", port)
    else:
        server = await asyncio.start_server(taken.answer, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))

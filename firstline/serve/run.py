"""``firstline run``: prepare what is missing, then serve until Ctrl-C."""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import uvicorn
from rich.console import Console
from threadpoolctl import threadpool_limits

from firstline.core.garbage import leave_out_what_is_there
from firstline.core.logs import configure_logs
from firstline.core.settings import Settings
from firstline.core.tracing import start_tracing, stop_tracing
from firstline.knowledge.onnx_encoder import OnnxEncoder
from firstline.serve.app import create_app
from firstline.serve.prepare import prepare_apart
from firstline.serve.run_lock import check_port, take_run_lock

_READ_SECONDS = 0.5


def run(settings: Settings, console: Console) -> None:
    """Serve in the foreground; raises ``Conflict`` or ``SetupIncomplete`` with what to do."""
    began = time.monotonic()
    lock = take_run_lock(settings.data_dir)
    check_port(settings.host, settings.port)
    configure_logs(settings.log_level, as_json=settings.log_json)
    start_tracing(settings.otlp_endpoint)
    prepare_apart(settings, lambda step: console.print(f"[bold]•[/] {step}"))
    # Searches share the cores among each other; a pool of threads in each would only wait for its own.
    threadpool_limits(1, user_api="blas")
    encoder = OnnxEncoder.load(settings.embedding_dir, threads=settings.embedding_threads)
    app = create_app(settings, encoder)
    server = _Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            forwarded_allow_ips=settings.trusted_proxies,
            log_config=None,
            ws_max_size=65536,
            # Frames are small; to deflate one for each of many desks costs more than the bytes.
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=10,
            server_header=False,
        )
    )
    server.announce = lambda: _announce(settings, console, began)
    try:
        server.run()
    finally:
        stop_tracing()
        lock.close()


class _Server(uvicorn.Server):
    """A server that says when everything answers, not only when the port is open."""

    announce: Callable[[], Coroutine[Any, Any, None]]

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self._announcing = asyncio.create_task(self.announce())

    async def shutdown(self, sockets: Any = None) -> None:
        """Close the door, read what those inside have sent, then end in order: nobody who was let in is sent away.

        Whoever comes later is refused at once, so that a server in front tries another app.
        """
        self._announcing.cancel()
        await self._take_waiting()
        await asyncio.sleep(_READ_SECONDS)
        await super().shutdown(sockets)

    async def _take_waiting(self) -> None:
        """Let in those whose connection stands in the system's queue; closing the door would reset them."""
        waiting: list[socket.socket] = []
        for server in self.servers:
            for listening in server.sockets:
                with socket.socket(fileno=os.dup(listening.fileno())) as door:
                    door.setblocking(False)
                    with contextlib.suppress(BlockingIOError):
                        while True:
                            waiting.append(door.accept()[0])
            server.close()
        for connection in waiting:
            connection.setblocking(False)
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        kind: Any = self.config.http_protocol_class
        made: asyncio.Protocol = kind(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)
        return made


async def _announce(settings: Settings, console: Console, began: float) -> None:
    url = f"http://{settings.host}:{settings.port}"
    console.print(f"[bold]•[/] Starting the bot and loading the index; {url}/healthz says what is still missing")
    async with httpx.AsyncClient(base_url=url, timeout=5) as itself:
        for _ in range(600):
            with contextlib.suppress(httpx.HTTPError):
                if (await itself.get("/healthz")).status_code == 200:
                    break
            await asyncio.sleep(0.25)
        else:
            console.print("[red]Not ready after 150 s; the log above says why.[/]")
            return
    leave_out_what_is_there()
    console.print(f"[bold green]Ready[/] after {time.monotonic() - began:.1f} s")
    for name, path in (("Demo page with the chat", "/"), ("Desk", "/desk"), ("Authors", "/authors")):
        console.print(f"  {name:<24} {url}{path}")
    console.print("  Staff account            firstline staff add --partner demo --role agent --email you@example.com")
    console.print("  Stop                     Ctrl-C")

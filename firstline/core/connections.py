"""Connections for httpx's client that take little of the processor."""

import ssl

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

_IDLE_SECONDS = 3.0
"""App and bot close a connection that was idle for five seconds; a request must not meet that."""


def light_connections(most: int) -> httpx.AsyncBaseTransport:
    """Return up to ``most`` connections of aiohttp's, which take half of the processor time of httpx's own.

    They are made where the event loop runs.
    """
    return AiohttpTransport(
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # Not used beside a client; its default reads a file.
        client=lambda: aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=most, keepalive_timeout=_IDLE_SECONDS)
        ),
    )

"""Connections for httpx's client that take little of the processor."""

import os
import ssl
from functools import cache

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


def trusted() -> ssl.SSLContext:
    """Return what other servers' certificates are checked with, such as ``verify`` of httpx's client.

    The authorities are certifi's and the machine's, or those alone that ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` names. A
    client that is given none reads them anew each time, for 25 ms in which the event loop stands still.
    """
    return _trusted(os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", ""))


@cache
def _trusted(file: str, folder: str) -> ssl.SSLContext:
    context = httpx.create_ssl_context()  # It reads the same two variables.
    if not (file or folder):
        context.load_default_certs()
    return context

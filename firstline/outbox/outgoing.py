"""HTTP to addresses that a partner wrote down: never into the own network, no redirects, bounded in size and time."""

import asyncio
import ipaddress
import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from firstline.core.connections import trusted
from firstline.outbox.attempts import Never, NotNow

LONGEST_ANSWER = 1_000_000
_LATER = (408, 425, 429)
_LONGEST_ASKED_SECONDS = 86_400
_DIGITS = 9
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Answer:
    """What a server answered, read to the end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON; raises ``NotNow`` when it is something else, such as an error page."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            kind = self.headers.get("content-type", "nothing")
            raise NotNow(f"the answer ({self.status}) is {kind[:60]}, not JSON; is the address right?") from error


class Outgoing:
    """Calls other servers by an address that was looked up and judged once, so that it can't change in between."""

    def __init__(self, allowed: Sequence[str], timeout_seconds: float) -> None:
        """``allowed`` names hosts and networks (CIDR) that may be inside; raises ``ValueError`` for a bad network."""
        self._hosts = {item.strip().lower() for item in allowed if item.strip()}
        self._networks = [ipaddress.ip_network(item, strict=False) for item in self._hosts if "/" in item]
        self._timeout = timeout_seconds

    async def call(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send a request and return the answer, whatever its status.

        Raises ``Never`` for an address that isn't allowed, ``NotNow`` when nobody answers in time or too much.
        """
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.scheme not in ("http", "https") or not host or parts.username:
            raise Never(f"{_shown(url)} is no http(s) address without user name")
        address = await self._resolved(host, parts.port or (443 if parts.scheme == "https" else 80))
        literal = f"[{address}]" if address.version == 6 else str(address)
        target = parts._replace(netloc=f"{literal}:{parts.port}" if parts.port else literal).geturl()
        try:
            async with asyncio.timeout(self._timeout):
                async with (
                    httpx.AsyncClient(
                        verify=trusted(), trust_env=False, follow_redirects=False, timeout=self._timeout
                    ) as client,
                    client.stream(
                        method,
                        target,
                        headers={**(headers or {}), "Host": parts.netloc, "Accept-Encoding": "identity"},
                        content=body,
                        extensions={"sni_hostname": host},
                    ) as response,
                ):
                    return Answer(response.status_code, response.headers, await _read(response))
        except TimeoutError as error:
            raise NotNow(f"{host} did not answer within {self._timeout:g} s") from error
        except httpx.HTTPError as error:
            raise NotNow(f"{host} can't be reached: {type(error).__name__}") from error

    async def _resolved(self, host: str, port: int) -> _Address:
        try:
            async with asyncio.timeout(self._timeout):
                found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, TimeoutError, UnicodeError) as error:
            raise NotNow(f"the name {host} can't be resolved") from error
        addresses = [ipaddress.ip_address(str(item[4][0]).partition("%")[0]) for item in found]
        if bad := [item for item in addresses if not self._may(host, item)]:
            raise Never(
                f"{host} is {bad[0]}, an address inside a network; name it in FIRSTLINE_OUTGOING_ALLOWED if it is meant"
            )
        if not addresses:
            raise NotNow(f"the name {host} has no address")
        return addresses[0]

    def _may(self, host: str, address: _Address) -> bool:
        if host in self._hosts or any(address in network for network in self._networks):
            return True
        if address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
        return bool(inner.is_global and address.is_global and not inner.is_multicast)


def refuse(answer: Answer, host: str) -> None:
    """Raise for an answer that isn't 2xx: ``NotNow`` where waiting may help, ``Never`` where it can't."""
    if 200 <= answer.status < 300:
        return
    if 300 <= answer.status < 400:
        raise Never(f"{host} answers {answer.status}, a redirect; write down the address it leads to")
    if answer.status in _LATER or answer.status >= 500:
        raise NotNow(f"{host} answers {answer.status}", _asked_wait(answer.headers.get("retry-after", "")))
    if answer.status in (401, 403):
        raise Never(f"{host} answers {answer.status}: the secret or its rights are not accepted")
    raise Never(f"{host} answers {answer.status}")


def _asked_wait(after: str) -> timedelta | None:
    """Return what ``Retry-After`` asks in seconds, a day at most; a date or anything else asks nothing."""
    if not (after.isascii() and after.isdecimal()):
        return None
    return timedelta(seconds=min(int(after[:_DIGITS]), _LONGEST_ASKED_SECONDS))


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > LONGEST_ANSWER:
            raise NotNow(f"{response.url.host} answers more than {LONGEST_ANSWER} bytes")
    return bytes(body)


def _shown(url: str) -> str:
    return url[:100]

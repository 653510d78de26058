"""The secrets behind what Firstline signs for customers: the newest signs, and the one before it still counts."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence

SHORTEST = 16


class SigningKeys:
    """Keys made from secrets that may change while Firstline runs; one purpose's signatures mean nothing in another."""

    def __init__(self, secrets: Callable[[], Sequence[str]], purpose: bytes = b"") -> None:
        """Ask ``secrets`` at every use, the newest first; raises ``ValueError`` when one is shorter than 16."""
        self._secrets = secrets
        self._purpose = purpose
        self._known: dict[str, bytes] = {}
        self._keys()

    def derived(self, purpose: bytes) -> "SigningKeys":
        """Return keys of their own for ``purpose``."""
        return SigningKeys(self._secrets, purpose)

    def sign(self, body: str) -> str:
        """Return the signature of ``body`` by the newest key (HMAC-SHA-256, unpadded base64url)."""
        return _sign(self._keys()[0], body)

    def matches(self, body: str, signature: str) -> bool:
        """Say whether one of the keys signed ``body``."""
        given = signature.encode()
        return any(hmac.compare_digest(given, _sign(key, body).encode()) for key in self._keys())

    def _keys(self) -> list[bytes]:
        return [self._known.get(secret) or self._derive(secret) for secret in self._secrets()]

    def _derive(self, secret: str) -> bytes:
        if len(secret) < SHORTEST:
            raise ValueError(f"a secret that signs needs {SHORTEST} characters or more")
        key = hmac.new(secret.encode(), self._purpose, hashlib.sha256).digest()
        self._known[secret] = key
        return key


def _sign(key: bytes, body: str) -> str:
    digest = hmac.new(key, body.encode("utf-8", "replace"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")

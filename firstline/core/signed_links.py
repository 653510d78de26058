"""Links that work for whoever holds them, for one purpose and until a given time (HMAC-SHA-256)."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime

from firstline.core.errors import NotSignedIn


class SignedLinks:
    """Make and check tokens of the form ``part.part.expiry.signature``; the purpose is signed too."""

    def __init__(self, secret: str) -> None:
        """Use ``secret``, 16 characters or more; raises ``ValueError`` for a shorter one."""
        if len(secret) < 16:
            raise ValueError("the secret of links needs 16 characters or more")
        self._key = hmac.new(secret.encode(), b"signed links", hashlib.sha256).digest()

    def make(self, purpose: str, parts: Sequence[str], until: datetime) -> str:
        """Return a token for ``parts``, which hold no dot, that is good before ``until``."""
        body = ".".join([*parts, str(int(until.timestamp()))])
        return f"{body}.{self._sign(purpose, body)}"

    def read(self, purpose: str, token: str, now: datetime) -> list[str]:
        """Return the parts; raises ``NotSignedIn`` with code ``bad_link`` or, after its time, ``old_link``."""
        body, _, signature = token.rpartition(".")
        *parts, expiry = body.split(".")
        if not hmac.compare_digest(signature.encode(), self._sign(purpose, body).encode()) or not expiry.isdecimal():
            raise NotSignedIn("This link is not complete; open it from the e-mail again.", code="bad_link")
        if now >= datetime.fromtimestamp(int(expiry), UTC):
            raise NotSignedIn("This link has expired; ask in the chat instead.", code="old_link")
        return parts

    def _sign(self, purpose: str, body: str) -> str:
        digest = hmac.new(self._key, f"{purpose}.{body}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

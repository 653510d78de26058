"""Links that work for whoever holds them, for one purpose and until a given time (HMAC-SHA-256)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from firstline.core.errors import NotSignedIn
from firstline.core.signing_keys import SigningKeys


class SignedLinks:
    """Make and check tokens of the form ``part.part.expiry.signature``; the purpose is signed too."""

    def __init__(self, keys: SigningKeys) -> None:
        """Sign with ``keys``, by which nothing else is signed."""
        self._keys = keys.derived(b"signed links")

    def make(self, purpose: str, parts: Sequence[str], until: datetime) -> str:
        """Return a token for ``parts``, which hold no dot, that is good before ``until``."""
        body = ".".join([*parts, str(int(until.timestamp()))])
        return f"{body}.{self._keys.sign(f'{purpose}.{body}')}"

    def read(self, purpose: str, token: str, now: datetime) -> list[str]:
        """Return the parts; raises ``NotSignedIn`` with code ``bad_link`` or, after its time, ``old_link``."""
        body, _, signature = token.rpartition(".")
        *parts, expiry = body.split(".")
        if not self._keys.matches(f"{purpose}.{body}", signature) or not expiry.isdecimal():
            raise NotSignedIn("This link is not complete; open it from the e-mail again.", code="bad_link")
        if now >= datetime.fromtimestamp(int(expiry), UTC):
            raise NotSignedIn("This link has expired; ask in the chat instead.", code="old_link")
        return parts

"""Customers' tokens: signed, they name one conversation and its partner, and nothing in a request's body can."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from firstline.core.errors import NotSignedIn


@dataclass(frozen=True)
class Claim:
    """Whom a token speaks for."""

    partner: str
    conversation_id: str


class Tokens:
    """Make and check tokens of the form ``partner.conversation.signature`` (HMAC-SHA-256)."""

    def __init__(self, secret: str) -> None:
        """Use ``secret``, 16 characters or more; raises ``ValueError`` for a shorter one."""
        if len(secret) < 16:
            raise ValueError("the token secret needs 16 characters or more")
        self._key = secret.encode()

    def make(self, partner: str, conversation_id: str) -> str:
        """Return the token for a conversation."""
        body = f"{partner}.{conversation_id}"
        return f"{body}.{self._sign(body)}"

    def read(self, token: str) -> Claim:
        """Return what a token claims; raises ``NotSignedIn`` when it is malformed or forged."""
        body, _, signature = token.rpartition(".")
        partner, _, conversation_id = body.rpartition(".")
        if not conversation_id or not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            raise NotSignedIn("This token is not valid; start a new conversation.", code="bad_token")
        return Claim(partner, conversation_id)

    def _sign(self, body: str) -> str:
        digest = hmac.new(self._key, body.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

"""Customers' tokens: signed, with an end, they name one conversation and its partner, and nothing in a body can."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from firstline.core.errors import NotSignedIn
from firstline.core.signing_keys import SigningKeys
from firstline.core.times import utcnow

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Claim:
    """Whom a token speaks for; ``born`` is when the first of its line was made, before ``expires`` it counts."""

    partner: str
    conversation_id: str
    born: datetime = _NEVER
    expires: datetime = _NEVER


class Tokens:
    """Make and check tokens ``partner.conversation.born.expires.signature`` (Unix seconds, HMAC-SHA-256)."""

    def __init__(self, keys: SigningKeys, life: timedelta, longest: timedelta) -> None:
        """Sign with ``keys``; a token counts for ``life``, and renewed again and again for ``longest``."""
        self._keys = keys.derived(b"conversation tokens")
        self._life = life
        self._longest = longest

    def make(self, partner: str, conversation_id: str, *, born: datetime | None = None) -> str:
        """Return a token for a conversation from now on; ``born`` is that of the token it follows."""
        now = utcnow()
        born = born or now
        expires = min(now + self._life, born + self._longest)
        body = f"{partner}.{conversation_id}.{int(born.timestamp())}.{int(expires.timestamp())}"
        return f"{body}.{self._keys.sign(body)}"

    def read(self, token: str) -> Claim:
        """Return what a token claims; raises ``NotSignedIn``: ``bad_token``, or ``expired_token`` after its end."""
        body, _, signature = token.rpartition(".")
        parts = body.split(".")
        if len(parts) != 4 or not self._keys.matches(body, signature):
            raise NotSignedIn("This token is not valid; start a new conversation.", code="bad_token")
        claim = Claim(parts[0], parts[1], _moment(parts[2]), _moment(parts[3]))
        if utcnow() >= claim.expires:
            raise expired()
        return claim

    def renew(self, claim: Claim) -> str:
        """Return a token that counts longer; the old one counts until its own end."""
        return self.make(claim.partner, claim.conversation_id, born=claim.born)


def expired() -> NotSignedIn:
    """Return the error for a token after its end."""
    return NotSignedIn("This token has expired; start a new conversation.", code="expired_token")


def _moment(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)

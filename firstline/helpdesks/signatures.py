"""Whether a webhook really comes from the help desk: HMAC over its body, and where it is signed too, its time.

Zammad signs the body alone with SHA-1 (``X-Hub-Signature: sha1=...``; admin documentation, page "Webhook"). Chatwoot
signs ``timestamp.body`` with SHA-256 (``X-Chatwoot-Signature: sha256=...`` and ``X-Chatwoot-Timestamp``; user guide,
page "How to use webhooks": account webhooks since 4.11.2, agent bots since 4.13).
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from firstline.core.errors import NotSignedIn

OLDEST = timedelta(minutes=5)


def check_zammad(headers: Mapping[str, str], body: bytes, secret: str) -> None:
    """Raise ``NotSignedIn`` unless ``body`` was signed with ``secret``."""
    expected = "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    _same(expected, headers.get("x-hub-signature", ""))


def check_chatwoot(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """Raise ``NotSignedIn`` unless ``body`` was signed with ``secret`` in the last minutes."""
    timestamp = headers.get("x-chatwoot-timestamp", "")
    expected = "sha256=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    _same(expected, headers.get("x-chatwoot-signature", ""))
    if not timestamp.isdecimal() or abs(now.timestamp() - int(timestamp)) > OLDEST.total_seconds():
        raise NotSignedIn(
            "The webhook is older than 5 minutes, or a clock is wrong; it is not taken.", code="old_webhook"
        )


def _same(expected: str, given: str) -> None:
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise NotSignedIn(
            "The webhook's signature is missing or wrong; set the same secret there.", code="bad_signature"
        )

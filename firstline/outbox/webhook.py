"""Notices as signed webhooks in the form of Standard Webhooks (standardwebhooks.com): id, timestamp, HMAC-SHA-256."""

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from firstline.core.times import iso, utcnow
from firstline.outbox.attempts import NotNow
from firstline.outbox.models import Notice
from firstline.outbox.outgoing import Outgoing, refuse
from firstline.outbox.partner_file import Partners, secret_of


class Webhook:
    """Posts ``{"type", "timestamp", "data"}`` to ``target``; ``webhook-id`` is the same for every attempt."""

    def __init__(self, outgoing: Outgoing, partners: Partners) -> None:
        """Send with ``outgoing``; the secret is the one that ``partners`` names for the address."""
        self._outgoing = outgoing
        self._partners = partners

    async def send(self, notice: Notice) -> str:
        """Post it and return the answer's status; its body counts for nothing. Raises ``NotNow`` or ``Never``."""
        hook = next((item for item in self._partners.get(notice.partner).webhooks if item.url == notice.target), None)
        if hook is None:
            raise NotNow("notices.yaml does not name this address any more; put it back or leave the notice")
        body = json.dumps(
            {"type": f"case.{notice.kind}", "timestamp": iso(notice.created_at), "data": notice.content},
            ensure_ascii=False,
        ).encode()
        headers = signed(notice.id, utcnow(), body, secret_of(hook.secret_env))
        answer = await self._outgoing.call("POST", hook.url, headers=headers, body=body)
        refuse(answer, urlsplit(hook.url).hostname or "")
        return str(answer.status)


def signed(ident: str, at: datetime, body: bytes, secret: str) -> dict[str, Any]:
    """Return the headers that sign ``body``. A secret ``whsec_...`` is base64, any other is taken as it is."""
    timestamp = str(int(at.timestamp()))
    content = f"{ident}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(_key(secret), content, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": ident,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }


def _key(secret: str) -> bytes:
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error as error:
            raise NotNow("the webhook's secret begins with whsec_ but is not base64") from error
    return secret.encode()

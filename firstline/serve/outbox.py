"""Puts the outbox's worker together: its channels, and how patient it is."""

from datetime import timedelta

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.errors import SetupIncomplete
from firstline.core.secrets import token_keys
from firstline.core.settings import Settings
from firstline.core.signed_links import SignedLinks
from firstline.desk.telling import Telling
from firstline.outbox.attempts import Patience
from firstline.outbox.delivery import Delivery
from firstline.outbox.email import Email
from firstline.outbox.outgoing import Outgoing
from firstline.outbox.partner_file import Partners
from firstline.outbox.webhook import Webhook


def make_delivery(settings: Settings, database: Database, charters: Charters) -> Delivery:
    """Return the worker, not yet running."""
    partners = Partners(settings.partners_dir)
    links = SignedLinks(token_keys(settings))
    outgoing = Outgoing(settings.outgoing_allowed.split(","), settings.outgoing_timeout_seconds)
    channels = {
        "event": Telling(database, charters, partners, links, settings).send,
        "email": Email(settings).send,
        "webhook": Webhook(outgoing, partners).send,
    }
    patience = Patience(
        settings.notice_attempts,
        timedelta(seconds=settings.notice_delay_seconds),
        timedelta(seconds=settings.notice_longest_delay_seconds),
    )
    return Delivery(database, channels, patience)


def check_notices(settings: Settings, charters: Charters) -> None:
    """Refuse to start with a ``notices.yaml`` (``BadInput``) or settings (``SetupIncomplete``) that can't work."""
    partners = Partners(settings.partners_dir)
    for partner in charters.partners():
        partners.get(partner)
    if settings.smtp_host and not settings.smtp_from:
        raise SetupIncomplete("FIRSTLINE_SMTP_HOST is set; set FIRSTLINE_SMTP_FROM, the address mails come from, too.")
    try:
        Outgoing(settings.outgoing_allowed.split(","), 1)
    except ValueError as error:
        raise SetupIncomplete(
            f"FIRSTLINE_OUTGOING_ALLOWED: {error}; write names or networks such as 10.1.0.0/16."
        ) from error

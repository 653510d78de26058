"""Puts the outbox's worker together: its channels, and how patient it is."""

from datetime import timedelta

from firstline.charter import Charters
from firstline.chat.service import ChatService
from firstline.core.database import Database
from firstline.core.errors import SetupIncomplete
from firstline.core.secrets import token_keys
from firstline.core.settings import Settings
from firstline.core.signed_links import SignedLinks
from firstline.desk.telling import Telling
from firstline.helpdesks import agent_bot
from firstline.helpdesks.desks import Desks
from firstline.helpdesks.giving_up import fall_back
from firstline.helpdesks.keeping import Keeping
from firstline.helpdesks.opening import HelpdeskEvents
from firstline.helpdesks.partner_file import HelpdeskFiles
from firstline.outbox.attempts import Patience
from firstline.outbox.delivery import Delivery, Send
from firstline.outbox.email import Email
from firstline.outbox.models import Notice
from firstline.outbox.outgoing import Outgoing
from firstline.outbox.partner_file import Partners
from firstline.outbox.webhook import Webhook


def make_delivery(
    settings: Settings, database: Database, charters: Charters, chat: ChatService | None = None
) -> Delivery:
    """Return the worker, not yet running. Without ``chat`` it leaves what customers write to an agent bot alone."""
    partners = Partners(settings.partners_dir)
    links = SignedLinks(token_keys(settings))
    outgoing = Outgoing(settings.outgoing_allowed.split(","), settings.outgoing_timeout_seconds)
    desks = Desks(HelpdeskFiles(settings.partners_dir), outgoing)
    telling = Telling(database, charters, partners, links, settings)
    helpdesks = HelpdeskEvents(database, desks)

    async def tell_all(event: Notice) -> None:
        # Both write each of their notices once, however often they are asked.
        await telling.send(event)
        await helpdesks.send(event)

    channels: dict[str, Send] = {
        "event": tell_all,
        "email": Email(settings).send,
        "webhook": Webhook(outgoing, partners).send,
        "helpdesk": Keeping(database, charters, desks, links, settings).send,
    }
    if chat is not None:
        channels[agent_bot.CHANNEL] = agent_bot.AgentBot(database, charters, chat, desks, links, settings).send
    patience = Patience(
        settings.notice_attempts,
        timedelta(seconds=settings.notice_delay_seconds),
        timedelta(seconds=settings.notice_longest_delay_seconds),
    )
    return Delivery(database, channels, patience, {"helpdesk": fall_back(charters)})


def check_notices(settings: Settings, charters: Charters) -> None:
    """Refuse to start with a ``notices.yaml`` or ``helpdesk.yaml`` (``BadInput``) or settings (``SetupIncomplete``)
    that can't work.
    """
    partners, helpdesks = Partners(settings.partners_dir), HelpdeskFiles(settings.partners_dir)
    for partner in charters.partners():
        partners.get(partner)
        helpdesks.get(partner)
    if settings.smtp_host and not settings.smtp_from:
        raise SetupIncomplete("FIRSTLINE_SMTP_HOST is set; set FIRSTLINE_SMTP_FROM, the address mails come from, too.")
    try:
        Outgoing(settings.outgoing_allowed.split(","), 1)
    except ValueError as error:
        raise SetupIncomplete(
            f"FIRSTLINE_OUTGOING_ALLOWED: {error}; write names or networks such as 10.1.0.0/16."
        ) from error

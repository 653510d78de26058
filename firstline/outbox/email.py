"""Notices by e-mail over SMTP (RFC 5321): what each refusal means, and one ``Message-ID`` for all attempts."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from firstline.core.settings import Settings
from firstline.outbox.attempts import NotNow
from firstline.outbox.mail_server import MailServer
from firstline.outbox.models import Notice


class Email:
    """Sends ``content`` = ``{"subject", "body", "sender_name", "lang"}`` to ``target``."""

    def __init__(self, settings: Settings) -> None:
        """Send through the server of ``settings``; opens nothing yet."""
        self._settings = settings
        self._server = MailServer(settings)

    async def send(self, notice: Notice) -> str:
        """Hand the mail to the server and return its words; raises ``NotNow`` (4xx, no connection, no set-up) or
        ``Never`` (5xx).

        The words are all that can be known: a server that takes a mail and loses it says the same as one that delivers.
        They name the mail there, for whoever keeps that server.
        """
        if not self._settings.smtp_host:
            raise NotNow("no mail server is set; set FIRSTLINE_SMTP_HOST and FIRSTLINE_SMTP_FROM")
        message, sender = self._message(notice), self._settings.smtp_from
        return await self._server.run(
            lambda server: server.send_message(message, from_addr=sender, to_addrs=[notice.target])
        )

    async def check(self) -> None:
        """Connect and log in as for a mail, and send none. Raises ``NotNow``."""
        await self._server.run(lambda server: server.noop())

    def _message(self, notice: Notice) -> EmailMessage:
        sender = self._settings.smtp_from
        message = EmailMessage(policy=SMTP)
        name = notice.content.get("sender_name", "").replace("\r", " ").replace("\n", " ").replace('"', "")
        message["From"] = f'"{name}" <{sender}>' if name else sender
        message["To"] = notice.target
        message["Subject"] = " ".join(notice.content["subject"].split())
        message["Date"] = format_datetime(notice.created_at)
        message["Message-ID"] = f"<{notice.id}@{sender.rpartition('@')[2] or 'firstline.invalid'}>"
        message["Content-Language"] = notice.content.get("lang", "ko")
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers to this
        message.set_content(notice.content["body"], cte="base64")
        return message

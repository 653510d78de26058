"""Notices by e-mail over SMTP (RFC 5321): what each refusal means, and one ``Message-ID`` for all attempts."""

import asyncio
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from firstline.core.settings import Settings
from firstline.outbox.attempts import Never, NotNow
from firstline.outbox.models import Notice

_PERMANENT = 500


class Email:
    """Sends ``content`` = ``{"subject", "body", "sender_name", "lang"}`` to ``target``."""

    def __init__(self, settings: Settings) -> None:
        """Send through the server of ``settings``; opens nothing yet."""
        self._settings = settings

    async def send(self, notice: Notice) -> None:
        """Hand the mail to the server. Raises ``NotNow`` (4xx, no connection, no set-up) or ``Never`` (5xx)."""
        if not self._settings.smtp_host:
            raise NotNow("no mail server is set; set FIRSTLINE_SMTP_HOST and FIRSTLINE_SMTP_FROM")
        message = self._message(notice)
        await asyncio.to_thread(self._hand_over, message, notice.target)

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

    async def check(self) -> None:
        """Connect and log in as for a mail, and send none. Raises ``NotNow``."""
        await asyncio.to_thread(self._with_server, lambda server: server.noop())

    def _hand_over(self, message: EmailMessage, to: str) -> None:
        self._with_server(
            lambda server: server.send_message(message, from_addr=self._settings.smtp_from, to_addrs=[to])
        )

    def _with_server(self, work: Callable[[smtplib.SMTP], object]) -> None:
        settings = self._settings
        timeout = settings.smtp_timeout_seconds
        context = ssl.create_default_context()
        try:
            if settings.smtp_security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    settings.smtp_host, settings.smtp_port, timeout=timeout, context=context
                )
            else:
                server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise NotNow(f"the mail server can't be reached: {_said(error)}") from error
        try:
            if settings.smtp_security == "starttls":
                server.starttls(context=context)
            if settings.smtp_username:
                server.login(settings.smtp_username, settings.smtp_password.get_secret_value())
            work(server)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _refusal(code, text, "recipient") from error
        except smtplib.SMTPSenderRefused as error:
            raise _refusal(error.smtp_code, error.smtp_error, "sender") from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error, "message") from error
        except (OSError, smtplib.SMTPException) as error:
            # A log-in that is refused or a missing STARTTLS is ours to mend; the mail itself is good.
            raise NotNow(f"the mail server failed: {_said(error)}") from error
        finally:
            server.close()


def _refusal(code: int, text: bytes | str, what: str) -> NotNow | Never:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    why = f"the mail server refused the {what}: {code} {words[:160]}"
    return Never(why) if code >= _PERMANENT else NotNow(why)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)[:160]}"
    return f"{type(error).__name__} {error}"[:160]


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text

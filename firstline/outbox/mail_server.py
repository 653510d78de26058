"""The mail server (SMTP, RFC 5321): connected to, logged in at, and given up in time.

It is worked with in threads of their own: a server that hangs keeps these busy and no others, so answers in the chat
and log-ins, which need threads too, don't wait for it.
"""

import asyncio
import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from firstline.core.connections import trusted
from firstline.core.settings import Settings
from firstline.outbox.attempts import Never, NotNow

_PERMANENT = 500
_AT_ONCE = 8
_LONGEST_WORDS = 160

Work = Callable[[smtplib.SMTP], object]


class MailServer:
    """The server that the settings name."""

    def __init__(self, settings: Settings) -> None:
        """Use ``settings``; connects to nothing yet."""
        self._settings = settings
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="mail")

    async def run(self, work: Work) -> str:
        """Connect, log in, do ``work``, and return what the server said when it took a mail, else nothing.

        Raises ``NotNow`` where waiting or a change of settings may help, ``Never`` where it can't. When cancelled it
        cuts the connection, which ends the thread as well.
        """
        opened: list[_Server] = []
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._do, work, opened)
        except asyncio.CancelledError:
            for server in opened:
                server.cut()
            raise

    def _do(self, work: Work, opened: list["_Server"]) -> str:
        settings = self._settings
        context = trusted()
        try:
            where = (settings.smtp_host, settings.smtp_port)
            timeout = settings.smtp_timeout_seconds
            if settings.smtp_security == "tls":
                server: _Server = _TlsServer(opened, *where, timeout=timeout, context=context)
            else:
                server = _Server(opened, *where, timeout=timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise NotNow(f"the mail server can't be reached: {_said(error)}") from error
        try:
            if settings.smtp_security == "starttls":
                server.starttls(context=context)
            if settings.smtp_username:
                server.login(settings.smtp_username, settings.smtp_password.get_secret_value())
            work(server)
            return server.receipt
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


class _Server(smtplib.SMTP):
    """A connection that keeps what the server said when it took the mail, and can be cut by another thread."""

    def __init__(self, opened: list["_Server"], *where: Any, **how: Any) -> None:
        opened.append(self)
        self.receipt = ""
        super().__init__(*where, **how)

    def data(self, msg: Any) -> tuple[int, bytes]:
        code, said = super().data(msg)
        self.receipt = f"{code} {_decoded(said)[:_LONGEST_WORDS]}"
        return code, said

    def cut(self) -> None:
        with contextlib.suppress(OSError):
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)


class _TlsServer(_Server, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


def _refusal(code: int, text: bytes | str, what: str) -> NotNow | Never:
    why = f"the mail server refused the {what}: {code} {_decoded(text)[:_LONGEST_WORDS]}"
    return Never(why) if code >= _PERMANENT else NotNow(why)


def _said(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message}"[:_LONGEST_WORDS]
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)[:_LONGEST_WORDS]}"
    return f"{type(error).__name__} {error}"[:_LONGEST_WORDS]


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text

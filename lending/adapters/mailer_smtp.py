"""`ports.mail.Mailer` over SMTP."""

import ipaddress
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

from lending.ports.mail import MailRefused, MailUnavailable

PATIENCE: Final = 20.0
"""Seconds to wait for an answer of the server."""

PATIENCE_WITH_DATA: Final = 600.0
"""Seconds to wait until it says that it has taken a letter, which it may look at first (RFC 5321, 4.5.3.2.6).
Who hangs up before would send the letter again."""

_PORTS: Final = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Hands each letter to a mail server, over TLS wherever it is offered.

    A password is never sent in the clear, except to this very machine.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls_at_once: bool = False

    @classmethod
    def of_url(cls, url: str) -> "SmtpMailer":
        """From smtp://user:password@host:port or smtps://…; names and passwords percent-encoded.

        Raises ValueError for anything else.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("not smtp://host:port or smtps://host:port")
        return cls(
            parts.hostname,
            parts.port or _PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            tls_at_once=parts.scheme == "smtps",
        )

    def send(self, letter: EmailMessage) -> None:
        """See the port."""
        with self._server() as server:
            if server.sock is not None:
                server.sock.settimeout(PATIENCE_WITH_DATA)
            server.send_message(letter)

    def greet(self) -> None:
        """Connect, sign in, and leave. Raises MailUnavailable: for who looks whether mail can be sent."""
        with self._server() as server:
            server.noop()

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._connected()
            try:
                self._come_in(server)
                with _told_for_good():
                    yield server
            finally:
                _leave(server)
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailable(str(error) or type(error).__name__) from error

    def _connected(self) -> smtplib.SMTP:
        if self.tls_at_once:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE, context=self._tls())
        return smtplib.SMTP(self.host, self.port, timeout=PATIENCE)

    def _come_in(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        private = self.tls_at_once or _is_here(self.host)
        if not self.tls_at_once and server.has_extn("starttls"):
            server.starttls(context=self._tls())
            server.ehlo()
            private = True
        if not self.user:
            return
        if not private:
            raise MailUnavailable("it offers no TLS, and the password is not sent without")
        server.login(self.user, self.password)

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if _is_here(self.host):  # nobody stands between: a certificate of its own making will do
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _leave(server: smtplib.SMTP) -> None:
    """Say good-bye. Whether that is heard changes nothing about a letter that was taken."""
    try:
        if server.sock is not None:
            server.sock.settimeout(PATIENCE)
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


@contextmanager
def _told_for_good() -> Iterator[None]:
    """A server's “never” (5xx) about this letter is told apart from its “not now” (4xx)."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= 500 for code, _ in error.recipients.values()):
            raise MailRefused("its address takes no mail") from error
        raise
    except smtplib.SMTPNotSupportedError as error:
        raise MailRefused(str(error)) from error
    except smtplib.SMTPDataError as error:
        if error.smtp_code >= 500:
            raise MailRefused(f"{error.smtp_code}") from error
        raise


def _is_here(host: str) -> bool:
    """Whether the server is on this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

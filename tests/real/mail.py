"""A real mail server (aiosmtpd) on a port of its own, which can be away for a while or refuse an address."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class PostBox:
    """What came, and what the server shall say to what comes. Its names are those that aiosmtpd calls."""

    letters: list[EmailMessage] = field(default_factory=list)
    busy: bool = False
    refused: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.busy:
            return "451 Come again later"
        if address in self.refused:
            return "550 Nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        content = envelope.original_content
        assert content is not None
        letter = message_from_bytes(content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 Taken"


@dataclass
class MailServer:
    """Where it is, and what came."""

    port: int
    box: PostBox

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@contextmanager
def mail_server(port: int = 0, password: str = "") -> Iterator[MailServer]:
    """Runs for as long as the block lasts. With a password it lets "library" sign in."""
    box = PostBox()

    def lets_in(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: object
    ) -> AuthResult:
        known = LoginPassword(b"library", password.encode())
        return AuthResult(success=said == known)

    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port or free_port(),
        authenticator=lets_in if password else None,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield MailServer(controller.port, box)
    finally:
        controller.stop()

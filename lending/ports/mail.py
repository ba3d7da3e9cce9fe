"""Letters: where they go, which wait to be sent, and whoever carries them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum
from typing import Protocol

from lending.circulation.loans import Loan
from lending.circulation.notices import Notice


@dataclass(frozen=True, slots=True)
class Contact:
    """Where somebody's letters go, and in which language they are written."""

    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice in the outbox. `tries` counts how often it was taken to be sent."""

    notice: Notice
    tries: int
    next_try_at: datetime


class Outcome(StrEnum):
    """What became of a notice."""

    SENT = "sent"
    REFUSED = "refused"
    """Its address takes no mail."""
    GIVEN_UP = "given-up"
    """The mail server would not have it for too long."""
    MOOT = "moot"
    """It was worth nothing any more, or its address is forgotten."""


class MailUnavailable(Exception):
    """The mail server can't be reached, or asks to come again later. A fault, not a refusal."""


class MailRefused(Exception):
    """The mail server won't have this letter, now or later."""


class Mailer(Protocol):
    """Carries letters away."""

    def send(self, letter: EmailMessage) -> None:
        """Hand a letter over. Raises MailUnavailable or MailRefused.

        May take half a minute; never call it in a transaction or a request.
        """


class Outbox(Protocol):
    """Addresses, and the notices that wait to be sent."""

    def contact_of_account(self, account_id: str) -> Contact | None:
        """Where an account's letters go, if it said so."""

    def set_contact_of_account(self, account_id: str, contact: Contact | None) -> None:
        """Keep an account's address, or forget it."""

    def forget_account(self, account_id: str) -> None:
        """Forget an account's address, and all notices to it, sent or not."""

    def contact_of_loan(self, loan_id: str) -> Contact | None:
        """Where a borrower's letters go, if they said so and it isn't forgotten."""

    def set_contact_of_loan(self, loan_id: str, contact: Contact | None) -> None:
        """Keep a borrower's address, or forget it."""

    def contact_of_hold(self, hold_id: str) -> Contact | None:
        """Where the letters of somebody in line go, if they said so and it isn't forgotten."""

    def set_contact_of_hold(self, hold_id: str, contact: Contact | None) -> None:
        """Keep the address of somebody in line, or forget it."""

    def add(self, notices: Iterable[Notice]) -> None:
        """Put notices in, but only those whose recipient left an address; one that was ever in is let be."""

    def waiting(self, now: datetime, most: int) -> list[Waiting]:
        """Notices whose time for a try has come, the longest waiting first."""

    def take(self, waiting: Waiting, next_try_at: datetime) -> bool:
        """Count a try and put the next one off; False if somebody else took it meanwhile."""

    def close(self, notice: Notice, outcome: Outcome) -> None:
        """Note what became of a notice. It is not sent again."""

    def due_by(self, moment: datetime, most: int) -> list[Loan]:
        """Open loans with an address that are due by a moment and not yet reminded of that due date."""

    def forget(self, ended_before: datetime) -> int:
        """Forget the addresses of loans and holds that ended before a moment, and their notices; returns how
        many."""

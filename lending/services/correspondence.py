"""Letters: who may be written to, and the rounds of the one who writes and sends them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lending import refusals
from lending.circulation.notices import LONGEST_LEAD, Notice, Recipient, due_soon, is_moot
from lending.mailing.letters import Letter, Stationery
from lending.ports.library import Library, Transaction
from lending.ports.mail import Contact, Mailer, MailRefused, MailUnavailable, Outcome, Waiting
from lending.ports.records import Role
from lending.ports.world import Clock
from lending.services.actors import Actor
from lending.services.words import email_address

GIVEN_UP_AFTER = timedelta(days=3)
FORGOTTEN_AFTER = timedelta(days=30)
"""How long after its loan a borrower's address is kept: what is still to be told is told by then."""

FIRST_WAIT = timedelta(minutes=15)
"""Longer than any try lasts, so that nobody else takes up a letter that is on its way."""
LONGEST_WAIT = timedelta(hours=6)
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class PostOffice:
    """What sending needs, where mail is set up."""

    mailer: Mailer
    stationery: Stationery


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Addresses of owners, and the letters. Without a post office no address is kept and nothing is sent."""

    library: Library
    clock: Clock
    post: PostOffice | None = None

    @property
    def is_set_up(self) -> bool:
        """Whether this library sends mail, so that asking for an address makes sense."""
        return self.post is not None

    def address_of(self, actor: Actor) -> str:
        """The actor's own e-mail address; empty if they gave none."""
        with self.library.read() as desk:
            contact = desk.outbox.contact_of_account(actor.id)
        return "" if contact is None else contact.email

    def set_address(self, actor: Actor, email: str | None, language: str) -> None:
        """Keep an owner's address, or forget it if it is empty; None lets it be.

        Raises NotAllowed (only owners are written to) or UnacceptableInput.
        """
        owner_id = actor.acts_as(Role.OWNER)
        if email is None:
            return
        address = self.refuse_useless(email)
        contact = Contact(address, language) if address else None
        with self.library.change() as desk:
            desk.outbox.set_contact_of_account(owner_id, contact)

    def refuse_useless(self, email: str) -> str:
        """The address as it would be kept. Raises UnacceptableInput for one that no letter will go to."""
        address = email_address("email", email)
        if address and not self.is_set_up:
            raise refusals.UnacceptableInput("email", "is of no use here: this library sends no mail")
        return address

    def write_reminders(self, most: int = 200) -> int:
        """Put into the outbox what is due soon; returns how many. For the housekeeper."""
        now = self.clock.now()
        with self.library.read() as desk:
            near = desk.outbox.due_by(now + LONGEST_LEAD, most)
        reminders = [notice for loan in near if (notice := due_soon(loan, now))]
        if reminders:
            with self.library.change() as desk:
                desk.outbox.add(reminders)
        return len(reminders)

    def send_waiting(self) -> int:
        """Send what waits in the outbox; returns how many went. For the housekeeper.

        Each try is counted before it is made, so that a letter that brings the program down is not tried for
        ever. No transaction is open while a letter is sent. A letter may come twice, with the same
        Message-ID, if the program dies just after sending; it is never lost.
        """
        if self.post is None:
            return 0
        with self.library.read() as desk:
            waiting = desk.outbox.waiting(self.clock.now(), AT_ONCE)
        sent = 0
        for one in waiting:
            outcome = self._try(self.post, one)
            if outcome is None:
                break
            sent += outcome is Outcome.SENT
            with self.library.change() as desk:
                desk.outbox.close(one.notice, outcome)
        return sent

    def forget_old(self) -> int:
        """Forget addresses of loans long ended; returns how many. For the housekeeper."""
        with self.library.change() as desk:
            return desk.outbox.forget(self.clock.now() - FORGOTTEN_AFTER)

    def _try(self, post: PostOffice, one: Waiting) -> Outcome | None:
        """What became of the notice; None if the server is away or somebody else is sending: then the rest
        of the round is better left to the next."""
        now = self.clock.now()
        if now - one.notice.at >= GIVEN_UP_AFTER:
            return Outcome.GIVEN_UP
        with self.library.change() as desk:
            if not desk.outbox.take(one, now + wait_after(one.tries)):
                return None
        with self.library.read() as desk:
            letter = _letter(desk, one.notice, now)
        if letter is None:
            return Outcome.MOOT
        try:
            post.mailer.send(post.stationery.write(letter, now))
        except (MailRefused, ValueError):
            return Outcome.REFUSED
        except MailUnavailable:
            return None
        return Outcome.SENT


def wait_after(tries: int) -> timedelta:
    """How long to wait after a try that failed, when `tries` were made before it: ever longer."""
    growth: int = 3 ** min(tries, 10)
    return min(LONGEST_WAIT, FIRST_WAIT * growth)


def _letter(desk: Transaction, notice: Notice, now: datetime) -> Letter | None:
    """The notice with its names and address as they are now; None if it need not be sent any more."""
    loan = desk.circulation.loan(notice.subject_id)
    entry = desk.collection.entry(notice.copy_id)
    to_owner = notice.recipient is Recipient.OWNER
    outbox = desk.outbox
    contact = outbox.contact_of_account(entry.copy.owner_id) if to_owner else outbox.contact_of_loan(loan.id)
    if contact is None or is_moot(notice, loan, now):
        return None
    lender = desk.accounts.get(entry.copy.owner_id).name
    return Letter(notice, contact.email, contact.language, entry.edition.title, lender, loan.borrower_name)

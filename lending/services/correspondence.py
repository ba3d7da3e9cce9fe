"""Letters: who may be written to, and the rounds of the one who writes and sends them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lending import refusals
from lending.circulation.borrowing import renewals_left, somebody_waits
from lending.circulation.loans import Loan
from lending.circulation.notices import (
    LONGEST_LEAD,
    OF_HOLDS,
    Notice,
    NoticeKind,
    Recipient,
    due_soon,
    is_moot,
    is_moot_of_hold,
    is_told_with_another,
)
from lending.mailing.letters import Letter, Stationery
from lending.mailing.words import Stands
from lending.ports.library import Library, Transaction
from lending.ports.mail import Contact, Mailer, MailRefused, MailUnavailable, Outcome, Waiting
from lending.ports.people import LetterTokens, PlaceTokens
from lending.ports.records import Edition, Role, ShelfEntry
from lending.ports.world import Clock
from lending.services.actors import Actor
from lending.services.neighbours import passed_by
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
    places: PlaceTokens


@dataclass(frozen=True, slots=True)
class LettersSeen:
    """What somebody's letters are about, and whether they come no more."""

    title: str
    lender: str
    stopped: bool


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Addresses, and the letters. Without a post office no address is kept and nothing is sent."""

    library: Library
    clock: Clock
    tokens: LetterTokens
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

    def look(self, token: str) -> LettersSeen:
        """What the letters are about that a token stops. Changes nothing. Raises UnknownLink."""
        subject_id = self.tokens.read_letters(token)
        try:
            with self.library.read() as desk:
                edition = _edition_of(desk, subject_id)
                lender = desk.accounts.get(edition.owner_id).name
                stopped = not any(contact is not None for contact in _contacts(desk, subject_id))
        except refusals.NotFound as gone:
            raise refusals.UnknownLink from gone
        return LettersSeen(edition.title, lender, stopped)

    def stop(self, token: str) -> None:
        """Forget where the letters go that a token stops: those of a place in a line are those of the loan
        that came of it, too. May be asked again. Raises UnknownLink."""
        subject_id = self.tokens.read_letters(token)
        with self.library.change() as desk:
            desk.outbox.set_contact_of_hold(subject_id, None)
            for loan_id in _loans_of(desk, subject_id):
                desk.outbox.set_contact_of_loan(loan_id, None)

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
            letter = self._letter(desk, post, one.notice)
        if letter is None:
            return Outcome.MOOT
        try:
            post.mailer.send(post.stationery.write(self._with_way_out(letter), now))
        except (MailRefused, ValueError):
            return Outcome.REFUSED
        except MailUnavailable:
            return None
        return Outcome.SENT

    def _letter(self, desk: Transaction, post: PostOffice, notice: Notice) -> Letter | None:
        """The notice with its names and address as they are now; None if it need not be sent any more."""
        if notice.kind in OF_HOLDS:
            return _of_hold(desk, post, notice)
        if notice.recipient is Recipient.GIVER:
            return _of_gift(desk, notice)
        return _of_loan(desk, notice, self.clock.now())

    def _with_way_out(self, letter: Letter) -> Letter:
        """Whoever borrows stops letters by the letter itself; owners have an account for that."""
        if letter.notice.recipient in (Recipient.OWNER, Recipient.GIVER):
            return letter
        return replace(letter, stop_token=self.tokens.mint_letters(letter.notice.subject_id))


def wait_after(tries: int) -> timedelta:
    """How long to wait after a try that failed, when `tries` were made before it: ever longer."""
    growth: int = 3 ** min(tries, 10)
    return min(LONGEST_WAIT, FIRST_WAIT * growth)


def _edition_of(desk: Transaction, subject_id: str) -> Edition:
    """The title that a loan or a hold is of. Raises NotFound."""
    try:
        return desk.collection.edition(desk.line.get(subject_id).edition_id)
    except refusals.NotFound:
        return desk.collection.entry(desk.circulation.loan(subject_id).copy_id).edition


def _loans_of(desk: Transaction, subject_id: str) -> list[str]:
    """The loan itself, or what a hold became: it was claimed by a link with the hold's id."""
    loan = desk.circulation.loan_of_link(subject_id)
    return [subject_id, *([] if loan is None else [loan.id])]


def _contacts(desk: Transaction, subject_id: str) -> list[Contact | None]:
    of_loans = [desk.outbox.contact_of_loan(loan_id) for loan_id in _loans_of(desk, subject_id)]
    return [desk.outbox.contact_of_hold(subject_id), *of_loans]


def _of_loan(desk: Transaction, notice: Notice, now: datetime) -> Letter | None:
    loan = desk.circulation.loan(notice.subject_id)
    entry = desk.collection.entry(loan.copy_id)
    outbox, owner_id = desk.outbox, entry.copy.owner_id
    to_owner = notice.recipient is Recipient.OWNER
    contact = outbox.contact_of_account(owner_id) if to_owner else outbox.contact_of_loan(loan.id)
    if contact is None or is_moot(notice, loan, now):
        return None
    if to_owner and notice.at < entry.added_at:
        return None  # it was for a former owner, and who borrowed from them is no business of this one
    path = f"books/{loan.copy_id}" if to_owner else f"read/{loan.id}"
    letter = _written(desk, notice, contact, entry.edition, loan.borrower_name, path)
    return replace(letter, passed_by=passed_by(desk, loan) or "", stands=_standing(desk, entry, loan, now))


def _standing(desk: Transaction, entry: ShelfEntry, loan: Loan, now: datetime) -> Stands:
    waits = somebody_waits(loan, desk.line.of(entry.edition.id))
    may_renew = not waits and renewals_left(loan, entry.copy.rules) > 0
    return Stands(entry.copy.state(now), not loan.is_open(now), may_renew)


def _of_hold(desk: Transaction, post: PostOffice, notice: Notice) -> Letter | None:
    hold = desk.line.get(notice.subject_id)
    edition = desk.collection.edition(hold.edition_id)
    to_owner = notice.recipient is Recipient.OWNER
    outbox, copies = desk.outbox, desk.collection.copies_of(edition.id)
    contact = outbox.contact_of_account(edition.owner_id) if to_owner else outbox.contact_of_hold(hold.id)
    if contact is None or is_moot_of_hold(notice, hold):
        return None
    if notice.kind is NoticeKind.ASKED and is_told_with_another(hold, desk.line.of(edition.id)):
        return None
    path = f"books/{copies[0]}#line" if to_owner else f"w#{post.places.mint_place(hold.id)}"
    letter = _written(desk, notice, contact, edition, hold.name, path)
    was_ready = hold.ready_at is not None and not hold.is_open
    return replace(letter, kept_until=desk.circulation.link(hold.id).claim_by) if was_ready else letter


def _of_gift(desk: Transaction, notice: Notice) -> Letter | None:
    gift = desk.circulation.link(notice.subject_id)
    contact = desk.outbox.contact_of_account(gift.made_by)
    hands = desk.log.changes_of_hands(gift.copy_id)
    receiver_id = next((event.to for event in hands if event.link_id == gift.id), None)
    if contact is None or receiver_id is None:
        return None
    edition = desk.collection.entry(gift.copy_id).edition
    giver, receiver = (desk.accounts.get(one).name for one in (gift.made_by, receiver_id))
    return Letter(notice, contact.email, contact.language, edition.title, giver, receiver, "shelf")


def _written(
    desk: Transaction, notice: Notice, contact: Contact, edition: Edition, reader: str, path: str
) -> Letter:
    lender = desk.accounts.get(edition.owner_id).name
    return Letter(notice, contact.email, contact.language, edition.title, lender, reader, path)

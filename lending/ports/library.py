"""The durable library: accounts, catalogue, circulation. One transaction at a time for what changes."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import Event
from lending.circulation.links import Link
from lending.circulation.loans import Loan
from lending.circulation.policy import LoanRules
from lending.circulation.terms import ReadingTerms
from lending.marks.places import Place
from lending.marks.records import LeftNote, Mark
from lending.marks.settings import Setting
from lending.ports.mail import Outbox
from lending.ports.records import (
    AccessToken,
    Account,
    Edition,
    EventLine,
    FileKey,
    HeldLoan,
    Invitation,
    LogLine,
    LogQuery,
    Session,
    ShelfEntry,
    ShelfQuery,
    Upload,
)

T = TypeVar("T")


class LibraryUnavailable(Exception):
    """The library can't be asked or written just now: its database is locked, full, read-only or away.

    A fault, not a refusal. Nothing of the transaction was kept, so it may be tried again.
    """


class Accounts(Protocol):
    """Who signs in, and how."""

    def add(self, account: Account) -> None:
        """Raises NameTaken."""

    def get(self, account_id: str) -> Account:
        """Raises NotFound."""

    def by_sign_in_name(self, sign_in_name: str) -> Account | None:
        """The account that signs in with that (case-folded) name."""

    def all(self) -> list[Account]:
        """Every account, oldest first."""

    def count(self) -> int:
        """How many accounts there are."""

    def set_password(self, account_id: str, password_hash: str) -> None:
        """Replace the password's hash."""

    def add_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation."""

    def use_invitation(self, secret_hash: str, now: datetime) -> Invitation:
        """Use it up. Raises InvitationInvalid when it is unknown, used or past its time."""

    def add_session(self, session: Session) -> None:
        """Keep a session."""

    def by_session(self, secret_hash: str, now: datetime) -> Account | None:
        """Whose session it is, if it is still good."""

    def end_session(self, secret_hash: str) -> None:
        """Forget a session."""

    def end_sessions_of(self, account_id: str) -> None:
        """Forget all of an account's sessions."""

    def add_token(self, token: AccessToken) -> None:
        """Keep an access token."""

    def by_token(self, secret_hash: str) -> tuple[Account, AccessToken] | None:
        """Whose token it is."""

    def token_used(self, token_id: str, now: datetime) -> None:
        """Note when a token was last used."""

    def tokens_of(self, account_id: str) -> list[AccessToken]:
        """An account's tokens, newest first."""

    def remove_token(self, account_id: str, token_id: str) -> None:
        """Raises NotFound."""


class Collection(Protocol):
    """Editions and copies."""

    def hold(self, owner_id: str) -> None:
        """Keep everybody else who holds the owner's collection waiting until this transaction ends.

        For whoever must know that a file is not (or no longer) there: two uploads of one file
        at once, or the last copy leaving while a second one comes.
        """

    def add_edition(self, edition: Edition) -> None:
        """Add a catalogue record."""

    def edition(self, edition_id: str) -> Edition:
        """Raises NotFound."""

    def edition_by_fingerprint(self, owner_id: str, fingerprint: str) -> Edition | None:
        """The owner's record of that very file, if they have a copy of it."""

    def change_edition(self, edition: Edition) -> None:
        """Store the record's corrected fields."""

    def add_copy(self, copy: Copy, edition_id: str, added_at: datetime) -> int:
        """Add a copy; returns its number among the edition's copies, from 1."""

    def copies_of(self, edition_id: str) -> list[str]:
        """Ids of the copies that are not withdrawn, by number."""

    def entry(self, copy_id: str) -> ShelfEntry:
        """A copy with its record. Raises NotFound."""

    def shelf(self, query: ShelfQuery) -> tuple[list[ShelfEntry], int]:
        """A page of an owner's shelf, and how many match in all. Withdrawn copies are not on it."""


class Circulation(Protocol):
    """Copies, links and loans as the desk sees them, and the record."""

    def lock(self, copy_id: str) -> Copy:
        """The copy, held against every other transaction until this one ends. Raises NotFound."""

    def link(self, link_id: str) -> Link:
        """Raises NotFound."""

    def loan(self, loan_id: str) -> Loan:
        """Raises NotFound."""

    def loan_of_link(self, link_id: str) -> Loan | None:
        """The loan that was claimed with a link."""

    def open_loans(self, binding: str, owner_id: str, now: datetime) -> int:
        """How many of an owner's copies a binding has at `now`."""

    def store(self, decision: Decision) -> None:
        """Write all that a decision changed, its events, and the notices of them for whoever left an address
        (`circulation.notices` says which, `Outbox.add` how). A second open loan of one copy is impossible:
        the database itself refuses it, and CopyIsOut is raised."""

    def record(self, event: Event) -> None:
        """Append an event that changes no copy."""

    def add_pass(self, secret_hash: str, loan_id: str, expires_at: datetime, forget_before: datetime) -> None:
        """Keep a reading pass; passes of this loan that ran out before a moment are forgotten."""

    def forget_passes(self, loan_id: str) -> None:
        """No pass given out so far opens this loan any more."""

    def held(self, loan_id: str, pass_hash: str | None) -> HeldLoan:
        """The loan with what else reading needs, in one read; the pass's expiry if it is this loan's.

        Raises NotFound when there is no such loan."""

    def due(self, now: datetime, limit: int) -> list[str]:
        """Ids of copies with a loan or link that time has ended but nobody has settled."""


class Marks(Protocol):
    """What readers leave in books. Marks stand in a *margin*: that of a loan, or, of all an owner's own
    readings of a copy, that of the copy; its id is the loan's or the copy's. No librarian sees any of it."""

    def lock(self, margin_id: str, copy_id: str) -> int:
        """The margin's revision, held against every other transaction until this one ends.

        A margin that there was not is made, with revision 0."""

    def revision(self, margin_id: str) -> int:
        """Counts the changes in a margin; 0 if there are none."""

    def since(self, margin_id: str, revision: int) -> list[Mark]:
        """Marks changed after a revision, deleted ones included, in order of revision."""

    def named(self, margin_id: str, ids: set[str]) -> dict[str, Mark]:
        """Those of the margin's marks that have these ids, by id."""

    def count(self, margin_id: str) -> tuple[int, int]:
        """How many marks there are, and how many are kept, deleted ones included."""

    def store(self, margin_id: str, marks: Iterable[Mark]) -> None:
        """Add or replace marks. The newest revision among them becomes the margin's."""

    def left(self, copy_id: str, not_in: str, most: int) -> list[LeftNote]:
        """Notes that were left in a copy, but for those in one margin (the asker's): the newest, `most` of
        them, in the book's order.

        A borrower is called as their loan calls them, the owner as their account does."""

    def forgettable(self, ended_before: datetime, limit: int) -> list[str]:
        """Ids of borrowers' loans that ended before a moment and of which something is kept that
        `forget` would forget."""

    def forget(self, loan_id: str) -> None:
        """Forget a loan's marks, places and settings, but for notes that were left in the book."""

    def places(self, loan_id: str) -> list[Place]:
        """Where the devices of a loan were, the latest read last."""

    def owners_places(self, copy_id: str) -> list[Place]:
        """Where the owner's devices were in any of their own readings of the copy, the latest last."""

    def save_place(self, loan_id: str, place: Place) -> None:
        """Remember where a device of a loan is."""

    def forget_place(self, loan_id: str, device: str) -> None:
        """Forget where it was."""

    def settings(self, holder_id: str) -> dict[str, Setting]:
        """What is kept for a loan or an account, by name."""

    def lock_settings(self, holder_id: str) -> dict[str, Setting]:
        """The same, held against every other transaction until this one ends."""

    def save_settings(self, holder_id: str, settings: Mapping[str, Setting]) -> None:
        """Keep these, and nothing else, for a loan or an account."""


class Choices(Protocol[T]):
    """What owners chose for all their books, or for one title: reading terms, loan rules. A choice outlives
    the copies, which may come back."""

    def of_owner(self, account_id: str) -> T | None:
        """What an owner chose for all their books; None if nothing."""

    def of_title(self, edition_id: str) -> T | None:
        """What was chosen for just that title; None if nothing."""

    def set_for_owner(self, account_id: str, chosen: T | None) -> None:
        """Keep an owner's choice, or forget it."""

    def set_for_title(self, edition_id: str, chosen: T | None) -> None:
        """Keep a title's own choice, or forget it."""


class LoanLog(Protocol):
    """What librarians look at. It only reads."""

    def loans(self, query: LogQuery, now: datetime) -> list[LogLine]:
        """A page of the loan log, newest first. Raises UnacceptableInput for a cursor that is none."""

    def events(self, copy_id: str | None, before: int, limit: int) -> list[EventLine]:
        """Entries of the record with numbers below `before` (0: from the newest), newest first."""


class UploadBook(Protocol):
    """Which uploads are under way."""

    def add(self, upload: Upload) -> None:
        """Note an upload."""

    def get(self, upload_id: str) -> Upload:
        """Raises NotFound."""

    def became(self, upload_id: str, copy_id: str) -> None:
        """Note which copy it became."""

    def remove(self, upload_id: str) -> None:
        """Forget it."""

    def begun_before(self, moment: datetime) -> list[str]:
        """Ids of uploads begun before a moment."""


class BookKeys(Protocol):
    """Wrapped keys of sealed files."""

    def add(self, key: FileKey) -> None:
        """Keep a key."""

    def get(self, file_id: str) -> FileKey:
        """Raises NotFound."""

    def remove(self, file_id: str) -> None:
        """Destroy a key: its file can never be read again."""

    def not_wrapped_by(self, kek_id: str, limit: int) -> list[FileKey]:
        """Some keys that another key-encryption key still wraps."""

    def rewrap(self, key: FileKey) -> None:
        """Replace a key's wrapping."""

    def file_ids(self) -> list[str]:
        """The file ids that have a key."""


class Transaction(Protocol):
    """What one transaction sees and changes."""

    @property
    def accounts(self) -> Accounts:
        """Who signs in."""

    @property
    def collection(self) -> Collection:
        """Editions and copies."""

    @property
    def circulation(self) -> Circulation:
        """Copies, links and loans at the desk."""

    @property
    def marks(self) -> Marks:
        """What readers leave in books."""

    @property
    def terms(self) -> Choices[ReadingTerms]:
        """What owners ask of readers."""

    @property
    def rules(self) -> Choices[LoanRules]:
        """How owners lend."""

    @property
    def log(self) -> LoanLog:
        """What librarians look at."""

    @property
    def outbox(self) -> Outbox:
        """Addresses, and letters to send."""

    @property
    def uploads(self) -> UploadBook:
        """Uploads under way."""

    @property
    def keys(self) -> BookKeys:
        """Sealed files' keys."""


class Library(Protocol):
    """The durable library."""

    def change(self) -> AbstractContextManager[Transaction]:
        """A transaction that may change things: all of it durable when the block ends, or, when it
        raises, none of it. Writers wait for each other in turn."""

    def read(self) -> AbstractContextManager[Transaction]:
        """A transaction that only reads."""

"""The durable library: accounts, catalogue, circulation. One transaction at a time for what changes."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import Event
from lending.circulation.holds import Hold
from lending.circulation.links import Link
from lending.circulation.loans import Loan
from lending.circulation.policy import LoanRules
from lending.circulation.terms import ReadingTerms
from lending.circulation.waiting import HoldDecision
from lending.marks.places import Place
from lending.marks.records import LeftNote, Mark
from lending.marks.settings import Setting
from lending.ports.asking import AskPages
from lending.ports.checks import Checks
from lending.ports.ledger import Ledger
from lending.ports.mail import Outbox
from lending.ports.names import Names
from lending.ports.overview import Tallies
from lending.ports.records import (
    AccessToken,
    Account,
    Edition,
    EventLine,
    EventQuery,
    FileKey,
    HeldLoan,
    Invitation,
    LogLine,
    LogQuery,
    Reach,
    Session,
    ShelfEntry,
    ShelfQuery,
    Upload,
)
from lending.ports.searches import SavedSearches
from lending.ports.unusual import Signs
from lending.ports.use import UseCounts
from lending.ports.witnesses import WitnessBook

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
        """Raises NotFound. One that was erased, and that something points to, has no name and no role."""

    def by_sign_in_name(self, sign_in_name: str) -> Account | None:
        """The account that signs in with that (case-folded) name."""

    def all(self) -> list[Account]:
        """Every account that was not erased, oldest first."""

    def count(self) -> int:
        """How many these are."""

    def erase(self, account_id: str, at: datetime) -> bool:
        """Forget who an account was, with its sessions and access tokens: nobody signs in with it any more.

        True where something in the library points to it: then it stays without a name, for that alone. Else
        it is gone."""

    def set_password(self, account_id: str, password_hash: str) -> None:
        """Replace the password's hash."""

    def set_charge(self, account_id: str, charge: frozenset[str] | None) -> None:
        """Replace whose books a librarian looks after."""

    def leave_charges(self, account_id: str) -> None:
        """Nobody looks after that account's books any more, nor will who is invited. A charge of no other is
        one of nobody's books, and never of everybody's."""

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
        at once, or the last copy leaving while a second one comes. Raises NotFound where the owner was
        erased meanwhile.
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

    def move_copy(self, copy_id: str, edition_id: str, at: datetime) -> int:
        """The copy is one of that edition's from now on, added to it `at` a moment; returns its number there,
        from 1."""

    def editions_of(self, owner_id: str) -> list[Edition]:
        """All records of an owner, also those of titles of which no copy is left, the oldest first."""

    def copies_of(self, edition_id: str) -> list[str]:
        """Ids of the copies that are not withdrawn, by number."""

    def is_needed(self, edition_id: str) -> bool:
        """Whether the edition's files are: by a copy that is here, or by one that was taken out and whose
        file waits."""

    def taken_out(self, owner_id: str) -> list[ShelfEntry]:
        """An owner's copies that were taken out and have a file here, the latest taken first."""

    def files_over(self, moment: datetime, limit: int) -> list[str]:
        """Ids of copies that were taken out and have a file here only until that moment, or less."""

    def entry(self, copy_id: str) -> ShelfEntry:
        """A copy with its record. Raises NotFound."""

    def shelf(self, query: ShelfQuery) -> tuple[list[ShelfEntry], int]:
        """A page of an owner's shelf, and how many match in all. Withdrawn copies are not on it."""

    def titles(self, query: ShelfQuery) -> tuple[list[Edition], int]:
        """The same by title: each that has a copy which is neither withdrawn nor lost."""

    def standing(self, edition_ids: Iterable[str]) -> dict[str, list[Copy]]:
        """Where the copies of these titles are that are not withdrawn, by title, without the line."""


class Circulation(Protocol):
    """Copies, links and loans as the desk sees them, and the record."""

    def lock(self, copy_id: str) -> Copy:
        """The copy with the line for its title, held, like the title's other copies, against every other
        transaction until this one ends. Raises NotFound."""

    def link(self, link_id: str) -> Link:
        """Raises NotFound."""

    def loan(self, loan_id: str) -> Loan:
        """Raises NotFound."""

    def loan_of_link(self, link_id: str) -> Loan | None:
        """The loan that was claimed with a link."""

    def passed_to(self, loan: Loan) -> Loan | None:
        """The loan of the friend to whom a loan was passed on, open or over."""

    def open_loans(self, binding: str, owner_id: str, now: datetime) -> int:
        """How many of an owner's copies a binding has at `now`."""

    def store(self, decision: Decision) -> list[int]:
        """Write all that a decision changed, its events, and the notices of them for whoever left an address
        (`circulation.notices` says which, `Outbox.add` how). A second open loan of one copy is impossible:
        the database itself refuses it, and CopyIsOut is raised.

        Answers with the events' numbers in the record."""

    def record(self, event: Event) -> int:
        """Append an event that changes no copy; its number in the record."""

    def add_pass(self, secret_hash: str, loan_id: str, expires_at: datetime, forget_before: datetime) -> None:
        """Keep a reading pass; passes of this loan that ran out before a moment are forgotten."""

    def forget_passes(self, loan_id: str) -> None:
        """No pass given out so far opens this loan any more."""

    def held(self, loan_id: str, pass_hash: str | None) -> HeldLoan:
        """The loan with what else reading needs, in one read; the pass's expiry if it is this loan's.

        Raises NotFound when there is no such loan."""

    def due(self, now: datetime, limit: int) -> list[str]:
        """Ids of copies with a loan or link that time has ended but nobody has settled, or that are free
        while somebody waits for them."""


class Line(Protocol):
    """Who waits for a title: holds that are open, in the order in which their friends asked."""

    def lock(self, edition_id: str) -> list[Hold]:
        """The title's open holds, held, like its copies, against every other transaction until this one
        ends."""

    def of(self, edition_id: str) -> list[Hold]:
        """The title's open holds."""

    def get(self, hold_id: str) -> Hold:
        """A hold, open or over. Raises NotFound."""

    def asked_for(self, owner_id: str) -> list[str]:
        """The owner's titles for which somebody waits for their yes, by id, in one order."""

    def store(self, decision: HoldDecision) -> list[int]:
        """Write what was decided of a hold for which no copy is kept, its events, and the notices of them.

        Answers with the events' numbers in the record."""

    def lengths(self, owner_id: str, most: int) -> list[timedelta]:
        """How long borrowers had the owner's copies, in loans that are over: the latest, `most` of them."""


class Marks(Protocol):
    """What readers leave in books. Marks stand in a *margin*: that of a loan, or, of all an owner's own
    readings of a copy, that of the copy; its id is the loan's or the copy's. What a former owner left in it
    stands in a margin with the id of their gift. No librarian sees any of it."""

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

        A borrower is called as their loan calls them, an owner, present or former, as their account does."""

    def rub_out(self, copy_id: str, note: LeftNote) -> None:
        """A note that was left in a copy is there no longer. A borrower keeps it as long as the rest of their
        marks; a former owner's is gone."""

    def forgettable(self, ended_before: datetime, limit: int) -> list[str]:
        """Ids of borrowers' loans that ended before a moment and of which something is kept that
        `forget` would forget."""

    def forget(self, loan_id: str, *, left_too: bool = False) -> None:
        """Forget a loan's marks, places and settings; notes that were left in the book only if wanted."""

    def hand_over(self, copy_id: str, gift_id: str) -> None:
        """The copy is given away by the link `gift_id`: of its owner's margin only the notes that were left
        in the book stay, in a margin with the gift's id; their places are forgotten."""

    def forget_owner(self, account_id: str) -> None:
        """Forget what an account left in books that are or were its own, notes that were to stay included,
        where it read them, and its settings."""

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

    def reach(self, query: LogQuery, now: datetime, most: int) -> Reach | None:
        """Until where a search may look that looks at `most` loans; None where it comes to the log's end."""

    def events(self, query: EventQuery) -> list[EventLine]:
        """A page of the record, newest first."""

    def events_of_loan(self, loan_id: str) -> list[EventLine]:
        """All entries about a loan in order, with those of the link and the hold that it came by; of a loan
        that there is not, none. It takes as long as the record of its copy and its title's line is."""

    def latest(self) -> int:
        """The highest number of the record; 0 if it is empty."""

    def of_owner(self, owner_id: str, after: int, limit: int) -> list[EventLine]:
        """Entries numbered above `after` about what was an account's then, or was given to it, newest first.

        It takes as long as there are entries above, about anybody's: it is for what is recent."""

    def turn_aways(self, since: datetime, until: datetime) -> list[Event]:
        """The entries of who was turned away from `since` on and before `until`, in order."""

    def first_turn_away(self, owners: frozenset[str] | None = None) -> datetime | None:
        """When somebody was turned away first, from a title of these accounts or from any; None: nobody."""

    def names_shown_to(self, account_id: str | None, since: datetime) -> list[Event]:
        """When the account had readers' names shown, from `since` on; None: whoever runs the server."""

    def all_names_shown(self, owner_id: str, after: int, limit: int) -> list[EventLine]:
        """When somebody who looked after an owner's books then had all readers' names shown: entries numbered
        above `after`, newest first. Where an entry doesn't say whose these were, it counts whose they are
        now."""

    def first_lent(self, copy_id: str, owner_id: str) -> int | None:
        """The number of the entry by which a copy, while it was an owner's, went to a friend first."""

    def title_then(self, copy_id: str, number: int) -> str:
        """Of which edition a copy was one at an entry of the record: its owner's then."""

    def changes_of_hands(self, copy_id: str) -> list[Event]:
        """A copy's events by which it got an owner (`provenance.CHANGES_HANDS`), in order."""


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

    def of_owner(self, owner_id: str) -> list[str]:
        """Ids of an owner's uploads, whatever became of them."""

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
    def line(self) -> Line:
        """Who waits for a title."""

    @property
    def ask_pages(self) -> AskPages:
        """Pages where people ask to borrow."""

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
    def names(self) -> Names:
        """Under which names friends are kept."""

    @property
    def ledger(self) -> Ledger:
        """The log that need not be believed."""

    @property
    def use(self) -> UseCounts:
        """How often titles are used."""

    @property
    def witnesses(self) -> WitnessBook:
        """Who else remembers it."""

    @property
    def tallies(self) -> Tallies:
        """Figures of the library as a whole."""

    @property
    def checks(self) -> Checks:
        """What was found when log and stock were looked through."""

    @property
    def signs(self) -> Signs:
        """What may be unusual about loans."""

    @property
    def searches(self) -> SavedSearches:
        """What librarians look for again."""

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

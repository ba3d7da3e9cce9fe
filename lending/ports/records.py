"""The plain records that ports and services exchange. Frozen values, no behaviour to speak of."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from lending.circulation.copies import Copy
from lending.circulation.events import Event, EventKind
from lending.circulation.loans import Loan
from lending.circulation.terms import HOUSE_TERMS, ReadingTerms

EPUB = "application/epub+zip"
PDF = "application/pdf"


class Role(StrEnum):
    """What an account may be. One person may be both."""

    OWNER = "owner"
    LIBRARIAN = "librarian"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in. `sign_in_name` is unique and case-folded; `name` is what friends see.

    `charge` are the owners whose books a librarian looks after, by their ids; None: everybody's.
    """

    id: str
    sign_in_name: str
    name: str
    roles: frozenset[Role]
    password_hash: str = field(repr=False)
    made_at: datetime
    charge: frozenset[str] | None = None


def charge_text(charge: frozenset[str] | None) -> str:
    """A charge as the record has it, where all names were shown: a JSON list of ids; `null`: everybody's
    books."""
    return json.dumps(None if charge is None else sorted(charge), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time right to make an account with `roles` and, for a librarian, that `charge`."""

    secret_hash: str = field(repr=False)
    roles: frozenset[Role]
    expires_at: datetime
    used_at: datetime | None = None
    charge: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser."""

    secret_hash: str = field(repr=False)
    account_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A personal access token for scripts. The secret itself is shown once and never kept."""

    id: str
    account_id: str
    label: str
    read_only: bool
    secret_hash: str = field(repr=False)
    made_at: datetime
    last_used_at: datetime | None = None

    def use_needs_noting(self, now: datetime) -> bool:
        """Whether the last use noted is old enough to note another: to within five minutes will do,
        since noting each use would turn every read into a write."""
        return self.last_used_at is None or now - self.last_used_at > timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Edition:
    """The catalogue record of one file. Its text fields are the book's own until the owner corrects them.

    `fingerprint` is the SHA-256 of the file, in hex; `byte_length` its size; `extent`
    counts pages (PDF) or chapters (EPUB). The three ids name sealed files.
    """

    id: str
    owner_id: str
    media_type: str
    title: str
    authors: tuple[str, ...]
    language: str
    description: str
    publisher: str
    published: str
    identifiers: tuple[str, ...]
    fingerprint: str
    byte_length: int
    extent: int
    file_id: str
    finding_aid_id: str
    cover_id: str | None
    added_at: datetime

    @property
    def file_ids(self) -> tuple[str, ...]:
        """The sealed files: the book's, its finding aid's, and its cover's if it has one."""
        return (self.file_id, self.finding_aid_id, *([] if self.cover_id is None else [self.cover_id]))


@dataclass(frozen=True, slots=True)
class ShelfEntry:
    """A copy with its catalogue record: one tile of an owner's shelf.

    `passed_by` are the loans by which the copy came to whoever has it, from friend to friend: the first is
    who borrowed it from the owner. Empty unless it was passed on.
    """

    copy: Copy
    edition: Edition
    copy_number: int
    added_at: datetime
    passed_by: tuple[Loan, ...] = ()


@dataclass(frozen=True, slots=True)
class ShelfQuery:
    """Which copies of an owner. `text` is matched without regard to accents and case."""

    owner_id: str
    text: str = ""
    order: str = "added"
    """`added` (newest first), `title` or `author`."""
    offset: int = 0
    limit: int = 60


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in."""

    id: str
    owner_id: str
    file_name: str
    length: int
    made_at: datetime
    copy_id: str | None = None
    """The copy that it became, once accessioned: so that asking again gives the same answer."""


@dataclass(frozen=True, slots=True)
class HeldLoan:
    """A loan as the reading room needs it: with its copy's epoch, its edition, the pass shown, its terms."""

    loan: Loan
    epoch: int
    owner_id: str
    edition_id: str
    pass_expires_at: datetime | None
    terms: ReadingTerms = HOUSE_TERMS


class LoanState(StrEnum):
    """How the log sorts loans."""

    OUT = "out"
    RETURNED = "returned"
    EXPIRED = "expired"
    PASSED_ON = "passed-on"


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Which loans of the log, newest first. Texts match parts of names without regard to case.

    `after` is the `cursor` of the last line of the page before (keyset paging: a page
    costs the same wherever it is in the log); `down_to` is the last that is looked at. `longer_than` is how
    long a loan lasted at least, or lasts until now. `to_friends`: without owners' own reading. `owners` are
    whose copy it was then; None: anybody's.
    """

    copy_id: str = ""
    loan_id: str = ""
    passed_by: str = ""
    longer_than: timedelta | None = None
    book: str = ""
    owner: str = ""
    borrower: str = ""
    state: LoanState | None = None
    to_friends: bool = False
    since: datetime | None = None
    until: datetime | None = None
    after: str = ""
    down_to: str = ""
    limit: int = 50
    owners: frozenset[str] | None = None

    @property
    def is_search(self) -> bool:
        """Whether loans must be looked at one by one: no index knows parts of names, or how long is long."""
        words = (self.book, self.owner, self.borrower, self.passed_by)
        return any(words) or self.longer_than is not None or self.state is LoanState.EXPIRED


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a search has looked back: the cursor, and the time of that loan's check-out."""

    cursor: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class LogLine:
    """One loan in the librarian's log: who lent what to whom, when it was due and when it came back.

    The owner is whose the copy was then. Where somebody has deleted what says the title or the owner, these
    are empty. `passed_by` is who passed the copy on to this borrower, if anybody did and as far as their name
    is known. `is_covered`: a reader's name is known and not shown.
    """

    loan: Loan
    title: str
    authors: tuple[str, ...]
    owner_name: str
    copy_number: int
    cursor: str
    passed_by: str = ""
    is_covered: bool = False

    def state(self, now: datetime) -> LoanState:
        """How the loan stands at `now`; one past due has expired, recorded or not."""
        if self.loan.end is not None:
            return LoanState(self.loan.end.value)
        return LoanState.EXPIRED if self.loan.is_past_due(now) else LoanState.OUT


@dataclass(frozen=True, slots=True)
class EventLine:
    """One entry of the record with the names it points at, as they are known now.

    The owner is whose the copy was then. `passed_to` is who has the copy by it, where it was passed on and
    they said their name; `receiver_name` is to whom it was given. `by_name` is the account that acted;
    `to_owner`: it is about the owner's own reading. `is_covered`: a reader's name is known, and not shown.
    """

    number: int
    event: Event
    title: str
    owner_name: str
    borrower_name: str
    passed_to: str = ""
    receiver_name: str = ""
    by_name: str = ""
    to_owner: bool = False
    is_covered: bool = False


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which entries of the record, newest first: those with numbers below `before` (0: from the newest), of a
    copy with what happened in its title's line, of a kind, about what was these accounts' then (None:
    anybody's), with when `asked_by` had all names shown."""

    copy_id: str | None = None
    before: int = 0
    limit: int = 100
    kind: EventKind | None = None
    owners: frozenset[str] | None = None
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class FileKey:
    """A sealed file's key as it is kept: wrapped by the key-encryption key `kek_id`."""

    file_id: str
    generation: int
    kek_id: str
    wrapped: bytes = field(repr=False)

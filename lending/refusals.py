"""Why the desk says no: every refusal of the library, by name.

A refusal is not a fault. It is an answer that a person can act on, so each has
a `code` that never changes (the API's problem type, the log's word for it and
the key of its translated texts), and no knowledge of HTTP. Retired codes are
never used again.

    Refusal
    ├── CannotAccession            the file can't join the collection
    │   ├── NotABook               neither an EPUB nor a PDF
    │   ├── EmptyFile
    │   ├── DamagedFile            `why` says what is broken
    │   ├── NothingToRead          no pages, or an empty spine
    │   ├── UnsafeArchive          expands too far, too many files, unsafe names
    │   ├── PasswordProtected
    │   ├── DrmProtected           `scheme` names it
    │   ├── FileTooLarge           `limit` bytes
    │   └── AlreadyOnShelf         the same file; `copy_id` is where it is
    ├── UploadConflict             the parts of an upload don't fit together
    │   ├── WrongOffset            `expected` says where to go on
    │   └── UploadBusy             another connection is sending this upload
    ├── CannotLend
    │   ├── LinkAlreadyOut         one link at a time for one copy
    │   ├── LoanPeriodOutOfRange
    │   ├── CopyIsLost             it must be found first
    │   ├── CopyIsHeld             it is kept for the next in line
    │   └── GiftIsOut              it is offered to another owner
    ├── CannotBorrow
    │   ├── UnknownLink            forged, mistyped, or of another library
    │   ├── LinkExpired
    │   ├── LinkUsed               somebody borrowed with it already
    │   ├── LinkCancelled
    │   ├── NotPassedOn            whoever offered it has it no more, or is to keep it
    │   ├── CopyIsOut              the copy has another reader just now
    │   └── TooManyLoans           `limit` is how many of the owner's books one browser may have
    ├── CannotRenew
    │   ├── NoRenewalsLeft
    │   ├── LoanRecalled           the owner asked for it back
    │   ├── NothingGained          it may be kept for longer already
    │   └── SomebodyWaits          somebody is in the line for it
    ├── AlreadyRecalled
    ├── PassingOnNotAllowed
    ├── YoursAlready               who opens the link is who offers the copy by it
    ├── CannotAccept
    │   ├── GiftTaken              somebody has accepted it
    │   ├── GiftTakenBack
    │   └── GiftExpired
    ├── LineIsFull                 `limit` is how many may wait
    ├── AskedTooOften              `wait` says how long to wait
    ├── HoldEnded                  `because` says how: filled, lapsed, left, declined
    ├── CannotRead
    │   ├── LoanEnded              returned, passed on, or past its due date
    │   ├── NotYourLoan            no pass for this loan in this browser
    │   ├── PassExpired            the browser must prove its key again
    │   ├── ReadingTooFast         faster than a person can; `wait` says how long to wait
    │   ├── NoSuchPart             a chapter, page or image that the book lacks
    │   └── PartUnreadable         it is there, but damaged
    ├── TooManyMarks               `limit` is how many one book may bear
    ├── CannotTakeHome
    │   ├── StillOnLoan            what is asked for after a loan, during it
    │   └── MarksForgotten         the time in which marks can be taken home is over
    ├── CannotWithdraw             the copy is not on the shelf
    ├── CopiesAreOut               an account has copies out; `titles` says which
    ├── NotBroughtIn               a file leaves only for who brought it in
    ├── FileNotKept                a file that was taken out waits for a day
    ├── LogDamaged                 the loan log can't prove what is in it any more
    ├── ProofInvalid               a key proof is wrong, stale or replayed
    ├── CannotSignIn
    │   ├── WrongCredentials
    │   ├── TooManyTries           `wait` says how long
    │   └── InvitationInvalid
    ├── NotSignedIn
    ├── NotAllowed                 the role does not reach that far
    ├── NamesCovered
    ├── NameTaken
    ├── UnacceptableInput          `field` and `why`
    └── NotFound
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import ClassVar


class Refusal(Exception):
    """The library declines, for a reason that a person can act on."""

    code: ClassVar[str] = "refused"

    facts: Mapping[str, str | int] = MappingProxyType({})
    """What the refusal's texts may mention: plain values, no secrets, no text of a book."""

    wait: timedelta | None = None
    """After how long it may be otherwise, by itself; None where waiting doesn't help."""


class CannotAccession(Refusal):
    """The file can't be added to the collection. Nothing of it is kept."""

    code = "cannot-accession"


class NotABook(CannotAccession):
    """The bytes are neither an EPUB nor a PDF, whatever the name says."""

    code = "not-a-book"


class EmptyFile(CannotAccession):
    """The file has no bytes."""

    code = "empty-file"


class DamagedFile(CannotAccession):
    """The file is of the right kind, but broken beyond reading. `why` is for logs and APIs."""

    code = "damaged-file"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.facts = {"why": self.why}


class NothingToRead(CannotAccession):
    """The book opens, but holds no page and no chapter."""

    code = "nothing-to-read"


class UnsafeArchive(CannotAccession):
    """The EPUB's archive is built to harm: a bomb, a flood of entries, names that escape."""

    code = "unsafe-archive"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.facts = {"why": self.why}


class PasswordProtected(CannotAccession):
    """The file opens only with a password."""

    code = "password-protected"


class DrmProtected(CannotAccession):
    """The book is locked by a DRM scheme, so it can't be lent here. `scheme` names it."""

    code = "drm-protected"

    def __init__(self, scheme: str) -> None:
        super().__init__(scheme)
        self.scheme = scheme
        self.facts = {"scheme": self.scheme}


class FileTooLarge(CannotAccession):
    """The file is larger than this library takes. `limit` is in bytes."""

    code = "file-too-large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit
        self.facts = {"limit": self.limit}


class AlreadyOnShelf(CannotAccession):
    """The owner has this very file already, as the copy `copy_id`. They may say they own a second."""

    code = "already-on-shelf"

    def __init__(self, copy_id: str, book: str) -> None:
        super().__init__(copy_id)
        self.copy_id = copy_id
        self.facts = {"copy_id": copy_id, "book": book}


class UploadConflict(Refusal):
    """The parts of an upload don't fit together."""

    code = "upload-conflict"


class WrongOffset(UploadConflict):
    """A part starts elsewhere than where the upload stands. `expected` is the byte to go on from."""

    code = "wrong-offset"

    def __init__(self, expected: int) -> None:
        super().__init__(f"expected offset {expected}")
        self.expected = expected
        self.facts = {"expected": self.expected}


class UploadBusy(UploadConflict):
    """Another connection is sending a part of this upload just now."""

    code = "upload-busy"


class CannotLend(Refusal):
    """The owner can't lend this copy now."""

    code = "cannot-lend"


class LinkAlreadyOut(CannotLend):
    """A link for this copy waits to be used. Cancel it before making another."""

    code = "link-already-out"


class LoanPeriodOutOfRange(CannotLend):
    """The loan would be shorter or longer than the library's policy allows."""

    code = "loan-period-out-of-range"


class CopyIsLost(CannotLend):
    """The owner has said that the copy is lost. Found again, it can be lent."""

    code = "copy-is-lost"


class CopyIsHeld(CannotLend):
    """It is kept for the friend whose turn it is in the line."""

    code = "copy-is-held"


class GiftIsOut(CannotLend):
    """It has been offered to another owner as a gift."""

    code = "gift-is-out"


class CannotBorrow(Refusal):
    """The link does not lend the copy. The facts may name the `lender`: whom to ask."""

    code = "cannot-borrow"


class UnknownLink(CannotBorrow):
    """The link was not made by this library, or was cut short on its way."""

    code = "unknown-link"


class LinkExpired(CannotBorrow):
    """Nobody used the link in time."""

    code = "link-expired"


class LinkUsed(CannotBorrow):
    """The link lends to one friend, once, and somebody has borrowed with it."""

    code = "link-used"


class LinkCancelled(CannotBorrow):
    """The owner took the link back."""

    code = "link-cancelled"


class NotPassedOn(CannotBorrow):
    """The copy is no longer offered by whoever had it: they gave it back or changed their mind, or its owner
    wants it otherwise."""

    code = "not-passed-on"


class CopyIsOut(CannotBorrow):
    """One copy has one reader, and somebody has it now."""

    code = "copy-is-out"


class TooManyLoans(CannotBorrow):
    """This browser has as many of the owner's books as it may: `limit`."""

    code = "too-many-loans"

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} loans")
        self.limit = limit
        self.facts = {"limit": self.limit}


class CannotRenew(Refusal):
    """The loan can't be made longer by its borrower. The owner still can."""

    code = "cannot-renew"


class NoRenewalsLeft(CannotRenew):
    """It has been renewed as often as it may be."""

    code = "no-renewals-left"


class LoanRecalled(CannotRenew):
    """The owner has asked for the book back. It can't be passed on either."""

    code = "loan-recalled"


class NothingGained(CannotRenew):
    """The loan lasts longer already than it would then. Nothing is spent or recorded."""

    code = "nothing-gained"


class SomebodyWaits(CannotRenew):
    """Somebody is in the line for the title."""

    code = "somebody-waits"


class PassingOnNotAllowed(Refusal):
    """The owner lends the title to one friend, not to friends of friends."""

    code = "passing-on-not-allowed"


class YoursAlready(Refusal):
    """Who opens the link is who offers the copy by it."""

    code = "yours-already"


class CannotAccept(Refusal):
    """The link gives no copy away. The facts may name the `giver`: whom to ask."""

    code = "cannot-accept"


class GiftTaken(CannotAccept):
    """A gift is for one owner, and another has accepted it."""

    code = "gift-taken"


class GiftTakenBack(CannotAccept):
    """The giver took the gift back before anybody accepted it."""

    code = "gift-taken-back"


class GiftExpired(CannotAccept):
    """Nobody accepted the gift in time."""

    code = "gift-expired"


class LineIsFull(Refusal):
    """As many wait for the title as may: `limit`."""

    code = "line-is-full"

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} in line")
        self.limit = limit
        self.facts = {"limit": self.limit}


class AskedTooOften(Refusal):
    """This browser, or its address, has asked to borrow very often. `wait` is until it may again."""

    code = "asked-too-often"

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait}")
        self.wait = wait
        self.facts = {"wait_seconds": max(1, round(wait.total_seconds()))}


class HoldEnded(Refusal):
    """The place in the line is gone. `because` says how: "filled", "lapsed", "left" or "declined"."""

    code = "hold-ended"

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because
        self.facts = {"because": because}


class AlreadyRecalled(Refusal):
    """The owner has asked for this loan's copy before; it is on its way back."""

    code = "already-recalled"


class CannotRead(Refusal):
    """This browser may not have that part of the book."""

    code = "cannot-read"


class LoanEnded(CannotRead):
    """The reader has the book no more. `because` says why, where that is known: "returned", "expired" or
    "passed-on", and then `to` whom, if they said their name."""

    code = "loan-ended"

    def __init__(self, because: str = "", to: str = "") -> None:
        super().__init__(because)
        told = {"because": because, "to": to}
        self.facts = {name: word for name, word in told.items() if word}


class NotYourLoan(CannotRead):
    """This browser holds no pass for that loan (or there is no such loan)."""

    code = "not-your-loan"


class PassExpired(CannotRead):
    """The pass ran out; the browser gets another by proving that it has the loan's key."""

    code = "pass-expired"


class ReadingTooFast(CannotRead):
    """Pages are asked for faster than a person can leaf through them. `wait` is how long to wait."""

    code = "reading-too-fast"

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait}")
        self.wait = wait
        self.facts = {"wait_seconds": -(-wait // timedelta(seconds=1))}


class NoSuchPart(CannotRead):
    """The book has no such chapter, page or image."""

    code = "no-such-part"


class PartUnreadable(CannotRead):
    """That part of the book is damaged; the rest may be fine."""

    code = "part-unreadable"


class TooManyMarks(Refusal):
    """The reader has made as many marks in this book as are kept: `limit`."""

    code = "too-many-marks"

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} marks")
        self.limit = limit
        self.facts = {"limit": self.limit}


class CannotTakeHome(Refusal):
    """The marks of a loan can't be taken home this way."""

    code = "cannot-take-home"


class StillOnLoan(CannotTakeHome):
    """The loan has not ended: its reader takes the marks home in the reader."""

    code = "still-on-loan"


class MarksForgotten(CannotTakeHome):
    """The loan ended too long ago. Its marks are kept no longer."""

    code = "marks-forgotten"


class CannotWithdraw(Refusal):
    """A copy leaves the collection only from the shelf."""

    code = "cannot-withdraw"


class CopiesAreOut(Refusal):
    """An account can't be erased while somebody has one of its copies, or may accept one as a gift: `titles`
    says which."""

    code = "copies-are-out"

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(f"{len(titles)} titles")
        self.titles = tuple(titles)
        self.facts = {"titles": ", ".join(f"“{title}”" for title in titles)}


class NotBroughtIn(Refusal):
    """The copy came to its owner as a gift. A file leaves the library only for who brought it in."""

    code = "not-brought-in"


class FileNotKept(Refusal):
    """The file of a copy that left the library is not kept, or not any more."""

    code = "file-not-kept"


class LogDamaged(Refusal):
    """What is asked for would be proven by the loan log, and the log is not what was entered and signed."""

    code = "log-damaged"


class ProofInvalid(Refusal):
    """A proof of the browser's key is malformed, stale, replayed, or by another key."""

    code = "proof-invalid"


class CannotSignIn(Refusal):
    """No session is opened."""

    code = "cannot-sign-in"


class WrongCredentials(CannotSignIn):
    """The name or the password is wrong; which of them is not told."""

    code = "wrong-credentials"


class TooManyTries(CannotSignIn):
    """Too many tries in a short time. `wait` is how long until the next may succeed."""

    code = "too-many-tries"

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait}")
        self.wait = wait
        self.facts = {"seconds": max(1, round(self.wait.total_seconds()))}


class InvitationInvalid(CannotSignIn):
    """The one-time set-up link was used, has expired, or was never made."""

    code = "invitation-invalid"


class NotSignedIn(Refusal):
    """Who asks is not known."""

    code = "not-signed-in"


class NotAllowed(Refusal):
    """Who asks is known, and their role does not reach that far."""

    code = "not-allowed"


class NamesCovered(Refusal):
    """A librarian looks for a reader by name, and has not had names shown."""

    code = "names-covered"


class NameTaken(Refusal):
    """Somebody signs in with that name already."""

    code = "name-taken"


class UnacceptableInput(Refusal):
    """A field says something that can't be used. `why` is a short English sentence."""

    code = "unacceptable-input"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why
        self.facts = {"field": self.field, "why": self.why}


class NotFound(Refusal):
    """There is no such thing, or it is not this person's to see."""

    code = "not-found"

"""Taking marks home: during a loan, and for a while after it. Then they are forgotten.

Nothing that reads a book is answered after its loan. This is no reading: what the reader themself wrote,
and the words that they marked, stay theirs for a month.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lending import refusals
from lending.circulation.loans import Loan
from lending.epub.manifest import reader_manifest
from lending.marks import taking_home
from lending.marks.taking_home import Book, Collection
from lending.ports.library import Library, Transaction
from lending.ports.records import EPUB, Edition, HeldLoan
from lending.ports.world import Clock
from lending.refusals import Refusal
from lending.sealing import Tampered
from lending.services.actors import Actor
from lending.services.margins import margin_of
from lending.services.neighbours import passed_to
from lending.services.passes import Passes, insist, opened_by
from lending.services.reading import Admission, LoanSeen
from lending.services.stacks import Stacks
from lending.services.words import digest

KEPT: Final = timedelta(days=30)
"""For how long after a borrower's loan its marks can be taken home."""


@dataclass(frozen=True, slots=True)
class Identity:
    """By what somebody shows that a loan was theirs: a proof of its key made for `path`, the secret of its
    pass where there is no key, or, for an owner's own reading, who they are."""

    proof: str = ""
    path: str = ""
    secret: str = ""
    actor: Actor | None = None


@dataclass(frozen=True, slots=True)
class TakingHome:
    """Gives readers their marks, and forgets them when their time is over."""

    library: Library
    clock: Clock
    passes: Passes
    stacks: Stacks

    def during(self, reader: Admission) -> Collection:
        """All marks of a reader who has the book."""
        return self._collection(reader.held, reader.now)

    def after(self, loan_id: str, who: Identity) -> Collection:
        """All marks of a loan that has ended, for whoever had it.

        Raises ProofInvalid, NotYourLoan, NotSignedIn, StillOnLoan, or MarksForgotten when a borrower comes
        too late. An owner never does: theirs stay.
        """
        now = self.clock.now()
        held = held_by(self.library, loan_id, who.secret)
        refuse_strangers(self.passes, held, who, now)
        if held.loan.ended_by(now) is None:
            raise refusals.StillOnLoan
        if not _is_kept(held, now):
            raise refusals.MarksForgotten
        return self._collection(held, now)

    def waiting(self, passes: dict[str, str]) -> list[LoanSeen]:
        """Loans that ended lately, with marks to take home, given a browser's cookies (loan id to pass)."""
        now = self.clock.now()
        found = []
        with self.library.read() as desk:
            for held in opened_by(desk, passes):
                if _is_kept(held, now) and _marked(desk, held.loan):
                    lender = desk.accounts.get(held.owner_id).name
                    edition = desk.collection.edition(held.edition_id)
                    found.append(LoanSeen(held, edition, lender, passed_to=passed_to(desk, held.loan)))
        return found

    def forget_old(self, most: int = 100) -> int:
        """Forget what is kept of borrowers' loans that ended long ago; returns of how many.

        For the housekeeper. Notes that were left in the book stay there."""
        with self.library.read() as desk:
            old = desk.marks.forgettable(self.clock.now() - KEPT, most)
        for loan_id in old:
            with self.library.change() as desk:
                desk.marks.forget(loan_id)
        return len(old)

    def _collection(self, held: HeldLoan, now: datetime) -> Collection:
        with self.library.read() as desk:
            marks = desk.marks.since(margin_of(held.loan), 0)
            edition = desk.collection.edition(held.edition_id)
        return taking_home.collection(self._book(edition), marks, now, longest=held.terms.quotation_limit)

    def _book(self, edition: Edition) -> Book:
        chapters, sections = self._places(edition)
        return Book(
            edition.title,
            edition.authors,
            edition.language,
            edition.media_type,
            edition.identifiers,
            edition.fingerprint,
            chapters,
            sections,
        )

    def _places(self, edition: Edition) -> tuple[dict[str | int, str], tuple[str, ...]]:
        """Its chapters and sections; none of a book that can't be read any more."""
        try:
            if edition.media_type != EPUB:
                return taking_home.labels(self.stacks.pdf_aid(edition)["toc"], "page"), ()
            package = self.stacks.package(edition)
        except (Refusal, Tampered, OSError):
            return {}, ()
        sections = tuple(f"epubcfi({section.cfi})" for section in package.sections)
        return taking_home.labels(reader_manifest(package)["toc"], "href"), sections


def held_by(library: Library, loan_id: str, secret: str) -> HeldLoan:
    """A loan, for whoever says that it is or was theirs. Raises NotYourLoan where there is none."""
    with library.read() as desk:
        try:
            return desk.circulation.held(loan_id, digest(secret) if secret else None)
        except refusals.NotFound as unknown:
            raise refusals.NotYourLoan from unknown


def refuse_strangers(passes: Passes, held: HeldLoan, who: Identity, now: datetime) -> None:
    """Raise NotYourLoan, NotSignedIn or ProofInvalid unless the loan is, or was, theirs."""
    if held.loan.to_owner:
        if who.actor is None:
            raise refusals.NotSignedIn
        # What a former owner read and marked is no business of who has the copy now; nor the other way.
        known = who.actor.id == held.owner_id and held.loan.binding == f"account:{who.actor.id}"
    else:
        insist(held.loan, passes.proven(who.proof, who.path, now))
        known = held.loan.has_key or held.pass_expires_at is not None
    if not known:
        raise refusals.NotYourLoan


def _is_kept(held: HeldLoan, now: datetime) -> bool:
    ended = held.loan.ended_by(now)
    return ended is not None and (held.loan.to_owner or now < ended + KEPT)


def _marked(desk: Transaction, loan: Loan) -> bool:
    return desk.marks.count(margin_of(loan))[0] > 0

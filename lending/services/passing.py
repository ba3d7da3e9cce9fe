"""Passing a loan on: its borrower offers what is left of it to a friend, by a link."""

from dataclasses import dataclass
from datetime import datetime

from lending import refusals
from lending.circulation import passing
from lending.circulation.links import Link, LinkKind
from lending.circulation.loans import Loan
from lending.circulation.passing import Words
from lending.circulation.policy import rules_of
from lending.ports.library import Library, Transaction
from lending.ports.people import LinkTokens
from lending.ports.records import HeldLoan
from lending.ports.world import Clock, Ids
from lending.services.lending import SignedLink
from lending.services.passes import Passes, insist
from lending.services.words import line, passage


@dataclass(frozen=True, slots=True)
class Onward:
    """Whether a loan's borrower may pass the book on, and the offer that waits for a friend, if one does."""

    allowed: bool
    offer: Link | None


@dataclass(frozen=True, slots=True)
class Passing:
    """What borrowers do to pass a book on. Whoever calls has been admitted to the loan.

    The link gives the loan away. So it is made, and shown again, only with a proof of the loan's key where
    there is one: a pass alone, which may have been stolen, doesn't do.
    """

    library: Library
    clock: Clock
    ids: Ids
    tokens: LinkTokens
    passes: Passes

    def stands(self, held: HeldLoan) -> Onward:
        """How it stands. Shows no link."""
        with self.library.read() as desk:
            rules = rules_of(desk.rules.of_title(held.edition_id), desk.rules.of_owner(held.owner_id))
            offer = _offer_of(desk, held.loan, self.clock.now())
        may = rules.passing_on and not held.loan.to_owner and held.loan.recalled_at is None
        return Onward(may, offer)

    def offer(self, held: HeldLoan, words: Words, proof: str, path: str) -> SignedLink:
        """A link by which a friend takes the book over, for what is left of the loan.

        Raises NotAllowed for an owner's own reading (they lend it), ProofInvalid, NotYourLoan,
        UnacceptableInput, LoanEnded, LoanRecalled, PassingOnNotAllowed or LinkAlreadyOut.
        """
        if held.loan.to_owner:
            raise refusals.NotAllowed
        proven = self.passes.proven(proof, path, self.clock.now())
        tidy = Words(line("for_whom", words.for_whom, 100), passage("note", words.note, 1000))
        with self.library.change() as desk:
            copy = desk.circulation.lock(held.loan.copy_id)
            insist(desk.circulation.loan(held.loan.id), proven)
            decision = passing.offer_on(copy, held.loan.id, tidy, self.ids.new(), self.clock.now())
            desk.circulation.store(decision)
        return self._signed(decision.links[-1])

    def offered(self, held: HeldLoan, proof: str, path: str) -> SignedLink:
        """The link that waits, shown again. Raises ProofInvalid, NotYourLoan, or NotFound if none waits."""
        now = self.clock.now()
        proven = self.passes.proven(proof, path, now)
        with self.library.read() as desk:
            insist(desk.circulation.loan(held.loan.id), proven)
            link = _offer_of(desk, held.loan, now)
        if link is None:
            raise refusals.NotFound
        return self._signed(link)

    def take_back(self, held: HeldLoan) -> None:
        """The borrower keeps the book after all: nobody takes it over with the link. Raises LoanEnded."""
        with self.library.change() as desk:
            copy = desk.circulation.lock(held.loan.copy_id)
            desk.circulation.store(passing.take_back(copy, held.loan.id, self.clock.now()))

    def _signed(self, link: Link) -> SignedLink:
        return SignedLink(link, self.tokens.mint(link))


def _offer_of(desk: Transaction, loan: Loan, now: datetime) -> Link | None:
    link = desk.collection.entry(loan.copy_id).copy.link
    if link is None or link.kind is not LinkKind.PASS_ON or link.loan_id != loan.id:
        return None
    return link if link.is_waiting(now) else None

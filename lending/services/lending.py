"""The lending desk at work: links, check-out, check-in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lending import refusals
from lending.circulation import borrowing, offering, passing
from lending.circulation.borrowing import Claim
from lending.circulation.copies import Copy
from lending.circulation.desk import settle
from lending.circulation.links import Link, LinkKind, LinkState
from lending.circulation.loans import Loan
from lending.circulation.notices import notices_of
from lending.circulation.offering import Offer
from lending.circulation.policy import rules_of
from lending.ports.library import Library, Transaction
from lending.ports.mail import Contact
from lending.ports.people import LinkTokens
from lending.ports.records import Edition, HeldLoan, Role
from lending.ports.world import Clock, Ids
from lending.services.actors import Actor
from lending.services.neighbours import passed_to
from lending.services.passes import ClaimRequest, Pass, Passes, insist
from lending.services.turning_away import TurnAways
from lending.services.words import email_address, line, passage


@dataclass(frozen=True, slots=True)
class SignedLink:
    """A link and the token that its URL carries."""

    link: Link
    token: str


@dataclass(frozen=True, slots=True)
class OfferSeen:
    """What somebody sees who opens a link: the book, the lender, the terms. Seeing changes nothing.

    `lasts` is how long the loan will last from now. Where the book is passed on, `passed_by` says by whom
    (perhaps without a name), and `due_at` when it is due: that stays.
    """

    link: Link
    edition: Edition
    lender: str
    lasts: timedelta
    due_at: datetime | None = None
    passed_by: str | None = None


@dataclass(frozen=True, slots=True)
class CheckOut:
    """A loan just opened, or (`repeated`) the same loan for the same browser asking again."""

    reading_pass: Pass
    repeated: bool


@dataclass(frozen=True, slots=True)
class Renewals:
    """How often a borrower may still renew: not at all while somebody waits for the title. `until` is when it
    would be due, renewed now: None where it can't be, or would be due no later."""

    left: int
    somebody_waits: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Lending:
    """The lending desk."""

    library: Library
    clock: Clock
    ids: Ids
    tokens: LinkTokens
    passes: Passes
    turn_aways: TurnAways
    sends_mail: bool = False

    def make_link(self, actor: Actor, copy_id: str, offer: Offer) -> SignedLink:
        """Offer a copy to one friend. Raises NotFound, the kinds of CannotLend, or CopyIsOut."""
        owner_id = actor.acts_as(Role.OWNER)
        tidy = Offer(
            offer.loan_period, line("for_whom", offer.for_whom, 100), passage("note", offer.note, 1000)
        )
        with self.library.change() as desk:
            copy = _own(desk, copy_id, owner_id)
            decision = offering.make_link(copy, tidy, self.ids.new(), self.clock.now())
            desk.circulation.store(decision)
        return self._signed(decision.links[-1])

    def link_out(self, actor: Actor, copy_id: str) -> SignedLink:
        """The link that waits for this copy, to be shown again. Raises NotFound when none does, or it is
        the borrower's, to pass the copy on.

        Not for read-only tokens: whoever sees a link can borrow with it.
        """
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.read() as desk:
            copy = desk.collection.entry(copy_id).copy
        link = copy.link
        if copy.owner_id != owner_id or link is None or not link.is_waiting(self.clock.now()):
            raise refusals.NotFound
        if link.kind in (LinkKind.PASS_ON, LinkKind.GIFT):
            raise refusals.NotFound
        return self._signed(link)

    def cancel_link(self, actor: Actor, copy_id: str) -> None:
        """Take the waiting link back. Raises NotFound when none waits."""
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            copy = _own(desk, copy_id, owner_id)
            desk.circulation.store(offering.cancel_link(copy, self.clock.now()))

    def look(self, token: str) -> OfferSeen:
        """What a link offers. Changes nothing. Raises the kinds of CannotBorrow.

        A link already used says so only to strangers; the browser that used it will
        get its loan again by claiming. Who is refused is entered as turned away: they go no further.
        """
        link_id = self.tokens.read(token)
        with self.turn_aways.with_link(link_id):
            return self._offer(link_id)

    def _offer(self, link_id: str) -> OfferSeen:
        now = self.clock.now()
        with self.library.read() as desk, _unknown_if_not_found():
            link = _link_to_borrow(desk, link_id)
            entry = desk.collection.entry(link.copy_id)
            lender = desk.accounts.get(link.made_by).name
            before = None if link.loan_id is None else desk.circulation.loan(link.loan_id)
        with _naming(lender, before):
            if link.made_by != entry.copy.owner_id:
                raise refusals.LinkUsed  # the copy has been given away since
            if link.state is not LinkState.USED:
                _refuse_closed(entry.copy, link, now)
        if before is None or before.due_at is None:
            return OfferSeen(link, entry.edition, lender, link.loan_period)
        lasts = max(before.due_at - now, timedelta(0))
        return OfferSeen(link, entry.edition, lender, lasts, before.due_at, before.borrower_name)

    def claim(self, token: str, request: ClaimRequest, path: str) -> CheckOut:
        """Check the copy out to the browser that asks. Raises the kinds of CannotBorrow, or ProofInvalid.

        Exactly one browser can ever claim with a link. The same browser may ask again,
        after an answer that got lost, and gets the same loan. Who is refused is entered as turned away.
        """
        link_id = self.tokens.read(token)
        contact = self._contact(request)
        claim = Claim(self.passes.binding(request, path, self.clock.now()), line("name", request.name, 100))
        with self.turn_aways.with_link(link_id, claim.binding), self.library.change() as desk:
            with _unknown_if_not_found():
                copy = desk.circulation.lock(_link_to_borrow(desk, link_id).copy_id)
                link = desk.circulation.link(link_id)
            now = self.clock.now()  # once the copy is held: who waited longer did not come earlier
            before = None if link.loan_id is None else desk.circulation.loan(link.loan_id)
            with _naming(desk.accounts.get(link.made_by).name, before):
                loan, repeated = self._loan_for(desk, copy, link, claim, now, contact)
            return CheckOut(self.passes.issue(desk, loan, now), repeated)

    def renew_pass(self, loan_id: str, proof: str, path: str) -> Pass:
        """A fresh pass for the browser that proves the loan's key. Raises ProofInvalid or LoanEnded."""
        now = self.clock.now()
        proven = self.passes.proven(proof, path, now)
        with self.library.change() as desk:
            held = _held_alone(desk, loan_id)
            insist(held.loan, proven)
            borrowing.refuse_ended(held.loan, held.epoch, now, passed_to(desk, held.loan) or "")
            return self.passes.issue(desk, held.loan, now)

    def take_off_shelf(self, actor: Actor, copy_id: str) -> Loan:
        """Check a copy out to its owner; the same loan again while they have it.

        Raises NotFound, CopyIsOut or CopyIsLost.
        """
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            copy = _own(desk, copy_id, owner_id)
            if copy.loan is not None and copy.loan.to_owner:
                return copy.loan
            decision = borrowing.take_off_shelf(copy, self.ids.new(), self.clock.now())
            desk.circulation.store(decision)
        return decision.loans[-1]

    def put_back(self, actor: Actor, copy_id: str) -> None:
        """The owner puts their copy back on the shelf. Raises LoanEnded when they don't have it."""
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            copy = _own(desk, copy_id, owner_id)
            if copy.loan is None or not copy.loan.to_owner:
                raise refusals.LoanEnded
            desk.circulation.store(borrowing.check_in(copy, copy.loan.id, self.clock.now()))

    def check_in(self, loan_id: str, proof: str, path: str) -> None:
        """Return a borrowed copy. Raises ProofInvalid, NotYourLoan or LoanEnded.

        A loan bound to a key wants a proof of that key. For any other `proof` is empty,
        and whoever calls has been admitted to the loan by its pass.
        """
        proven = self.passes.proven(proof, path, self.clock.now())
        with self.library.change() as desk:
            loan = _held_alone(desk, loan_id).loan
            insist(loan, proven)
            copy = desk.circulation.lock(loan.copy_id)
            desk.circulation.store(borrowing.check_in(copy, loan_id, self.clock.now()))

    def renew(self, loan_id: str) -> Loan:
        """The borrower keeps the copy for as long again. Whoever calls has been admitted to the loan.

        Raises LoanEnded or the kinds of CannotRenew.
        """
        with self.library.change() as desk:
            copy = desk.circulation.lock(_held(desk, loan_id).loan.copy_id)
            decision = borrowing.renew(copy, loan_id, self.clock.now())
            desk.circulation.store(decision)
        return decision.loans[-1]

    def extend(self, actor: Actor, copy_id: str, period: timedelta) -> Loan:
        """The owner lets the borrower keep the copy for `period` from now. A recall is taken back.

        Raises NotFound, LoanEnded, LoanPeriodOutOfRange or NothingGained.
        """
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            copy = _own(desk, copy_id, owner_id)
            decision = borrowing.extend(copy, _loan_id(copy), period, self.clock.now())
            desk.circulation.store(decision)
        return decision.loans[-1]

    def recall(self, actor: Actor, copy_id: str) -> Loan:
        """The owner asks for the copy back. Raises NotFound, LoanEnded or AlreadyRecalled."""
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            copy = _own(desk, copy_id, owner_id)
            decision = borrowing.recall(copy, _loan_id(copy), self.clock.now())
            desk.circulation.store(decision)
        return decision.loans[-1]

    def renewals(self, held: HeldLoan) -> Renewals:
        """How often the borrower may still renew, and what they would gain by it now."""
        with self.library.read() as desk:
            rules = rules_of(desk.rules.of_title(held.edition_id), desk.rules.of_owner(held.owner_id))
            holds = desk.line.of(held.edition_id)
        waits = borrowing.somebody_waits(held.loan, holds)
        left = 0 if waits else borrowing.renewals_left(held.loan, rules)
        until = borrowing.renewed_until(held.loan, rules, self.clock.now())
        gains = left > 0 and held.loan.due_at is not None and until > held.loan.due_at
        return Renewals(left, waits, until if gains else None)

    def nonce(self) -> str:
        """A nonce for the next proof of a key."""
        return self.passes.proofs.nonce(self.clock.now())

    def settle_due(self, most: int = 200) -> int:
        """Record what time has ended; returns how many copies. For the housekeeper: it makes the record
        prompt, while correctness needs nobody to call it."""
        now = self.clock.now()
        with self.library.read() as desk:
            due = desk.circulation.due(now, most)
        for copy_id in due:
            with self.library.change() as desk:
                desk.circulation.store(settle(desk.circulation.lock(copy_id), now))
        return len(due)

    def _loan_for(
        self,
        desk: Transaction,
        copy: Copy,
        link: Link,
        claim: Claim,
        now: datetime,
        contact: Contact | None,
    ) -> tuple[Loan, bool]:
        if link.state is LinkState.USED:
            loan = desk.circulation.loan_of_link(link.id)
            if loan is not None and borrowing.same_claim(loan, claim, now):
                return loan, True
        has = desk.circulation.open_loans(claim.binding, copy.owner_id, now)
        check_out = passing.pass_on if link.kind is LinkKind.PASS_ON else borrowing.claim
        decision = check_out(copy, link, replace(claim, has=has), self.ids.new(), now)
        desk.circulation.store(decision)
        loan = decision.loans[-1]
        contact = contact or _contact_of_hold(desk, link)
        if contact is not None:
            desk.outbox.set_contact_of_loan(loan.id, contact)
            desk.outbox.add(notices_of(decision))  # once more: when the loan was stored it had no address yet
        return loan, False

    def _contact(self, request: ClaimRequest) -> Contact | None:
        address = email_address("email", request.email)
        return Contact(address, request.language) if address and self.sends_mail else None

    def _signed(self, link: Link) -> SignedLink:
        return SignedLink(link, self.tokens.mint(link))


def _link_to_borrow(desk: Transaction, link_id: str) -> Link:
    """The link, unless it gives the copy away: nobody borrows with that."""
    link = desk.circulation.link(link_id)
    if link.kind is LinkKind.GIFT:
        raise refusals.UnknownLink
    return link


def _contact_of_hold(desk: Transaction, link: Link) -> Contact | None:
    """Where somebody gets letters who left their address when they got in line."""
    return desk.outbox.contact_of_hold(link.id) if link.kind is LinkKind.HOLD else None


def _loan_id(copy: Copy) -> str:
    if copy.loan is None:
        raise refusals.LoanEnded
    return copy.loan.id


def _own(desk: Transaction, copy_id: str, owner_id: str) -> Copy:
    copy = desk.circulation.lock(copy_id)
    if copy.owner_id != owner_id or copy.withdrawn_at is not None:
        raise refusals.NotFound
    return copy


def _refuse_closed(copy: Copy, link: Link, now: datetime) -> None:
    """Raise why nobody can borrow with a link that wasn't used."""
    if link.kind is LinkKind.PASS_ON:
        passing.loan_passed_on(copy, link, now)
        return
    offering.refuse_closed(link, now)
    if copy.loan is not None and copy.loan.is_open(now):
        raise refusals.CopyIsOut


def _held(desk: Transaction, loan_id: str) -> HeldLoan:
    try:
        return desk.circulation.held(loan_id, None)
    except refusals.NotFound as unknown:
        raise refusals.NotYourLoan from unknown


def _held_alone(desk: Transaction, loan_id: str) -> HeldLoan:
    """The same, while its copy is held: whose it is changes when it is carried to another device."""
    desk.circulation.lock(_held(desk, loan_id).loan.copy_id)
    return _held(desk, loan_id)


@contextmanager
def _unknown_if_not_found() -> Iterator[None]:
    try:
        yield
    except refusals.NotFound as missing:
        raise refusals.UnknownLink from missing


@contextmanager
def _naming(lender: str, before: Loan | None) -> Iterator[None]:
    """Let a refusal say whom to ask: who sent the link, be it the borrower who passes the copy on."""
    try:
        yield
    except refusals.TooManyLoans as refusal:
        refusal.facts = {**refusal.facts, "lender": lender}
        raise
    except refusals.CannotBorrow as refusal:
        sender = "" if before is None else before.borrower_name
        refusal.facts = {"lender": sender or lender}
        raise

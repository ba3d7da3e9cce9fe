"""Carrying a loan to another device: from the laptop to the phone, without a second reader at any moment."""

from dataclasses import dataclass
from datetime import timedelta

from lending import refusals
from lending.circulation import borrowing
from lending.ports.library import Library
from lending.ports.people import Carriage, CarryTokens
from lending.ports.records import HeldLoan
from lending.ports.world import Clock
from lending.services.passes import ClaimRequest, Pass, Passes, insist
from lending.services.words import digest

CARRIAGE_LASTS = timedelta(minutes=10)
"""Long enough to find the phone."""


@dataclass(frozen=True, slots=True)
class SignedCarriage:
    """The token that an address carries, and what it says."""

    token: str
    carriage: Carriage


@dataclass(frozen=True, slots=True)
class Carrying:
    """Where a loan changes its device."""

    library: Library
    clock: Clock
    tokens: CarryTokens
    passes: Passes

    def begin(self, held: HeldLoan, proof: str, path: str) -> SignedCarriage:
        """A token for another device of whoever has the loan. Whoever calls has been admitted to it.

        Nothing changes by it. A loan bound to a key wants a proof of that key: a pass alone, which may have
        been stolen, is not to become the whole loan. Raises ProofInvalid, NotYourLoan, or NotAllowed for an
        owner's own reading: they sign in over there.
        """
        now = self.clock.now()
        if held.loan.to_owner:
            raise refusals.NotAllowed
        insist(held.loan, self.passes.proven(proof, path, now))
        until = now + CARRIAGE_LASTS
        carriage = Carriage(held.loan.id, digest(held.loan.binding), until)
        return SignedCarriage(self.tokens.mint_carriage(carriage), carriage)

    def arrive(self, token: str, request: ClaimRequest, path: str) -> Pass:
        """The loan goes on in the browser that asks; no pass of the first one opens it any more.

        Asked again by the same browser, it answers the same. Raises UnknownLink, LinkExpired, LinkUsed
        (another device has it), LoanEnded or ProofInvalid.
        """
        carriage = self.tokens.read_carriage(token)
        binding = self.passes.binding(request, path, self.clock.now())
        with self.library.change() as desk:
            copy = desk.circulation.lock(desk.circulation.loan(carriage.loan_id).copy_id)
            loan, now = desk.circulation.loan(carriage.loan_id), self.clock.now()
            borrowing.refuse_ended(loan, copy.epoch, now)
            if loan.binding == binding:
                return self.passes.issue(desk, loan, now)
            if loan.has_key and not request.proof:
                raise refusals.ProofInvalid  # it is not to become a loan whose pass lasts for ever
            if digest(loan.binding) != carriage.bound_as:
                raise refusals.LinkUsed
            if now >= carriage.until:
                raise refusals.LinkExpired
            decision = borrowing.carry(copy, loan.id, binding, now)
            desk.circulation.store(decision)
            desk.circulation.forget_passes(loan.id)
            return self.passes.issue(desk, decision.loans[-1], now)

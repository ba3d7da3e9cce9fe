"""How a browser comes to a loan: what it proves, and the pass that its cookie carries from then on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lending import refusals
from lending.circulation.loans import Loan
from lending.ports.library import Transaction
from lending.ports.people import KeyProofs
from lending.ports.records import HeldLoan
from lending.ports.world import Ids
from lending.services.words import digest

PASS_LASTS = timedelta(minutes=10)
"""How long a stolen cookie is worth anything, where the browser holds a key."""

PASS_REMEMBERED = timedelta(hours=1)

TICKET_LASTS = timedelta(days=400)
"""Without a key a pass can't be renewed; it lasts for as long as browsers keep its cookie."""


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """Who presses the button. `proof` is of the browser's key; without one, `ticket` is a random secret.

    Either makes the claim safe to repeat after a lost answer. `email`, if given, is where letters about the
    loan go, in `language`; it is not kept where no mail is sent.
    """

    name: str = ""
    proof: str = ""
    ticket: str = ""
    email: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """The secret for a reading cookie, and until when it opens the loan."""

    loan: Loan
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Passes:
    """Where browsers prove who they are, and get their passes."""

    ids: Ids
    proofs: KeyProofs

    def binding(self, request: ClaimRequest, path: str, now: datetime) -> str:
        """What a loan is bound to that this browser opens. Raises ProofInvalid."""
        ticket = "ticket:" + digest(request.ticket or self.ids.secret())
        return self.proven(request.proof, path, now) or ticket

    def proven(self, proof: str, path: str, now: datetime) -> str:
        """The binding that a proof shows; empty without a proof. Raises ProofInvalid."""
        return "key:" + self.proofs.verify(proof, "POST", path, now) if proof else ""

    def issue(self, desk: Transaction, loan: Loan, now: datetime) -> Pass:
        """A fresh pass for a loan."""
        expires = now + (PASS_LASTS if loan.has_key else TICKET_LASTS)
        secret = self.ids.secret()
        # One that has just run out is kept a while: who comes with it is told so, and not taken
        # for a stranger while another of the same page's requests renews it.
        desk.circulation.add_pass(digest(secret), loan.id, expires, now - PASS_REMEMBERED)
        return Pass(loan, secret, expires)


def insist(loan: Loan, proven: str) -> None:
    """Raise ProofInvalid or NotYourLoan unless `proven` is the key that the loan is bound to.

    Who has a loan without a key proves nothing, and is known by its pass alone.
    """
    if loan.has_key and not proven:
        raise refusals.ProofInvalid
    if proven and loan.binding != proven:
        raise refusals.NotYourLoan


def opened_by(desk: Transaction, passes: Mapping[str, str]) -> Iterator[HeldLoan]:
    """The loans that a browser's passes are for (loan id to secret), ended ones included."""
    for loan_id, secret in passes.items():
        try:
            held = desk.circulation.held(loan_id, digest(secret))
        except refusals.NotFound:
            continue
        if held.pass_expires_at is not None:
            yield held

"""A loan's due date: the borrower renews, the owner extends and recalls. And copies that are lost."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self

from flask import Blueprint
from pydantic import Field

from lending import refusals
from lending.circulation.loans import Loan
from lending.ports.records import HeldLoan
from lending.services.actors import Actor
from lending.services.reading import Admission
from lending.web.api.contract import Access, Answer, Asked, Contract, Told
from lending.web.api.shapes import CopyShown, LoanOfCopy
from lending.web.desk import desk

bp = Blueprint("loans", __name__)


class Term(Told):
    """How long the loan lasts, and how often it may still be renewed."""

    due_at: datetime | None
    renewals_left: int
    somebody_waits: bool = Field(description="Then it can't be renewed, whatever the rules would allow.")
    renewed_due_at: datetime | None = Field(
        description="When it would be due, renewed now; null where it can't be, or would be due no later."
    )

    @classmethod
    def of(cls, held: HeldLoan) -> Self:
        """From the desk's record."""
        renewals = desk().lending.renewals(held)
        return cls(
            due_at=held.loan.due_at,
            renewals_left=renewals.left,
            somebody_waits=renewals.somebody_waits,
            renewed_due_at=renewals.until,
        )


class MoreTime(Asked):
    """How long the borrower may keep the book, from now."""

    loan_seconds: int = Field(ge=1, le=10**9)


@bp.get("/loans/<id:loan_id>/renewal")
@Contract(answers={200: Answer("How it stands.", Term)}, access=Access.READER)
def term(reader: Admission) -> Term:
    """How often the loan may still be renewed, and what would be gained by it now."""
    return Term.of(reader.held)


@bp.post("/loans/<id:loan_id>/renewal")
@Contract(
    answers={200: Answer("The loan was renewed.", Term)},
    access=Access.READER,
    refuses=(refusals.NoRenewalsLeft, refusals.LoanRecalled, refusals.SomebodyWaits, refusals.NothingGained),
)
def renew(reader: Admission) -> Term:
    """Keep the book for as long again, from now."""
    return Term.of(replace(reader.held, loan=desk().lending.renew(reader.held.loan.id)))


@bp.post("/copies/<id:copy_id>/extension")
@Contract(
    answers={200: Answer("The loan as it is now.", LoanOfCopy)},
    body=MoreTime,
    refuses=(refusals.LoanEnded, refusals.LoanPeriodOutOfRange, refusals.NothingGained),
)
def extend(actor: Actor, copy_id: str, body: MoreTime) -> LoanOfCopy:
    """The owner lets the borrower keep the book for longer. A recall is taken back; no loan gets shorter."""
    return _loan(actor, copy_id, desk().lending.extend(actor, copy_id, timedelta(seconds=body.loan_seconds)))


@bp.post("/copies/<id:copy_id>/recall")
@Contract(
    answers={200: Answer("The loan as it is now.", LoanOfCopy)},
    refuses=(refusals.LoanEnded, refusals.AlreadyRecalled),
)
def recall(actor: Actor, copy_id: str) -> LoanOfCopy:
    """The owner asks for the book back: it is due when the notice is over."""
    return _loan(actor, copy_id, desk().lending.recall(actor, copy_id))


@bp.put("/copies/<id:copy_id>/lost")
@Contract(
    answers={200: Answer("The copy as it is now.", CopyShown)},
    refuses=(
        refusals.CopyIsOut,
        refusals.LinkAlreadyOut,
        refusals.CopyIsLost,
        refusals.CopyIsHeld,
        refusals.GiftIsOut,
    ),
)
def mark_lost(actor: Actor, copy_id: str) -> CopyShown:
    """Say that a copy can't be found. Nobody can have it until it is."""
    desk().shelf.mark_lost(actor, copy_id)
    return _copy(actor, copy_id)


@bp.delete("/copies/<id:copy_id>/lost")
@Contract(answers={200: Answer("The copy as it is now.", CopyShown)})
def find(actor: Actor, copy_id: str) -> CopyShown:
    """It has been found: back on the shelf."""
    desk().shelf.find(actor, copy_id)
    return _copy(actor, copy_id)


def _loan(actor: Actor, copy_id: str, loan: Loan) -> LoanOfCopy:
    return LoanOfCopy.of(loan, desk().shelf.entry(actor, copy_id).passed_by)


def _copy(actor: Actor, copy_id: str) -> CopyShown:
    return CopyShown.of(desk().shelf.entry(actor, copy_id), desk().shelf.clock.now())

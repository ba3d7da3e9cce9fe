"""How an owner lends: the loan rules, for all their books or for one title."""

from datetime import timedelta
from typing import Literal

from flask import Blueprint
from pydantic import Field

from lending.circulation.policy import HOUSE_RULES, LoanRules
from lending.services.actors import Actor
from lending.services.choices import Seen
from lending.web.api.contract import Answer, Asked, Contract, Told
from lending.web.desk import desk

bp = Blueprint("rules", __name__)

Chosen = Literal["house", "account", "title"]
_MOST = 10**9


def _seconds(period: timedelta) -> int:
    return period // timedelta(seconds=1)


class RulesWanted(Asked):
    """Loan rules, each said. Periods are whole seconds."""

    loan_seconds: int = Field(ge=0, le=_MOST, description="What a loan lasts when nothing else is said.")
    renewals: int = Field(ge=0, le=_MOST, description="How often a borrower may renew.")
    claim_seconds: int = Field(ge=0, le=_MOST, description="How long a link waits to be used.")
    recall_notice_seconds: int = Field(
        ge=0, le=_MOST, description="The least time that a borrower keeps the book once it is recalled."
    )
    pick_up_seconds: int = Field(
        _seconds(HOUSE_RULES.pick_up_window),
        ge=0,
        le=_MOST,
        description="How long a copy is kept for whose turn it is in the line: two days if not said.",
    )
    loans_per_borrower: int = Field(
        ge=0, le=_MOST, description="How many of the account's books one browser may have at once."
    )
    passing_on: bool = Field(
        description="Whether a borrower may hand the book to a friend, for what is left of the loan."
    )

    def rules(self) -> LoanRules:
        """In the library's words."""
        return LoanRules(
            loan_period=timedelta(seconds=self.loan_seconds),
            renewals=self.renewals,
            claim_window=timedelta(seconds=self.claim_seconds),
            recall_notice=timedelta(seconds=self.recall_notice_seconds),
            pick_up_window=timedelta(seconds=self.pick_up_seconds),
            loans_per_borrower=self.loans_per_borrower,
            passing_on=self.passing_on,
        )


class RulesShown(Told):
    """The loan rules that hold, and for what they were chosen."""

    loan_seconds: int
    renewals: int
    claim_seconds: int
    recall_notice_seconds: int
    pick_up_seconds: int
    loans_per_borrower: int
    passing_on: bool
    chosen_for: Chosen = Field(
        description="The title, all books of the account, or nobody chose: the house's."
    )


@bp.get("/account/loan-rules")
@Contract(answers={200: Answer("The rules.", RulesShown)})
def account_rules(actor: Actor) -> RulesShown:
    """The rules by which the account's books are lent, where a title has none of its own."""
    return _of_account(actor)


@bp.put("/account/loan-rules")
@Contract(answers={200: Answer("The rules as they are now.", RulesShown)}, body=RulesWanted)
def set_account_rules(actor: Actor, body: RulesWanted) -> RulesShown:
    """Choose them. They hold for what is done from now on; no due date moves."""
    desk().rules.set_for_account(actor, body.rules())
    return _of_account(actor)


@bp.delete("/account/loan-rules")
@Contract(answers={204: Answer("The house's rules hold.")})
def forget_account_rules(actor: Actor) -> None:
    """Back to the house's rules."""
    desk().rules.set_for_account(actor, None)


@bp.get("/copies/<id:copy_id>/loan-rules")
@Contract(answers={200: Answer("The rules.", RulesShown)})
def copy_rules(actor: Actor, copy_id: str) -> RulesShown:
    """The rules by which the title is lent."""
    return _of_copy(actor, copy_id)


@bp.put("/copies/<id:copy_id>/loan-rules")
@Contract(answers={200: Answer("The rules as they are now.", RulesShown)}, body=RulesWanted)
def set_copy_rules(actor: Actor, copy_id: str, body: RulesWanted) -> RulesShown:
    """Choose rules for the title alone: for every copy of this very file."""
    desk().rules.set_for_copy(actor, copy_id, body.rules())
    return _of_copy(actor, copy_id)


@bp.delete("/copies/<id:copy_id>/loan-rules")
@Contract(answers={204: Answer("The rules of all books hold.")})
def forget_copy_rules(actor: Actor, copy_id: str) -> None:
    """Back to the rules of all the account's books."""
    desk().rules.set_for_copy(actor, copy_id, None)


def _of_account(actor: Actor) -> RulesShown:
    return _shown(desk().rules.of_account(actor), chosen="account", usual="house")


def _of_copy(actor: Actor, copy_id: str) -> RulesShown:
    usual = desk().rules.of_account(actor)
    return _shown(
        desk().rules.of_copy(actor, copy_id), chosen="title", usual="account" if usual.chosen else "house"
    )


def _shown(seen: Seen[LoanRules], *, chosen: Chosen, usual: Chosen) -> RulesShown:
    rules = seen.holds
    return RulesShown(
        loan_seconds=_seconds(rules.loan_period),
        renewals=rules.renewals,
        claim_seconds=_seconds(rules.claim_window),
        recall_notice_seconds=_seconds(rules.recall_notice),
        pick_up_seconds=_seconds(rules.pick_up_window),
        loans_per_borrower=rules.loans_per_borrower,
        passing_on=rules.passing_on,
        chosen_for=chosen if seen.chosen else usual,
    )

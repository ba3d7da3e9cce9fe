"""The loan rules: how long, how often, and how much notice."""

from dataclasses import dataclass
from datetime import timedelta

from lending import refusals

SHORTEST_LOAN = timedelta(hours=1)
LONGEST_LOAN = timedelta(days=366)
MOST_RENEWALS = 100
LONGEST_WAIT = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class LoanRules:
    """The rules by which a title is lent. All periods are durations, counted from the moment of the act.

    The defaults are the house's. An owner may choose others for all their books, and for one title.
    """

    loan_period: timedelta = timedelta(days=14)
    """What a loan lasts when the owner says nothing else. An hour works as well."""

    renewals: int = 2
    """How often a borrower may renew."""

    claim_window: timedelta = timedelta(days=7)
    """How long a link waits to be used. A link that waits for ever is a leak that waits for ever."""

    recall_notice: timedelta = timedelta(days=3)
    """The least time that a borrower keeps the copy after the owner has asked for it back."""

    pick_up_window: timedelta = timedelta(hours=48)
    """How long a copy is kept for whose turn it is in the line, before it is the next one's."""

    passing_on: bool = False
    """Whether a borrower may hand the copy to another friend, for what is left of the loan."""

    loans_per_borrower: int = 5
    """How many of the owner's copies one browser may have at once: a courtesy among friends. Only browsers
    with a key are counted, and two claims in the same moment may both be let through."""


HOUSE_RULES = LoanRules()
"""The rules where nobody has chosen any."""


def rules_of(titles: LoanRules | None, owners: LoanRules | None) -> LoanRules:
    """The rules of one title: its own, else its owner's for all books, else the house's."""
    return titles or owners or HOUSE_RULES


def refuse_senseless(rules: LoanRules) -> None:
    """Raise UnacceptableInput for rules that no library could keep."""
    periods = {
        "loan_period": (rules.loan_period, SHORTEST_LOAN, LONGEST_LOAN),
        "claim_window": (rules.claim_window, SHORTEST_LOAN, LONGEST_WAIT),
        "recall_notice": (rules.recall_notice, timedelta(0), LONGEST_LOAN),
        "pick_up_window": (rules.pick_up_window, SHORTEST_LOAN, LONGEST_WAIT),
    }
    for field, (period, least, most) in periods.items():
        if not least <= period <= most:
            raise refusals.UnacceptableInput(field, "is too short or too long")
        if period % timedelta(hours=1):
            raise refusals.UnacceptableInput(field, "is not a whole number of hours")
    if not 0 <= rules.renewals <= MOST_RENEWALS:
        raise refusals.UnacceptableInput("renewals", f"is not between 0 and {MOST_RENEWALS}")
    if rules.loans_per_borrower < 1:
        raise refusals.UnacceptableInput("loans_per_borrower", "is less than 1")

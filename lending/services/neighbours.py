"""Who had a copy before a borrower who got it from a friend, and who has it after them: by name."""

from lending.circulation.loans import Loan, LoanEnd
from lending.ports.library import Transaction


def passed_by(desk: Transaction, loan: Loan) -> str | None:
    """Who passed the copy on to the loan's borrower: empty where they said no name, None if nobody did."""
    return None if loan.passed_from is None else desk.circulation.loan(loan.passed_from).borrower_name


def passed_to(desk: Transaction, loan: Loan) -> str | None:
    """To whom the loan's borrower passed the copy on: empty where they said no name, None if to nobody."""
    after = desk.circulation.passed_to(loan) if loan.end is LoanEnd.PASSED_ON else None
    return None if after is None else after.borrower_name

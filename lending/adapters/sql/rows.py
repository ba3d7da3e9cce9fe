"""Rows into the core's values: a copy with its open loan and waiting link, from one joined read."""

from typing import Any

from sqlalchemy import Row, and_

from lending.adapters.sql.tables import copy, link, loan
from lending.circulation.copies import Copy
from lending.circulation.links import Link, LinkState
from lending.circulation.loans import Loan, LoanEnd

COPY_WITH_LOAN_AND_LINK = copy.outerjoin(
    loan, and_(loan.c.copy_id == copy.c.id, loan.c.ended_at.is_(None))
).outerjoin(link, and_(link.c.copy_id == copy.c.id, link.c.state == LinkState.WAITING.value))

LOAN_COLUMNS = [column.label(f"loan_{column.name}") for column in loan.c]
LINK_COLUMNS = [column.label(f"link_{column.name}") for column in link.c]
COPY_COLUMNS = [*(column.label(f"copy_{column.name}") for column in copy.c), *LOAN_COLUMNS, *LINK_COLUMNS]


def copy_from(row: Row[*tuple[Any, ...]]) -> Copy:
    """The copy of a row with COPY_COLUMNS."""
    return Copy(
        id=row.copy_id,
        owner_id=row.copy_owner_id,
        epoch=row.copy_epoch,
        link=link_from(row),
        loan=loan_from(row),
        withdrawn_at=row.copy_withdrawn_at,
        lost_at=row.copy_lost_at,
    )


def loan_from(row: Row[*tuple[Any, ...]]) -> Loan | None:
    """The loan of a row with LOAN_COLUMNS; None where the join found none."""
    if row.loan_id is None:
        return None
    return Loan(
        id=row.loan_id,
        copy_id=row.loan_copy_id,
        epoch=row.loan_epoch,
        checked_out_at=row.loan_checked_out_at,
        due_at=row.loan_due_at,
        binding=row.loan_binding,
        borrower_name=row.loan_borrower_name,
        link_id=row.loan_link_id,
        to_owner=row.loan_to_owner,
        period=row.loan_period,
        renewals=row.loan_renewals,
        recalled_at=row.loan_recalled_at,
        due_number=row.loan_due_number,
        ended_at=row.loan_ended_at,
        end=None if row.loan_end is None else LoanEnd(row.loan_end),
    )


def link_from(row: Row[*tuple[Any, ...]]) -> Link | None:
    """The link of a row with LINK_COLUMNS; None where the join found none."""
    if row.link_id is None:
        return None
    return Link(
        id=row.link_id,
        copy_id=row.link_copy_id,
        made_by=row.link_made_by,
        made_at=row.link_made_at,
        claim_by=row.link_claim_by,
        loan_period=row.link_loan_period,
        for_whom=row.link_for_whom,
        note=row.link_note,
        state=LinkState(row.link_state),
        closed_at=row.link_closed_at,
    )

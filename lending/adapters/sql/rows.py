"""Rows into the core's values: a copy with its open loan, waiting link and rules, from one joined read."""

from typing import Any

from sqlalchemy import Row, and_

from lending.adapters.sql.choices import chosen_from, labelled
from lending.adapters.sql.tables import copy, hold, link, loan, owners_rules, titles_rules
from lending.circulation.copies import Copy
from lending.circulation.events import Denial, Event, EventKind, Purpose
from lending.circulation.holds import Hold, HoldState
from lending.circulation.links import Link, LinkKind, LinkState
from lending.circulation.loans import Loan, LoanEnd
from lending.circulation.policy import LoanRules, rules_of

COPY_AT_THE_DESK = (
    copy.outerjoin(loan, and_(loan.c.copy_id == copy.c.id, loan.c.ended_at.is_(None)))
    .outerjoin(link, and_(link.c.copy_id == copy.c.id, link.c.state == LinkState.WAITING.value))
    .outerjoin(titles_rules, titles_rules.c.edition_id == copy.c.edition_id)
    .outerjoin(owners_rules, owners_rules.c.account_id == copy.c.owner_id)
)

LOAN_COLUMNS = [column.label(f"loan_{column.name}") for column in loan.c]
LINK_COLUMNS = [column.label(f"link_{column.name}") for column in link.c]
HOLD_COLUMNS = [hold.c[field] for field in Hold.__slots__]
COPY_COLUMNS = [
    *(column.label(f"copy_{column.name}") for column in copy.c),
    *LOAN_COLUMNS,
    *LINK_COLUMNS,
    *labelled(titles_rules),
    *labelled(owners_rules),
]


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
        file_until=row.copy_file_until,
        rules=rules_of(chosen_from(row, titles_rules, LoanRules), chosen_from(row, owners_rules, LoanRules)),
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
        passed_from=row.loan_passed_from,
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
        kind=LinkKind(row.link_kind),
        loan_id=row.link_loan_id,
    )


def hold_from(row: Row[*tuple[Any, ...]]) -> Hold:
    """The hold of a row with HOLD_COLUMNS."""
    return Hold(
        id=row.id,
        edition_id=row.edition_id,
        binding=row.binding,
        name=row.name,
        asked_at=row.asked_at,
        state=HoldState(row.state),
        ready_at=row.ready_at,
        closed_at=row.closed_at,
    )


_DENIALS = frozenset(Denial)


def event_from(row: Row[*tuple[Any, ...]]) -> Event:
    """The event of a row of the record."""
    return Event(
        kind=EventKind(row.kind),
        at=row.at,
        copy_id=row.copy_id,
        epoch=row.epoch,
        link_id=row.link_id,
        loan_id=row.loan_id,
        by=row.by,
        due_at=row.due_at,
        hold_id=row.hold_id,
        edition_id=row.edition_id,
        to=row.to,
        detail=row.detail,
        reason=None if row.reason is None else _reason(row.reason),
    )


def _reason(word: str) -> Denial | Purpose:
    return Denial(word) if word in _DENIALS else Purpose(word)

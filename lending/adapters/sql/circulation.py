"""`ports.library.Circulation` over SQL: copies, links, loans, the record."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    union,
    update,
)
from sqlalchemy.exc import IntegrityError

from lending import refusals
from lending.adapters.sql.choices import chosen_from, labelled
from lending.adapters.sql.columns import folded
from lending.adapters.sql.line import SqlLine, put, write_down
from lending.adapters.sql.outbox import SqlOutbox
from lending.adapters.sql.rows import (
    COPY_AT_THE_DESK,
    COPY_COLUMNS,
    LINK_COLUMNS,
    LOAN_COLUMNS,
    copy_from,
    link_from,
    loan_from,
)
from lending.adapters.sql.tables import (
    copy,
    hold,
    link,
    loan,
    owners_terms,
    reading_pass,
    titles_terms,
)
from lending.adapters.sql.upserts import upsert
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import Event
from lending.circulation.holds import Hold, HoldState
from lending.circulation.links import Link, LinkState
from lending.circulation.loans import Loan
from lending.circulation.notices import notices_of
from lending.circulation.terms import ReadingTerms, terms_of_loan
from lending.ports.records import HeldLoan


class SqlCirculation:
    """Copies, links and loans as the desk sees them, and the record."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, copy_id: str) -> Copy:
        """See the port. (On SQLite a writing transaction holds the whole database already.)"""
        # The title is locked, whose copies share a line, and the copy is read after: a reader that joined
        # while it waited would see the loan and link as they were before the lock was had.
        query = select(*COPY_COLUMNS).select_from(COPY_AT_THE_DESK).where(copy.c.id == copy_id)
        while True:
            title = self._title_of(copy_id)
            holds = SqlLine(self._connection).lock(title)
            row = self._connection.execute(query).one()
            if row.copy_edition_id == title:  # and hasn't been given to another owner meanwhile
                return _in_line(copy_from(row), holds)

    def _title_of(self, copy_id: str) -> str:
        title: str | None = self._connection.execute(
            select(copy.c.edition_id).where(copy.c.id == copy_id)
        ).scalar_one_or_none()
        if title is None:
            raise refusals.NotFound
        return title

    def link(self, link_id: str) -> Link:
        """See the port."""
        row = self._connection.execute(select(*LINK_COLUMNS).where(link.c.id == link_id)).one_or_none()
        found = None if row is None else link_from(row)
        if found is None:
            raise refusals.NotFound
        return found

    def loan(self, loan_id: str) -> Loan:
        """See the port."""
        row = self._connection.execute(select(*LOAN_COLUMNS).where(loan.c.id == loan_id)).one_or_none()
        found = None if row is None else loan_from(row)
        if found is None:
            raise refusals.NotFound
        return found

    def loan_of_link(self, link_id: str) -> Loan | None:
        """See the port."""
        row = self._connection.execute(select(*LOAN_COLUMNS).where(loan.c.link_id == link_id)).one_or_none()
        return None if row is None else loan_from(row)

    def passed_to(self, passed: Loan) -> Loan | None:
        """See the port."""
        # By the copy too: of its loans there is an index.
        query = select(*LOAN_COLUMNS).where(loan.c.copy_id == passed.copy_id, loan.c.passed_from == passed.id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else loan_from(row)

    def open_loans(self, binding: str, owner_id: str, now: datetime) -> int:
        """See the port."""
        query = (
            select(func.count())
            .select_from(loan.join(copy, copy.c.id == loan.c.copy_id))
            .where(loan.c.binding == binding, loan.c.ended_at.is_(None), loan.c.due_at > now)
            .where(copy.c.owner_id == owner_id)
        )
        return int(self._connection.execute(query).scalar_one())

    def store(self, decision: Decision) -> list[int]:
        """See the port."""
        for changed_link in decision.links:
            upsert(self._connection, link, _link_row(changed_link))
        try:
            for changed_loan in decision.loans:
                upsert(self._connection, loan, _loan_row(changed_loan))
        except IntegrityError as error:
            raise refusals.CopyIsOut from error
        for changed_hold in decision.holds:
            put(self._connection, changed_hold)
        after = decision.copy
        change = update(copy).where(copy.c.id == after.id)
        stands = {
            "owner_id": after.owner_id,
            "epoch": after.epoch,
            "withdrawn_at": after.withdrawn_at,
            "lost_at": after.lost_at,
            "file_until": after.file_until,
        }
        self._connection.execute(change.values(stands))
        SqlOutbox(self._connection).add(notices_of(decision))
        return [self.record(happened) for happened in decision.events]

    def record(self, happened: Event) -> int:
        """See the port."""
        return write_down(self._connection, happened)

    def add_pass(self, secret_hash: str, loan_id: str, expires_at: datetime, forget_before: datetime) -> None:
        """See the port."""
        spent = and_(reading_pass.c.loan_id == loan_id, reading_pass.c.expires_at < forget_before)
        self._connection.execute(delete(reading_pass).where(spent))
        row = {"secret_hash": secret_hash, "loan_id": loan_id, "expires_at": expires_at}
        self._connection.execute(insert(reading_pass).values(row))

    def forget_passes(self, loan_id: str) -> None:
        """See the port."""
        self._connection.execute(delete(reading_pass).where(reading_pass.c.loan_id == loan_id))

    def held(self, loan_id: str, pass_hash: str | None) -> HeldLoan:
        """See the port."""
        row = self._connection.execute(
            _HELD, {"the_loan": loan_id, "the_pass": pass_hash or ""}
        ).one_or_none()
        found = None if row is None else loan_from(row)
        if row is None or found is None:
            raise refusals.NotFound
        titles = chosen_from(row, titles_terms, ReadingTerms)
        owners = chosen_from(row, owners_terms, ReadingTerms)
        terms = terms_of_loan(titles, owners, to_owner=found.to_owner)
        return HeldLoan(found, row.epoch, row.owner_id, row.edition_id, row.pass_expires_at, terms)

    def due(self, now: datetime, limit: int) -> list[str]:
        """See the port."""
        loans = select(loan.c.copy_id).where(loan.c.ended_at.is_(None), loan.c.due_at <= now)
        links = select(link.c.copy_id).where(link.c.state == "waiting", link.c.claim_by <= now)
        return list(self._connection.execute(union(loans, links, _FREE_FOR_THE_LINE).limit(limit)).scalars())


# Copies that nobody has, of titles that somebody waits for. An owner who approves a hold, or brings a second
# copy, keeps it for them at once; this is for whoever was interrupted.
_FREE_FOR_THE_LINE = (
    select(copy.c.id)
    .join(hold, and_(hold.c.edition_id == copy.c.edition_id, hold.c.closed_at.is_(None)))
    .where(
        hold.c.state == HoldState.WAITING.value,
        copy.c.withdrawn_at.is_(None),
        copy.c.lost_at.is_(None),
        ~exists().where(loan.c.copy_id == copy.c.id, loan.c.ended_at.is_(None)),
        ~exists().where(link.c.copy_id == copy.c.id, link.c.state == LinkState.WAITING.value),
    )
)

# The one statement that every page of every book waits for: built once.
_HELD = (
    select(
        *LOAN_COLUMNS,
        copy.c.epoch,
        copy.c.owner_id,
        copy.c.edition_id,
        reading_pass.c.expires_at.label("pass_expires_at"),
        *labelled(titles_terms),
        *labelled(owners_terms),
    )
    .select_from(
        loan.join(copy, copy.c.id == loan.c.copy_id)
        .outerjoin(
            reading_pass,
            and_(reading_pass.c.loan_id == loan.c.id, reading_pass.c.secret_hash == bindparam("the_pass")),
        )
        .outerjoin(titles_terms, titles_terms.c.edition_id == copy.c.edition_id)
        .outerjoin(owners_terms, owners_terms.c.account_id == copy.c.owner_id)
    )
    .where(loan.c.id == bindparam("the_loan"))
)


def _in_line(found: Copy, holds: list[Hold]) -> Copy:
    """The copy with whom it is kept for, and who waits."""
    link_id = found.link.id if found.link else None
    kept_for = next((hold for hold in holds if hold.id == link_id), None)
    line = tuple(hold for hold in holds if hold.state is HoldState.WAITING)
    return replace(found, line=line, hold=kept_for)


def _link_row(changed: Link) -> dict[str, Any]:
    return {**asdict(changed), "state": changed.state.value, "kind": changed.kind.value}


def _loan_row(changed: Loan) -> dict[str, Any]:
    return {
        **asdict(changed),
        "end": None if changed.end is None else changed.end.value,
        "borrower_folded": folded(changed.borrower_name),
    }

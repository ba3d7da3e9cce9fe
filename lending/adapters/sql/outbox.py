"""`ports.mail.Outbox` over SQL: addresses, and the notices that wait to be sent."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, and_, delete, exists, or_, select, update

from lending.adapters.sql.rows import LOAN_COLUMNS, loan_from
from lending.adapters.sql.tables import account, copy, edition, hold, link, loan, notice
from lending.adapters.sql.upserts import insert_if_absent
from lending.circulation.loans import Loan
from lending.circulation.notices import Notice, NoticeKind, Recipient
from lending.ports.mail import Contact, Outcome, Waiting


class SqlOutbox:
    """Addresses, and the notices that wait to be sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def contact_of_account(self, account_id: str) -> Contact | None:
        """See the port."""
        return self._contact(account, account_id)

    def set_contact_of_account(self, account_id: str, contact: Contact | None) -> None:
        """See the port."""
        self._set_contact(account, account_id, contact)

    def forget_account(self, account_id: str) -> None:
        """See the port."""
        self.set_contact_of_account(account_id, None)
        copies = select(copy.c.id).where(copy.c.owner_id == account_id)
        titles = select(edition.c.id).where(edition.c.owner_id == account_id)
        places = select(hold.c.id).where(hold.c.edition_id.in_(titles))
        about_theirs = or_(notice.c.copy_id.in_(copies), notice.c.subject_id.in_(places))
        gifts = select(link.c.id).where(link.c.made_by == account_id)
        to_owner = and_(notice.c.recipient == Recipient.OWNER.value, about_theirs)
        to_giver = and_(notice.c.recipient == Recipient.GIVER.value, notice.c.subject_id.in_(gifts))
        self._connection.execute(delete(notice).where(or_(to_owner, to_giver)))

    def contact_of_loan(self, loan_id: str) -> Contact | None:
        """See the port."""
        return self._contact(loan, loan_id)

    def set_contact_of_loan(self, loan_id: str, contact: Contact | None) -> None:
        """See the port."""
        self._set_contact(loan, loan_id, contact)

    def contact_of_hold(self, hold_id: str) -> Contact | None:
        """See the port."""
        return self._contact(hold, hold_id)

    def set_contact_of_hold(self, hold_id: str, contact: Contact | None) -> None:
        """See the port."""
        self._set_contact(hold, hold_id, contact)

    def add(self, notices: Iterable[Notice]) -> None:
        """See the port."""
        for one in notices:
            if self._is_wanted(one):
                row = {**asdict(one), "tries": 0, "next_try_at": one.at, "outcome": None}
                insert_if_absent(self._connection, notice, row)

    def waiting(self, now: datetime, most: int) -> list[Waiting]:
        """See the port."""
        query = (
            select(notice)
            .where(notice.c.outcome.is_(None), notice.c.next_try_at <= now)
            .order_by(notice.c.next_try_at, notice.c.at)
            .limit(most)
        )
        return [_waiting(row) for row in self._connection.execute(query)]

    def take(self, waiting: Waiting, next_try_at: datetime) -> bool:
        """See the port."""
        as_it_was = and_(_named(waiting.notice), notice.c.tries == waiting.tries, notice.c.outcome.is_(None))
        taken = update(notice).where(as_it_was).values(tries=waiting.tries + 1, next_try_at=next_try_at)
        return self._connection.execute(taken).rowcount == 1

    def close(self, closed: Notice, outcome: Outcome) -> None:
        """See the port."""
        self._connection.execute(update(notice).where(_named(closed)).values(outcome=outcome.value))

    def due_by(self, moment: datetime, most: int) -> list[Loan]:
        """See the port."""
        reminded = exists().where(
            notice.c.subject_id == loan.c.id,
            notice.c.kind == NoticeKind.DUE_SOON.value,
            notice.c.number == loan.c.due_number,
        )
        query = (
            select(*LOAN_COLUMNS)
            .where(loan.c.ended_at.is_(None), loan.c.due_at <= moment, loan.c.email.is_not(None), ~reminded)
            .order_by(loan.c.due_at)
            .limit(most)
        )
        return [found for row in self._connection.execute(query) if (found := loan_from(row)) is not None]

    def forget(self, ended_before: datetime) -> int:
        """See the port."""
        of_gifts = and_(notice.c.recipient == Recipient.GIVER.value, notice.c.at < ended_before)
        self._connection.execute(delete(notice).where(of_gifts))
        of_loans = self._forget(loan, loan.c.ended_at, ended_before)
        return of_loans + self._forget(hold, hold.c.closed_at, ended_before)

    def _forget(self, table: Table, ended_at: Column[datetime], ended_before: datetime) -> int:
        over = and_(ended_at < ended_before, table.c.email.is_not(None))
        gone = update(table).where(over).values(email=None, language=None)
        forgotten = self._connection.execute(gone).rowcount
        ended = exists().where(table.c.id == notice.c.subject_id, ended_at < ended_before)
        self._connection.execute(delete(notice).where(ended))
        return forgotten

    def _is_wanted(self, one: Notice) -> bool:
        if one.recipient is Recipient.BORROWER:
            return self.contact_of_loan(one.subject_id) is not None
        if one.recipient is Recipient.IN_LINE:
            return self.contact_of_hold(one.subject_id) is not None
        owner = select(copy.c.owner_id).where(copy.c.id == one.copy_id)
        if one.recipient is Recipient.GIVER:
            owner = select(link.c.made_by).where(link.c.id == one.subject_id)
        elif one.copy_id is None:
            title = edition.join(hold, hold.c.edition_id == edition.c.id)
            owner = select(edition.c.owner_id).select_from(title).where(hold.c.id == one.subject_id)
        return self.contact_of_account(self._connection.execute(owner).scalar_one()) is not None

    def _contact(self, table: Table, holder_id: str) -> Contact | None:
        query = select(table.c.email, table.c.language).where(table.c.id == holder_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None or row.email is None else Contact(row.email, row.language or "")

    def _set_contact(self, table: Table, holder_id: str, contact: Contact | None) -> None:
        columns = {"email": None, "language": None} if contact is None else asdict(contact)
        self._connection.execute(update(table).where(table.c.id == holder_id).values(columns))


def _named(one: Notice) -> Any:
    return and_(
        notice.c.subject_id == one.subject_id,
        notice.c.kind == one.kind.value,
        notice.c.number == one.number,
    )


def _waiting(row: Row[Any]) -> Waiting:
    found = Notice(
        subject_id=row.subject_id,
        kind=NoticeKind(row.kind),
        number=row.number,
        recipient=Recipient(row.recipient),
        copy_id=row.copy_id,
        at=row.at,
        due_at=row.due_at,
    )
    return Waiting(found, row.tries, row.next_try_at)

"""What stands in the database when all is over, read past the product's own queries."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from lending.adapters.sql.columns import EPOCH, MILLISECOND
from lending.adapters.sql.tables import copy, event, hold, link, loan
from tests.proving.record import Entry, LoanRow, Record

DECIDE_A_DUE_DATE: Final = ("checked-out", "renewed", "recalled")


def record_in(engine: Engine) -> Record:
    """Events and loans. A link is named by its note and a hold by its friend's name, as the histories do.

    What happened in the line for a title happened to its copy: each has one."""
    with engine.connect() as connection:
        tags = {row.id: row.note for row in connection.execute(select(link.c.id, link.c.note))}
        tags |= {row.id: row.name for row in connection.execute(select(hold.c.id, hold.c.name))}
        copies = {row.edition_id: row.id for row in connection.execute(select(copy.c.id, copy.c.edition_id))}
        events = connection.execute(select(event).order_by(event.c.number)).all()
        loans = connection.execute(select(loan)).all()
    dues: dict[str, list[int]] = {}
    for row in events:
        if row.kind in DECIDE_A_DUE_DATE and row.due_at is not None:
            dues.setdefault(row.loan_id, []).append(_milliseconds(row.due_at))
    return Record(
        tuple(
            Entry(
                row.number,
                row.kind,
                row.copy_id or copies[row.edition_id],
                row.epoch,
                row.loan_id or "",
                tags.get(row.link_id or row.hold_id or "", ""),
            )
            for row in events
        ),
        tuple(LoanRow(row.id, row.copy_id, row.epoch, row.end, tuple(dues.get(row.id, ()))) for row in loans),
    )


def takes_a_second_open_loan(engine: Engine) -> bool:
    """Whether the database lets a program that forgot every check open a second loan of one copy."""
    with engine.connect().execution_options(lending_writes=True) as connection:
        transaction = connection.begin()
        try:
            _open_twice(connection)
        except IntegrityError:
            return False
        finally:
            transaction.rollback()
    return True


def _open_twice(connection: Connection) -> None:
    some = connection.execute(select(loan).limit(1)).one()
    for number in (1, 2):
        again = {**some._mapping, "id": f"again {number}", "link_id": None, "ended_at": None, "end": None}
        connection.execute(insert(loan).values(again))


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MILLISECOND

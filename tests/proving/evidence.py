"""What stands in the database when all is over, read past the product's own queries."""

from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from lending.adapters.sql.columns import EPOCH, MILLISECOND
from lending.adapters.sql.tables import event, link, loan
from tests.proving.record import Entry, LoanRow, Record


def record_in(engine: Engine) -> Record:
    """Events and loans. A link is named by its note, as the histories do."""
    with engine.connect() as connection:
        tags = {row.id: row.note for row in connection.execute(select(link.c.id, link.c.note))}
        events = connection.execute(select(event).order_by(event.c.number)).all()
        loans = connection.execute(select(loan)).all()
    dues: dict[str, list[int]] = {}
    for row in events:
        if row.due_at is not None:
            dues.setdefault(row.loan_id, []).append(_milliseconds(row.due_at))
    return Record(
        tuple(
            Entry(
                row.number,
                row.kind,
                row.copy_id,
                row.epoch,
                row.loan_id or "",
                tags.get(row.link_id or "", ""),
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

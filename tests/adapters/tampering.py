"""What somebody does who has all of the database, and none of the library's keys."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, event, text

from lending.adapters.sql.engine import connect
from lending.adapters.sql.library import SqlLibrary
from lending.services.passes import ClaimRequest
from lending.services.verifying import Fault
from tests.services.conftest import House

PATH = "/api/holds"


def unguarded(database: Path) -> SqlLibrary:
    """A library into which anything can be written."""
    library = SqlLibrary(connect(f"sqlite:///{database}"))
    event.listen(library.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA foreign_keys=OFF"))
    return library


def a_signed_house(library: SqlLibrary) -> House:
    """Ana's library, in which a few things have happened; their log is signed."""
    house = House(library=library)
    with library.change() as desk:
        desk.ledger.lock()
        desk.ledger.begin("library.example/log")
    first, second = house.shelve(), house.shelve(name="second.pdf", second_copy=True)
    out = house.claim(house.offer(first, for_whom="Eva"))
    house.logkeeping.checkpoint()
    house.clock.go_on(timedelta(days=3))
    house.lending.renew(out.reading_pass.loan.id)
    house.claim(house.offer(second, for_whom="Luis"), key="luis")
    page = house.asking.open_for_copy(house.ana, first, approves=False)
    house.waiting.ask(page.id, None, ClaimRequest("Kim", house.proof("kim", PATH)), PATH, "192.0.2.1")
    house.logkeeping.checkpoint()
    return house


def faults(house: House) -> list[Fault]:
    return house.verifying.verify().faults


def tamper(library: SqlLibrary, statement: str, **values: Any) -> None:
    with library.engine.begin() as connection:
        connection.execute(text(statement), values)


def rows_of(library: SqlLibrary, table: Table) -> list[dict[str, Any]]:
    with library.engine.connect() as connection:
        found = connection.execute(
            text(f'SELECT rowid AS at_row, * FROM "{table.name}" ORDER BY rowid')
        ).mappings()
        return [dict(row) for row in found]


def write_in(library: SqlLibrary, table: Table, row: dict[str, Any]) -> None:
    columns = [column.name for column in table.c]
    names, values = ", ".join(f'"{name}"' for name in columns), ", ".join(f":{name}" for name in columns)
    tamper(library, f'INSERT INTO "{table.name}" ({names}) VALUES ({values})', **row)


def kind_of(library: SqlLibrary, entry: int | None) -> str:
    with library.read() as desk:
        ((_, found),) = desk.ledger.walk(entry or 0, 1)
    assert found is not None
    return found.kind.value

"""What the librarian's pages cost in a library of a million events, beside one of ten thousand.

    python benchmarks/log_pages.py [DATABASE_URL DATABASE_URL]

Without URLs: SQLite in a temporary folder. With them: two empty databases, for the small and the large one.
Both libraries have the same years and the same copies; the larger one has a hundred times the loans. Rows are
written past the library, in bulk; what the housekeeper counts in the background is counted before.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import insert, text

from lending.adapters.sql.columns import EPOCH
from lending.adapters.sql.engine import connect
from lending.adapters.sql.ledger_tables import log_entry, log_head
from lending.adapters.sql.library import SqlLibrary
from lending.adapters.sql.schema import upgrade
from lending.adapters.sql.tables import account, copy, edition, event, hold, loan
from lending.circulation.events import EventKind, Purpose
from lending.ports.records import Account, EventQuery, LoanState, LogQuery, Role
from lending.services.actors import Actor
from lending.services.audit import Audit
from lending.services.identities import Identities
from lending.services.overview import Overviewing
from lending.services.unusual import UnusualLoans

SIZES = (10_000, 1_000_000)
COPIES, OPEN, WAITED = 2_000, 400, 500
NOW = datetime(2026, 11, 29, tzinfo=UTC)
YEARS = timedelta(days=3650)
AT_ONCE = 20_000
LOOKS = 25
LIBRARIAN = Actor(Account("", "lib", "Lib", frozenset({Role.LIBRARIAN}), "", EPOCH))
OF_BOB = replace(LIBRARIAN, account=replace(LIBRARIAN.account, charge=frozenset({"bob"})))
"""Who looks after a tenth of the copies: what they ask for grows with that tenth."""
RECORD = {
    "record": EventQuery(),
    "record, one kind": EventQuery(kind=EventKind.RECALLED),
    "record, a kind of which is none": EventQuery(kind=EventKind.COPY_LOST),
    "record, one copy": EventQuery("copy-7"),
    "record, one copy and kind": EventQuery("copy-7", kind=EventKind.RECALLED),
}
PAGES = {
    "first page": LogQuery(),
    "state: returned": LogQuery(state=LoanState.RETURNED),
    "state: out": LogQuery(state=LoanState.OUT),
    "state: passed on": LogQuery(state=LoanState.PASSED_ON),
    "state: expired": LogQuery(state=LoanState.EXPIRED),
    "one copy": LogQuery(copy_id="copy-7"),
    "a month, nine years ago": LogQuery(since=NOW - timedelta(days=3300), until=NOW - timedelta(days=3270)),
    "book, found often": LogQuery(book="title 7"),
    "book, found nowhere": LogQuery(book="zzz"),
    "borrower, found nowhere": LogQuery(borrower="zzz"),
    "passed on by": LogQuery(passed_by="friend 9"),
    "lasted 60 days": LogQuery(longer_than=timedelta(days=60)),
}


class StillClock:
    def now(self) -> datetime:
        return NOW


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        houses = [house(folder, size) for size in SIZES]
        print(f"{'':28}" + "".join(f"{size:>16,}" for size in SIZES) + f"{'ratio':>10}")
        for name, look in looks().items():
            costs = [median(timed(look, library) for _ in range(LOOKS)) for library in houses]
            print(f"{name:28}" + "".join(f"{1000 * cost:13.2f} ms" for cost in costs) + ratio(costs))


def looks() -> dict[str, Callable[[SqlLibrary], object]]:
    found: dict[str, Callable[[SqlLibrary], object]] = {
        "overview": lambda library: (
            Overviewing(library, StillClock()).look(LIBRARIAN),
            UnusualLoans(library, StillClock()).lately(LIBRARIAN),
        ),
        "unusual loans": lambda library: UnusualLoans(library, StillClock()).page(LIBRARIAN),
    }
    for name, query in PAGES.items():
        found[name] = lambda library, query=query: Audit(library, StillClock()).loans(LIBRARIAN, query)
    for name, query in RECORD.items():
        found[name] = lambda library, query=query: Audit(library, StillClock()).events(LIBRARIAN, query)
    return found | {
        "of a tenth: overview": lambda library: Overviewing(library, StillClock()).look(OF_BOB),
        "of a tenth: first page": lambda library: Audit(library, StillClock()).loans(OF_BOB, LogQuery()),
        "of a tenth: record": lambda library: Audit(library, StillClock()).events(OF_BOB),
    }


def timed(look: Callable[[SqlLibrary], object], library: SqlLibrary) -> float:
    start = time.perf_counter()
    look(library)
    return time.perf_counter() - start


def ratio(costs: list[float]) -> str:
    return f"{costs[-1] / costs[0]:9.1f}x"


def house(folder: str, size: int) -> SqlLibrary:
    library = SqlLibrary(connect(_url(folder, size)))
    upgrade(library)
    start = time.perf_counter()
    with library.engine.begin() as connection:
        _furnish(connection)
        for rows in batches(_events(size)):
            loans = [row for one, _ in rows for row in one]
            events = [row for _, one in rows for row in one]
            if loans:
                connection.execute(insert(loan), loans)
            connection.execute(insert(event), events)
            connection.execute(insert(log_entry), [_entry(row["number"]) for row in events])
        connection.execute(insert(log_head).values(id=1, origin="bench/log", size=size, peaks=b""))
    if library.engine.dialect.name == "postgresql":  # which does so by itself after a while; SQLite never
        with library.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
    filled = time.perf_counter()
    Identities(library, StillClock()).show(LIBRARIAN, Purpose.AUDIT)  # names are searched for
    counted = Overviewing(library, StillClock()).count()
    print(
        f"{size:,} events: filled in {filled - start:.0f} s; the housekeeper counted {counted:,} of them in "
        f"{time.perf_counter() - filled:.1f} s",
        file=sys.stderr,
    )
    return library


def _url(folder: str, size: int) -> str:
    given = dict(zip(SIZES, sys.argv[1:], strict=False))
    return given.get(size, f"sqlite:///{folder}/{size}.db")


def batches(loans: Iterator[tuple[list[dict], list[dict]]]) -> Iterator[list[tuple[list[dict], list[dict]]]]:
    part: list[tuple[list[dict], list[dict]]] = []
    for one in loans:
        part.append(one)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _events(size: int) -> Iterator[tuple[list[dict], list[dict]]]:
    """Loans in the order of their check-outs, each with two events; the last `OPEN` are not back."""
    loans = size // 2
    for number in range(loans):
        at = NOW - timedelta(days=1) - YEARS * ((loans - number) / loans)
        copy_id, is_open = f"copy-{number % COPIES}", number >= loans - OPEN
        end = ("returned", "expired", "returned", "passed-on" if number % 400 == 3 else "returned")[
            number % 4
        ]
        days = 5 + number % 17
        row = {
            "id": f"loan-{number}",
            "copy_id": copy_id,
            "epoch": number // COPIES + 1,
            "checked_out_at": at,
            "due_at": NOW + timedelta(days=5) if is_open else at + timedelta(days=21),
            "binding": "key:x",
            "borrower_name": f"Friend {number % 900}",
            "borrower_folded": f"friend {number % 900}",
            "to_owner": False,
            "passed_from": f"loan-{number - 7}" if number % 400 == 13 else None,
            "ended_at": None if is_open else min(NOW, at + timedelta(days=days)),
            "end": None if is_open else end,
        }
        then = "recalled" if is_open or number % 9 == 0 else "read-fast" if number % 20 == 7 else "returned"
        kinds = ("checked-out", then)
        events = [
            {"number": 2 * number + place, "kind": kind, "at": at, "copy_id": copy_id, "epoch": row["epoch"]}
            | {"loan_id": row["id"], "by": None if place == 1 else "ana"}
            for place, kind in enumerate(kinds, 1)
        ]
        yield [row], events


def _entry(event_number: int) -> dict:
    leaf = event_number.to_bytes(128)
    return {
        "number": event_number - 1,
        "event_number": event_number,
        "leaf": leaf,
        "blind": b"",
        "rows": "{}",
    }


def _owner(number: int) -> str:
    return "ana" if number % 10 else "bob"


def _furnish(connection) -> None:
    ana = {"id": "ana", "sign_in_name": "ana", "name": "Ana", "name_folded": "ana", "roles": "owner"}
    bob = ana | {"id": "bob", "sign_in_name": "bob", "name": "Bob", "name_folded": "bob"}
    for owner in (ana, bob):
        connection.execute(insert(account).values(**owner, password_hash="", made_at=EPOCH))
    words = ("language", "description", "publisher", "published", "author_folded")
    editions = [
        {
            "id": f"edition-{n}",
            "owner_id": "ana" if n % 10 else "bob",
            "media_type": "application/pdf",
            "title": f"Title {n}",
        }
        | {"authors": (), "identifiers": (), "fingerprint": "", "byte_length": 1, "extent": 1}
        | {"file_id": "f", "finding_aid_id": "f", "added_at": EPOCH, "search_text": f"title {n}"}
        | {"title_folded": f"title {n}"}
        | dict.fromkeys(words, "")
        for n in range(COPIES)
    ]
    connection.execute(insert(edition), editions)
    copies = [
        {
            "id": f"copy-{n}",
            "edition_id": f"edition-{n}",
            "owner_id": "ana" if n % 10 else "bob",
            "number": 1,
            "epoch": 1,
        }
        | {"added_at": EPOCH}
        for n in range(COPIES)
    ]
    connection.execute(insert(copy), copies)
    holds = [
        {"id": f"hold-{n}", "edition_id": f"edition-{n}", "binding": "key:x", "name": "F", "state": "filled"}
        | {"asked_at": NOW - timedelta(days=20), "closed_at": NOW - timedelta(days=n % 15)}
        for n in range(WAITED)
    ]
    connection.execute(insert(hold), holds)


if __name__ == "__main__":
    main()

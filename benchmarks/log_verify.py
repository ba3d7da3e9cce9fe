"""What it costs to check the whole log, beside plainly hashing the same entries.

    python benchmarks/log_verify.py [ENTRIES]

A library with that many events (a million, when nothing is said) is made in a temporary folder: loans of a
few hundred copies, entered as every event is. Then the log is checked as `lending log verify` does it, and
the bytes of all entries are hashed, in the same run. The ratio counts; the seconds are this machine's.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import insert

from lending import bootstrap
from lending.adapters.sql.engine import connect
from lending.adapters.sql.library import SqlLibrary
from lending.adapters.sql.tables import account, copy, edition, event, link, loan
from lending.circulation.events import EventKind
from lending.config import Settings
from lending.services.recording import catch_up

T = TypeVar("T")
START = datetime(2020, 1, 1, tzinfo=UTC)
COPIES = 500
PER_LOAN = (EventKind.LINK_MADE, EventKind.CHECKED_OUT, EventKind.RENEWED, EventKind.RETURNED)
AT_ONCE = 20_000


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "data")
        bootstrap.prepare(settings)
        fill(SqlLibrary(connect(settings.database)), entries // len(PER_LOAN))
        services = bootstrap.build(settings)
        took, _ = timed(lambda: catch_up(services.upkeep.library, services.verifying.sealer))
        print(f"entering {entries:,} events: {took:.1f} s")
        services.logkeeping.checkpoint()
        checking, findings = timed(services.verifying.verify)
        assert findings.are_good, findings.faults
        assert findings.entries == entries // len(PER_LOAN) * len(PER_LOAN)
        reading, leaves = timed(lambda: read_all(services.upkeep.library))
        hashing = timed(lambda: [sha256(b"\0" + leaf).digest() for leaf in leaves])[0]
        services.upkeep.close()
    print(f"checking {findings.entries:,} entries and {findings.rows:,} rows: {checking:.1f} s")
    print(f"hashing the same entries: {hashing:.2f} s; reading them: {reading:.2f} s")
    print(f"checking takes {checking / hashing:.0f} times as long as hashing, ", end="")
    print(f"{checking / (reading + hashing):.1f} times as long as reading and hashing")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def read_all(library: SqlLibrary) -> list[bytes]:
    leaves: list[bytes] = []
    with library.read() as desk:
        while part := desk.ledger.entries(len(leaves), 1000):
            leaves += [one.leaf for one in part]
    return leaves


def fill(library: SqlLibrary, loans: int) -> None:
    """A library in which each copy went from friend to friend."""
    with library.engine.begin() as connection:
        connection.execute(insert(account).values(_account()))
        connection.execute(insert(edition), [_edition(number) for number in range(COPIES)])
        connection.execute(insert(copy), [_copy(number, loans) for number in range(COPIES)])
        for start in range(0, loans, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, loans))
            connection.execute(insert(link), [_link(number) for number in numbers])
            connection.execute(insert(loan), [_loan(number) for number in numbers])
            events = [_event(number, step) for number in numbers for step in range(len(PER_LOAN))]
            connection.execute(insert(event), events)


def _account() -> dict[str, object]:
    return {
        "id": "ana",
        "sign_in_name": "ana",
        "name": "Ana",
        "name_folded": "ana",
        "roles": "owner",
        "password_hash": "",
        "made_at": START,
    }


def _edition(number: int) -> dict[str, object]:
    texts = ("description", "publisher", "published", "language")
    return {
        **dict.fromkeys(texts, ""),
        "id": f"edition{number}",
        "owner_id": "ana",
        "media_type": "application/pdf",
        "title": f"Book {number}",
        "authors": ("Somebody",),
        "identifiers": (),
        "search_text": f"book {number}",
        "title_folded": f"book {number}",
        "author_folded": "somebody",
        "fingerprint": str(number),
        "byte_length": 1,
        "extent": 1,
        "file_id": "f",
        "finding_aid_id": "a",
        "cover_id": None,
        "added_at": START,
    }


def _copy(number: int, loans: int) -> dict[str, object]:
    return {
        "id": f"copy{number}",
        "edition_id": f"edition{number}",
        "owner_id": "ana",
        "number": 1,
        "epoch": loans // COPIES,
        "added_at": START,
    }


def _moment(number: int, step: int) -> datetime:
    return START + timedelta(minutes=3 * number, seconds=step)


def _link(number: int) -> dict[str, object]:
    return {
        "id": f"link{number}",
        "copy_id": f"copy{number % COPIES}",
        "made_by": "ana",
        "made_at": _moment(number, 0),
        "claim_by": _moment(number, 0) + timedelta(days=7),
        "loan_period": timedelta(days=14),
        "for_whom": "",
        "note": "",
        "state": "used",
        "closed_at": _moment(number, 1),
    }


def _loan(number: int) -> dict[str, object]:
    return {
        "id": f"loan{number}",
        "copy_id": f"copy{number % COPIES}",
        "link_id": f"link{number}",
        "epoch": number // COPIES + 1,
        "checked_out_at": _moment(number, 1),
        "due_at": _moment(number, 2) + timedelta(days=14),
        "binding": f"key:{number}",
        "borrower_name": f"Friend {number}",
        "borrower_folded": f"friend {number}",
        "to_owner": False,
        "ended_at": _moment(number, 3),
        "end": "returned",
    }


def _event(number: int, step: int) -> dict[str, object]:
    kind = PER_LOAN[step]
    return {
        "kind": kind.value,
        "at": _moment(number, step),
        "copy_id": f"copy{number % COPIES}",
        "epoch": number // COPIES + 1,
        "link_id": f"link{number}",
        "loan_id": None if kind is EventKind.LINK_MADE else f"loan{number}",
    }


if __name__ == "__main__":
    main()

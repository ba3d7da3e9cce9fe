"""Many at once, on real databases: one writer at a time for one copy, one view for each reader."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError, OperationalError

from lending import refusals
from lending.adapters.sql.library import SqlLibrary
from lending.circulation import borrowing, offering, waiting
from lending.circulation.borrowing import Claim
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.holds import HoldState
from lending.circulation.offering import Offer
from lending.circulation.waiting import Asker
from lending.ports.records import EventQuery, ShelfQuery
from lending.services.lending import Lending
from lending.services.passes import Passes
from lending.services.turning_away import TurnAways
from tests.services.fakes import NOON, FakeClock, FakeIds, FakeKeyProofs, FakeLimits, FakeLinkTokens
from tests.services.making import a_loan, an_edition, shelve

READERS = 16
ROUNDS = 12
DAY = timedelta(days=1)


def at_once(count: int, act: Callable[[int], str]) -> Counter[str]:
    """What each of `count` threads answers that start together: a word, or a refusal's name."""
    ready = threading.Barrier(count)

    def one(number: int) -> str:
        ready.wait(20)
        try:
            return act(number)
        except refusals.Refusal as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(one, range(count)))


def offer(library: SqlLibrary, link_id: str) -> None:
    with library.change() as desk:
        copy = desk.circulation.lock("copy")
        desk.circulation.store(offering.make_link(copy, Offer(DAY), link_id, NOON))


def claim(library: SqlLibrary, link_id: str, loan_id: str) -> str:
    with library.change() as desk:
        copy = desk.circulation.lock("copy")
        link = desk.circulation.link(link_id)
        desk.circulation.store(borrowing.claim(copy, link, Claim(f"key:{loan_id}"), loan_id, NOON))
    return "borrowed"


def check_in(library: SqlLibrary) -> None:
    with library.change() as desk:
        copy = desk.circulation.lock("copy")
        assert copy.loan is not None
        desk.circulation.store(borrowing.check_in(copy, copy.loan.id, NOON))


def test_of_sixteen_who_claim_at_once_exactly_one_borrows(sql_library: SqlLibrary) -> None:
    shelve(sql_library)
    for round_number in range(ROUNDS):
        link_id = f"link {round_number}"
        offer(sql_library, link_id)
        answers = at_once(READERS, lambda n: claim(sql_library, link_id, f"{link_id} loan {n}"))  # noqa: B023 - ends before the next round
        assert answers == {"borrowed": 1, "LinkUsed": READERS - 1}
        check_in(sql_library)
    with sql_library.change() as desk:
        assert desk.circulation.lock("copy").epoch == ROUNDS
        assert len(desk.log.events(EventQuery("copy", 0, 1000))) == 3 * ROUNDS


def test_copies_that_come_back_at_once_are_kept_for_as_many_of_the_line(sql_library: SqlLibrary) -> None:
    """The copies of a title share its line: nobody is given two, and nobody is passed over."""
    copies = [f"copy {number}" for number in range(READERS)]
    shelve(sql_library, copies[0])
    with sql_library.change() as desk:
        for copy_id in copies[1:]:
            desk.collection.add_copy(Copy(copy_id, "ana"), "edition", NOON)
        for copy_id in copies:
            lent = a_loan(f"loan of {copy_id}", copy_id=copy_id, due_at=NOON + DAY)
            desk.circulation.store(Decision(Copy(copy_id, "ana", lent.epoch), (), (lent,)))
    names = [f"friend {number:02}" for number in range(READERS + 3)]
    for minutes, name in enumerate(names):
        with sql_library.change() as desk:
            already, when = desk.line.lock("edition"), NOON + timedelta(minutes=minutes)
            asked = waiting.ask("edition", already, Asker(f"key:{name}", name), name, when, approves=False)
            desk.line.store(asked)

    def give_back(number: int) -> str:
        with sql_library.change() as desk:
            copy = desk.circulation.lock(copies[number])
            later = NOON + timedelta(hours=1)
            desk.circulation.store(borrowing.check_in(copy, f"loan of {copies[number]}", later))
        return "returned"

    assert at_once(READERS, give_back) == {"returned": READERS}
    with sql_library.read() as desk:
        kept_for = [
            entry.link.for_whom for name in copies if (entry := desk.collection.entry(name).copy).link
        ]
        still_waiting = [hold.name for hold in desk.line.of("edition") if hold.state is HoldState.WAITING]
    assert sorted(kept_for) == names[:READERS]
    assert still_waiting == names[READERS:]


def test_a_program_that_forgot_to_lock_still_lends_once(sql_library: SqlLibrary) -> None:
    shelve(sql_library)

    def careless(number: int) -> str:
        with sql_library.change() as desk:
            wrong = Decision(Copy("copy", "ana", 1), (), (a_loan(f"loan {number}"),))
            desk.circulation.store(wrong)
        return "borrowed"

    assert at_once(READERS, careless) == {"borrowed": 1, "CopyIsOut": READERS - 1}


def test_a_locked_copy_is_read_as_the_one_before_left_it(sql_library: SqlLibrary) -> None:
    shelve(sql_library)

    def count_up(_: int) -> str:
        for _again in range(5):
            with sql_library.change() as desk:
                copy = desk.circulation.lock("copy")
                desk.circulation.store(Decision(replace(copy, epoch=copy.epoch + 1)))
        return "counted"

    at_once(READERS, count_up)
    with sql_library.change() as desk:
        assert desk.circulation.lock("copy").epoch == 5 * READERS


def test_a_device_gets_no_pass_while_its_loan_is_carried_to_another(sql_library: SqlLibrary) -> None:
    shelve(sql_library)
    with sql_library.change() as desk:
        lent = a_loan(binding="key:laptop", due_at=NOON + DAY)
        desk.circulation.store(Decision(Copy("copy", "ana", lent.epoch), (), (lent,)))
    proofs, held = FakeKeyProofs(), threading.Event()
    clock, ids = FakeClock(), FakeIds()
    turn_aways = TurnAways(sql_library, clock, FakeLimits())
    lending = Lending(sql_library, clock, ids, FakeLinkTokens(), Passes(ids, proofs), turn_aways)

    def carry() -> None:
        with sql_library.change() as desk:
            copy = desk.circulation.lock("copy")
            held.set()
            desk.circulation.store(borrowing.carry(copy, lent.id, "key:phone", NOON))
            desk.circulation.forget_passes(lent.id)
            time.sleep(0.5)  # long enough for the laptop to ask meanwhile

    with ThreadPoolExecutor(1) as pool:
        carried = pool.submit(carry)
        assert held.wait(20)
        with pytest.raises(refusals.NotYourLoan):
            lending.renew_pass(lent.id, proofs.proof("laptop", "POST", "/pass"), "/pass")
        carried.result()


def test_one_file_uploaded_sixteen_times_at_once_is_one_edition(
    sql_library: SqlLibrary, ids: FakeIds
) -> None:
    shelve(sql_library)

    def accession(number: int) -> str:
        with sql_library.change() as desk:
            desk.collection.hold("ana")
            if desk.collection.edition_by_fingerprint("ana", "new" * 20):
                return "known"
            desk.collection.add_edition(an_edition(f"e {number}", fingerprint="new" * 20))
            desk.collection.add_copy(Copy(ids.new(), "ana"), f"e {number}", NOON)
        return "added"

    assert at_once(READERS, accession) == {"added": 1, "known": READERS - 1}


def test_a_reader_sees_one_state_while_others_write(sql_library: SqlLibrary) -> None:
    shelve(sql_library)
    with sql_library.read() as desk:
        before = desk.collection.shelf(ShelfQuery("ana"))
        with sql_library.change() as other:
            other.collection.change_edition(an_edition(title="Another"))
        assert desk.collection.shelf(ShelfQuery("ana")) == before
    with sql_library.read() as desk:
        assert desk.collection.edition("edition").title == "Another"


def test_readers_do_not_wait_for_a_writer(sql_library: SqlLibrary) -> None:
    shelve(sql_library)
    with sql_library.change() as writer:
        writer.circulation.lock("copy")
        writer.collection.change_edition(an_edition(title="Another"))
        with sql_library.read() as desk:
            assert desk.collection.edition("edition").title == an_edition().title


def test_a_reading_transaction_of_postgresql_can_not_write(postgres_library: SqlLibrary) -> None:
    shelve(postgres_library)
    with postgres_library.read() as desk, pytest.raises(InternalError, match="read-only"):
        desk.collection.change_edition(an_edition(title="Another"))


def test_a_connection_that_read_can_write_afterwards(sql_library: SqlLibrary) -> None:
    for number in range(3):
        with sql_library.read() as desk:
            desk.accounts.count()
        shelve(sql_library, f"copy {number}", f"edition {number}")


@pytest.mark.parametrize("typed", ["a\0b", "\ud800"])
def test_what_no_column_can_hold_is_refused_or_not_found(sql_library: SqlLibrary, typed: str) -> None:
    with sql_library.read() as desk, pytest.raises((refusals.NotFound, refusals.UnacceptableInput)):
        desk.collection.entry(typed)


@pytest.mark.parametrize("number", [1 << 63, 1 << 200])
def test_a_number_too_large_for_any_column_is_refused(sql_library: SqlLibrary, number: int) -> None:
    with sql_library.read() as desk, pytest.raises(refusals.UnacceptableInput):
        desk.log.events(EventQuery(None, number, number))


def test_a_database_that_is_gone_is_a_fault_not_a_refusal(sqlite_library: SqlLibrary, tmp_path: Path) -> None:
    sqlite_library.engine.dispose()
    (tmp_path / "library.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(Exception, match="not a database") as fault, sqlite_library.read() as desk:
        desk.accounts.count()
    assert not isinstance(fault.value, refusals.Refusal)
    assert not isinstance(fault.value, OperationalError)


def test_a_writer_that_fails_gives_the_pen_back(sqlite_library: SqlLibrary) -> None:
    for _ in range(3):
        with pytest.raises(refusals.NotFound), sqlite_library.change() as desk:
            desk.circulation.lock("none")
    with sqlite_library.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM copy")).scalar_one() == 0
    shelve(sqlite_library)

"""Every library, fake or real: a copy that goes from friend to friend, and who had it when."""

from datetime import timedelta

import pytest

from lending.circulation import borrowing, offering, passing
from lending.circulation.borrowing import Claim
from lending.circulation.offering import Offer
from lending.circulation.passing import Words
from lending.circulation.policy import LoanRules
from lending.ports.library import Library
from lending.ports.records import EventQuery, LoanState, LogQuery, ShelfQuery
from tests.services.fakes import NOON
from tests.services.making import shelve

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _passed_on_twice(library: Library) -> None:
    """Ana's copy went from Ben by Cleo to Dani, a day each. Another stands on her shelf."""
    shelve(library, "other", "another edition")
    shelve(library)
    with library.change() as desk:
        desk.rules.set_for_owner("ana", LoanRules(passing_on=True))
        copy = desk.circulation.lock("copy")
        desk.circulation.store(offering.make_link(copy, Offer(14 * DAY), "link", NOON))
        claimed = desk.circulation.lock("copy"), desk.circulation.link("link"), Claim("key:ben", "Ben")
        desk.circulation.store(borrowing.claim(*claimed, "ben", NOON))
    pass_on(library, "ben", "cleo", days=1)
    pass_on(library, "cleo", "dani", days=2)


def pass_on(library: Library, by: str, to: str, days: int) -> None:
    now = NOON + days * DAY
    with library.change() as desk:
        copy = desk.circulation.lock("copy")
        desk.circulation.store(passing.offer_on(copy, by, Words(), f"to {to}", now))
        offered = desk.circulation.lock("copy"), desk.circulation.link(f"to {to}")
        decision = passing.pass_on(*offered, Claim(f"key:{to}", to.title()), to, now)
        desk.circulation.store(decision)


def test_a_copy_shows_who_had_it_before_the_first_first(library: Library) -> None:
    with library.read() as desk:
        entry = desk.collection.entry("copy")
        shelf, _ = desk.collection.shelf(ShelfQuery("ana"))
    assert [(loan.id, loan.checked_out_at, loan.ended_at) for loan in entry.passed_by] == [
        ("ben", NOON, NOON + DAY),
        ("cleo", NOON + DAY, NOON + 2 * DAY),
    ]
    assert entry.copy.loan is not None
    assert entry.copy.loan.passed_from == "cleo"
    assert {one.copy.id: one.passed_by for one in shelf} == {"copy": entry.passed_by, "other": ()}


def test_once_it_is_back_nobody_had_it_before(library: Library) -> None:
    with library.change() as desk:
        desk.circulation.store(borrowing.check_in(desk.circulation.lock("copy"), "dani", NOON + 3 * DAY))
    with library.read() as desk:
        assert desk.collection.entry("copy").passed_by == ()


def test_a_loan_leads_to_the_one_that_it_was_passed_on_to(library: Library) -> None:
    with library.read() as desk:
        after = [desk.circulation.passed_to(desk.circulation.loan(one)) for one in ("ben", "cleo", "dani")]
    assert [loan and loan.id for loan in after] == ["cleo", "dani", None]


def test_the_log_says_by_whom_and_the_record_to_whom(library: Library) -> None:
    now = NOON + 3 * DAY
    with library.read() as desk:
        lines = desk.log.loans(LogQuery(), now)
        passed = desk.log.loans(LogQuery(state=LoanState.PASSED_ON), now)
        events = desk.log.events(EventQuery("copy", 0, 100))
    assert [(line.loan.borrower_name, line.passed_by) for line in lines] == [
        ("Dani", "Cleo"),
        ("Cleo", "Ben"),
        ("Ben", ""),
    ]
    assert [line.loan.id for line in passed] == ["cleo", "ben"]
    assert [(one.event.kind.value, one.borrower_name, one.passed_to) for one in events[:6]] == [
        ("checked-out", "Dani", ""),
        ("passed-on", "Cleo", "Dani"),
        ("link-made", "Cleo", ""),
        ("checked-out", "Cleo", ""),
        ("passed-on", "Ben", "Cleo"),
        ("link-made", "Ben", ""),
    ]

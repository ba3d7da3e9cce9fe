"""Every library, fake or real: the loan log that librarians look at."""

from datetime import timedelta
from typing import Any

import pytest

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.loans import Loan, LoanEnd
from lending.ports.library import Library
from lending.ports.records import LoanState, LogQuery
from tests.services.fakes import NOON
from tests.services.making import a_loan, shelve

DAY = timedelta(days=1)
TICK = timedelta(milliseconds=1)


def store(library: Library, *loans: Loan) -> None:
    with library.change() as desk:
        for loan in loans:
            desk.circulation.store(Decision(Copy(loan.copy_id, "ana", loan.epoch), (), (loan,)))


def ended(loan_id: str, end: LoanEnd = LoanEnd.RETURNED, **said: object) -> Loan:
    return a_loan(loan_id, ended_at=NOON + DAY, end=end, **said)


def ids(library: Library, now: timedelta = DAY, **query: Any) -> list[str]:
    with library.read() as desk:
        lines = desk.log.loans(LogQuery(**query), NOON + now)
    return [line.loan.id for line in lines]


@pytest.fixture
def _four_loans(library: Library) -> None:
    shelve(library, "copy", "e1", title="Les Misérables", authors=("Victor Hugo",))
    shelve(library, "copy 2", "e2", title="100% wool", authors=(), owner_id="zoë")
    store(
        library,
        ended("returned", borrower_name="Luis Ñúñez", checked_out_at=NOON),
        ended("expired", LoanEnd.EXPIRED, borrower_name="Eva_1", checked_out_at=NOON + TICK),
        a_loan("past due", borrower_name="Kim", checked_out_at=NOON + 2 * TICK, due_at=NOON + DAY),
        a_loan(
            "own",
            copy_id="copy 2",
            borrower_name="",
            checked_out_at=NOON + 3 * TICK,
            due_at=None,
            to_owner=True,
        ),
    )


pytestmark = pytest.mark.usefixtures("_four_loans")


def test_the_newest_loan_comes_first(library: Library) -> None:
    assert ids(library) == ["own", "past due", "expired", "returned"]
    assert ids(library, limit=2) == ["own", "past due"]


def test_a_line_says_who_lent_what_to_whom(library: Library) -> None:
    with library.read() as desk:
        line = desk.log.loans(LogQuery(borrower="luis"), NOON)[0]
        assert line.loan == desk.circulation.loan("returned")
    assert (line.title, line.authors, line.owner_name) == ("Les Misérables", ("Victor Hugo",), "Ana")
    assert line.copy_number == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"book": "HUGO mis"}, ["past due", "expired", "returned"]),
        ({"book": "%"}, ["own"]),
        ({"owner": "ZOE"}, ["own"]),
        ({"borrower": "nunez"}, ["returned"]),
        ({"borrower": "_"}, ["expired"]),
        ({"borrower": "zoe"}, ["own"]),
        ({"borrower": "ana"}, []),
        ({"book": "wool", "owner": "ana"}, []),
        ({"since": NOON + TICK}, ["own", "past due", "expired"]),
        ({"until": NOON + TICK}, ["returned"]),
        ({"since": NOON + TICK, "until": NOON + 2 * TICK}, ["expired"]),
        ({"state": LoanState.RETURNED}, ["returned"]),
        ({"state": LoanState.EXPIRED}, ["past due", "expired"]),
        ({"state": LoanState.OUT}, ["own"]),
    ],
)
def test_the_log_is_searched_by_each_of_its_columns(
    library: Library, query: dict[str, Any], found: list[str]
) -> None:
    assert ids(library, **query) == found


def test_a_loan_is_out_until_the_moment_it_is_due(library: Library) -> None:
    assert ids(library, DAY - TICK, state=LoanState.OUT) == ["own", "past due"]
    assert ids(library, DAY, state=LoanState.OUT) == ["own"]


def test_a_line_and_the_search_agree_on_its_state(library: Library) -> None:
    for now in (NOON, NOON + DAY - TICK, NOON + DAY):
        with library.read() as desk:
            for state in LoanState:
                lines = desk.log.loans(LogQuery(state=state), now)
                assert {line.state(now) for line in lines} <= {state}


def test_pages_under_equal_times_leave_out_nothing_and_repeat_nothing(library: Library) -> None:
    more = [ended(f"loan {number}", checked_out_at=NOON + TICK, epoch=number) for number in range(20)]
    store(library, *more)
    whole = ids(library)
    assert len(whole) == 24
    read: list[str] = []
    after = ""
    while len(read) < 24:
        with library.read() as desk:
            page = desk.log.loans(LogQuery(after=after, limit=3), NOON)
        read += [line.loan.id for line in page]
        after = page[-1].cursor
    assert read == whole
    assert ids(library, after=after) == []


def test_a_loan_made_meanwhile_does_not_shift_the_pages(library: Library) -> None:
    with library.read() as desk:
        first = desk.log.loans(LogQuery(limit=2), NOON)
    store(library, ended("new", checked_out_at=NOON + DAY))
    assert ids(library, after=first[-1].cursor) == ["expired", "returned"]


@pytest.mark.parametrize("cursor", ["x", "999999999999999999-a", "-5-a"])
def test_what_is_no_cursor_is_refused(library: Library, cursor: str) -> None:
    with library.read() as desk:
        made = desk.log.loans(LogQuery(limit=1), NOON)[0].cursor
    assert made != cursor
    with pytest.raises(refusals.UnacceptableInput) as refused:
        ids(library, after=cursor)
    assert refused.value.field == "after"

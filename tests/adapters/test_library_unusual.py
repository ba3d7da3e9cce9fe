"""Every library, fake or real: what may be unusual about loans is found, and whose loan it is is not told."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import Denial, Event, EventKind
from lending.circulation.links import LinkState
from lending.circulation.loans import LoanEnd
from lending.ports.library import Library
from lending.ports.unusual import LoanInBrief, Stretch
from tests.services.fakes import NOON
from tests.services.making import a_link, a_loan, shelve

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _two_loans(library: Library) -> None:
    """One by a link, which is back; and the owner's own reading."""
    shelve(library, "copy", "e1", title="Tides")
    used = replace(a_link(), state=LinkState.USED, closed_at=NOON)
    lent = a_loan("lent", link_id=used.id, ended_at=NOON + MINUTE, end=LoanEnd.RETURNED)
    own = a_loan("own", to_owner=True, due_at=None, borrower_name="")
    with library.change() as desk:
        desk.circulation.store(Decision(Copy("copy", "ana", 1), (used,), (lent, own)))


def record(library: Library, *kinds: EventKind, **said: object) -> list[int]:
    """Write down what happens minute by minute; the numbers under which it is kept."""
    with library.change() as desk:
        events = [Event(kind, NOON + at * MINUTE, "copy", 1) for at, kind in enumerate(kinds)]
        return [desk.circulation.record(replace(one, **said)) for one in events]  # type: ignore[arg-type]


def tried_again(library: Library, link_id: str = "link", reason: Denial = Denial.NO_LICENSE) -> int:
    return record(library, EventKind.TURNED_AWAY, link_id=link_id, reason=reason)[0]


def test_signs_are_found_newest_first_with_the_loan_that_they_are_about(library: Library) -> None:
    fast, carried = record(library, EventKind.READ_FAST, EventKind.CARRIED, loan_id="lent", link_id="link")
    record(library, EventKind.RENEWED, EventKind.RETURNED, loan_id="lent")
    again = tried_again(library)
    with library.read() as desk:
        found = desk.signs.latest(0, 9)
        assert [(one.number, one.loan_id) for one in found.signs] == [
            (again, "lent"),
            (carried, "lent"),
            (fast, "lent"),
        ]
        assert found.signs[1].event.at == NOON + MINUTE
        assert (found.before, found.reaches_to) == (0, None)
        assert [one.number for one in desk.signs.latest(again, 9).signs] == [carried, fast]
        assert [one.number for one in desk.signs.of_loans(["lent", "own"])] == [fast, carried, again]
        assert desk.signs.of_loans([]) == []


def test_no_more_is_looked_at_than_was_asked_and_it_is_told_how_far(library: Library) -> None:
    numbers = record(library, EventKind.READ_FAST, EventKind.CARRIED, EventKind.CARRIED, loan_id="lent")
    with library.read() as desk:
        found = desk.signs.latest(0, 2)
        assert [one.number for one in found.signs] == numbers[:0:-1]
        assert (found.before, found.reaches_to) == (numbers[1], NOON + MINUTE)
        assert desk.signs.latest(numbers[0], 2) == Stretch(())


def test_owners_and_links_that_nobody_used_give_no_signs(library: Library) -> None:
    record(library, EventKind.READ_FAST, EventKind.CARRIED, loan_id="own")
    with library.change() as desk:
        lapsed = replace(a_link("lapsed"), state=LinkState.EXPIRED, closed_at=NOON)
        desk.circulation.store(Decision(Copy("copy", "ana", 1), (lapsed,), ()))
    tried_again(library, "lapsed")
    tried_again(library, reason=Denial.LIMIT_EXCEEDED)
    with library.read() as desk:
        assert desk.signs.latest(0, 9) == Stretch(())
        assert desk.signs.latest(0, 2).signs == ()
        assert desk.signs.of_loans(["own", "lent"]) == []


def test_a_loan_is_told_in_brief_and_names_nobody(library: Library) -> None:
    with library.read() as desk:
        found = desk.signs.loans(["lent", "nothing"])
    due_at = a_loan().due_at
    assert found == {"lent": LoanInBrief("lent", "copy", "Tides", 1, NOON, due_at, NOON + MINUTE)}
    assert not {one.name for one in fields(LoanInBrief)} & {"borrower_name", "owner_name", "binding"}

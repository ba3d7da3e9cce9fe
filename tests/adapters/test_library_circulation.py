"""Every library, fake or real: copies, links and loans as the desk sees them, and the record."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lending import refusals
from lending.circulation import borrowing, offering
from lending.circulation.borrowing import Claim
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import Event, EventKind
from lending.circulation.links import LinkState
from lending.circulation.loans import LoanEnd
from lending.circulation.offering import Offer
from lending.circulation.transitions import CopyState
from lending.ports.library import Library
from lending.ports.records import EventQuery, HeldLoan
from tests.services.fakes import NOON
from tests.services.making import a_link, a_loan, shelve

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TICK = timedelta(milliseconds=1)


@pytest.fixture(autouse=True)
def _one_copy(library: Library) -> None:
    shelve(library)


def lend(library: Library) -> Copy:
    """A link and a loan, by the rules themselves."""
    with library.change() as desk:
        offer = Offer(14 * DAY, "Luis", "Enjoy!")
        made = offering.make_link(desk.circulation.lock("copy"), offer, "link", NOON)
        desk.circulation.store(made)
        link = desk.circulation.link("link")
        decision = borrowing.claim(made.copy, link, Claim("key:k", "L."), "loan", NOON + HOUR)
        desk.circulation.store(decision)
    return decision.copy


def test_a_new_copy_stands_on_the_shelf(library: Library) -> None:
    with library.change() as desk:
        assert desk.circulation.lock("copy") == Copy("copy", "ana")


def test_what_is_unknown_is_not_found(library: Library) -> None:
    with library.change() as desk:
        for ask in (desk.circulation.lock, desk.circulation.link, desk.circulation.loan):
            with pytest.raises(refusals.NotFound):
                ask("none")
        with pytest.raises(refusals.NotFound):
            desk.circulation.held("none", None)
        assert desk.circulation.loan_of_link("none") is None


def test_a_stored_decision_comes_back_whole(library: Library) -> None:
    copy = lend(library)
    with library.change() as desk:
        found = desk.circulation.lock("copy")
        assert found == copy
        assert found.state(NOON + DAY) is CopyState.ON_LOAN
        assert desk.circulation.loan("loan") == copy.loan
        assert desk.circulation.loan_of_link("link") == copy.loan
        link = desk.circulation.link("link")
    assert (link.state, link.closed_at) == (LinkState.USED, NOON + HOUR)
    assert (link.for_whom, link.note, link.loan_period) == ("Luis", "Enjoy!", 14 * DAY)


def test_a_waiting_link_stands_with_its_copy(library: Library) -> None:
    with library.change() as desk:
        desk.circulation.store(Decision(Copy("copy", "ana"), (a_link(),)))
        assert desk.circulation.lock("copy").link == a_link()
        closed = replace(a_link(), state=LinkState.CANCELLED, closed_at=NOON)
        desk.circulation.store(Decision(Copy("copy", "ana"), (closed,)))
        assert desk.circulation.lock("copy").link is None
        assert desk.circulation.link("link") == closed


def test_moments_survive_to_the_millisecond(library: Library) -> None:
    moment = NOON + 123 * TICK
    loan = a_loan(checked_out_at=moment, due_at=moment + DAY + TICK)
    with library.change() as desk:
        desk.circulation.store(Decision(Copy("copy", "ana", 1), (), (loan,)))
    with library.read() as desk:
        assert desk.circulation.loan("loan") == loan
        found = desk.circulation.loan("loan").checked_out_at
        assert found.utcoffset() == timedelta(0)


def test_a_loan_without_due_date_is_the_owners(library: Library) -> None:
    loan = a_loan(due_at=None, to_owner=True, binding="account:ana", borrower_name="")
    with library.change() as desk:
        desk.circulation.store(Decision(Copy("copy", "ana", 1), (), (loan,)))
        assert desk.circulation.lock("copy").loan == loan


def test_a_second_open_loan_is_refused_by_name_and_leaves_nothing(library: Library) -> None:
    copy = lend(library)
    wrong = Decision(replace(copy, epoch=9), (a_link("other"),), (a_loan("second"),), ())
    with pytest.raises(refusals.CopyIsOut), library.change() as desk:
        desk.circulation.store(wrong)
    with library.change() as desk:
        assert desk.circulation.lock("copy") == copy
        with pytest.raises(refusals.NotFound):
            desk.circulation.link("other")


def test_an_error_leaves_nothing_of_the_whole_transaction(library: Library) -> None:
    def half_done() -> None:
        with library.change() as desk:
            desk.circulation.store(Decision(Copy("copy", "ana", 5), (a_link(),), (a_loan(),)))
            desk.circulation.add_pass("p", "loan", NOON + HOUR, NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    with library.change() as desk:
        assert desk.circulation.lock("copy") == Copy("copy", "ana")
        with pytest.raises(refusals.NotFound):
            desk.circulation.held("loan", "p")
        assert desk.log.events(EventQuery(None, 0, 10)) == []


def test_reading_needs_one_look_at_loan_copy_and_pass(library: Library) -> None:
    copy = lend(library)
    assert copy.loan is not None
    with library.change() as desk:
        desk.circulation.add_pass("p", "loan", NOON + HOUR, NOON)
    with library.read() as desk:
        shown = HeldLoan(copy.loan, 1, "ana", "edition", NOON + HOUR)
        assert desk.circulation.held("loan", "p") == shown
        assert desk.circulation.held("loan", "another") == replace(shown, pass_expires_at=None)
        assert desk.circulation.held("loan", None) == replace(shown, pass_expires_at=None)


def test_a_pass_opens_its_own_loan_only(library: Library) -> None:
    shelve(library, "copy 2", "edition 2")
    with library.change() as desk:
        desk.circulation.store(Decision(Copy("copy", "ana", 1), (), (a_loan(),)))
        desk.circulation.store(Decision(Copy("copy 2", "ana", 1), (), (a_loan("loan 2", copy_id="copy 2"),)))
        desk.circulation.add_pass("p", "loan", NOON + HOUR, NOON)
        assert desk.circulation.held("loan 2", "p").pass_expires_at is None


def test_passes_spent_before_a_moment_are_forgotten_when_another_is_added(library: Library) -> None:
    lend(library)
    with library.change() as desk:
        desk.circulation.add_pass("early", "loan", NOON + HOUR, NOON)
        desk.circulation.add_pass("late", "loan", NOON + HOUR + TICK, NOON)
        desk.circulation.add_pass("new", "loan", NOON + DAY, NOON + HOUR + TICK)
        assert desk.circulation.held("loan", "early").pass_expires_at is None
        assert desk.circulation.held("loan", "late").pass_expires_at == NOON + HOUR + TICK


def test_due_is_what_time_has_ended_and_nobody_settled(library: Library) -> None:
    for number in range(2, 5):
        shelve(library, f"copy {number}", f"edition {number}")
    with library.change() as desk:
        store = desk.circulation.store
        store(Decision(Copy("copy", "ana", 1), (), (a_loan(due_at=NOON),)))
        store(Decision(Copy("copy 2", "ana", 1), (a_link("l2", copy_id="copy 2", claim_by=NOON),)))
        store(Decision(Copy("copy 3", "ana", 1), (), (a_loan("n3", copy_id="copy 3", due_at=NOON + TICK),)))
        done = a_loan("n4", copy_id="copy 4", due_at=NOON, ended_at=NOON, end=LoanEnd.EXPIRED)
        store(Decision(Copy("copy 4", "ana", 1), (), (done,)))
        assert sorted(desk.circulation.due(NOON, 10)) == ["copy", "copy 2"]
        store(Decision(Copy("copy", "ana", 1), (a_link("both", claim_by=NOON),)))
        assert len(desk.circulation.due(NOON, 10)) == 2
        assert desk.circulation.due(NOON - TICK, 10) == []
        assert len(desk.circulation.due(NOON, 1)) == 1


def test_the_record_keeps_events_in_order_with_the_names_they_point_at(library: Library) -> None:
    lend(library)
    with library.change() as desk:
        desk.circulation.record(Event(EventKind.COPY_ADDED, NOON + DAY, "copy", 1, by="ana"))
    with library.read() as desk:
        lines = desk.log.events(EventQuery(None, 0, 10))
        kinds = [line.event.kind for line in lines]
        assert kinds == [EventKind.COPY_ADDED, EventKind.CHECKED_OUT, EventKind.LINK_MADE]
        out = lines[1]
        due = NOON + HOUR + 14 * DAY
        assert out.event == Event(EventKind.CHECKED_OUT, NOON + HOUR, "copy", 1, "link", "loan", due_at=due)
        assert (out.title, out.owner_name, out.borrower_name) == ("Paraíso inhabitado", "Ana", "Luis")
        assert lines[0].number > out.number > lines[2].number
        assert desk.log.events(EventQuery(None, out.number, 10)) == lines[2:]
        assert desk.log.events(EventQuery("copy", 0, 1)) == lines[:1]
        assert desk.log.events(EventQuery("other", 0, 10)) == []

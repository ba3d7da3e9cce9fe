from datetime import timedelta

import pytest

from lending import refusals
from lending.circulation.events import Purpose
from lending.ports.records import EventQuery, LoanState, LogQuery
from tests.services.conftest import DAY, House

HOUR = timedelta(hours=1)


def lend_often(house: House, times: int) -> str:
    """Loans of one copy, an hour apart, all returned."""
    copy_id = house.shelve()
    for _ in range(times):
        house.give_back(house.lend(copy_id).reading_pass.loan)
        house.clock.go_on(HOUR)
    return copy_id


def test_the_log_is_for_librarians_alone(house: House) -> None:
    for actor in (house.ana, house.zoe):
        for look in (house.audit.loans, house.audit.export):
            with pytest.raises(refusals.NotAllowed):
                look(actor, LogQuery())
        with pytest.raises(refusals.NotAllowed):
            house.audit.events(actor)


def test_a_librarian_sees_who_lent_what_to_whom_and_when_it_came_back(house: House) -> None:
    lend_often(house, 1)
    house.identities.show(house.lib, Purpose.AUDIT)
    page = house.audit.loans(house.lib, LogQuery())
    (line,) = page.lines
    assert (line.title, line.owner_name, line.loan.borrower_name) == ("Primera memoria", "Ana", "Eva")
    assert line.state(page.now) is LoanState.RETURNED
    assert line.loan.ended_at == line.loan.checked_out_at


def test_pages_follow_each_other_to_the_end(house: House) -> None:
    lend_often(house, 5)
    first = house.audit.loans(house.lib, LogQuery(limit=2))
    second = house.audit.loans(house.lib, LogQuery(limit=2, after=first.after))
    last = house.audit.loans(house.lib, LogQuery(limit=2, after=second.after))
    times = [line.loan.checked_out_at for page in (first, second, last) for line in page.lines]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == 5
    assert (bool(first.after), bool(second.after), last.after) == (True, True, "")


def test_a_full_last_page_has_no_next(house: House) -> None:
    lend_often(house, 2)
    assert house.audit.loans(house.lib, LogQuery(limit=2)).after == ""


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-3, 1), (1, 1), (10_000, 3)])
def test_a_page_has_a_sensible_size(house: House, asked: int, given: int) -> None:
    lend_often(house, 3)
    assert len(house.audit.loans(house.lib, LogQuery(limit=asked)).lines) == given


def test_an_export_has_every_line_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lending.services.audit.EXPORT_PAGE", 3)
    lend_often(house, 7)
    house.identities.show(house.lib, Purpose.AUDIT)
    ids = [line.loan.id for line in house.audit.export(house.lib, LogQuery(limit=1))]
    assert len(ids) == len(set(ids)) == 7
    assert len(list(house.audit.export(house.lib, LogQuery(borrower="nobody")))) == 0


def test_what_time_has_ended_reads_as_expired_before_anybody_settles_it(house: House) -> None:
    house.lend(house.shelve())
    house.clock.go_on(14 * DAY)
    (line,) = house.audit.loans(house.lib, LogQuery(state=LoanState.EXPIRED)).lines
    assert line.state(house.clock.now()) is LoanState.EXPIRED
    assert house.audit.loans(house.lib, LogQuery(state=LoanState.OUT)).lines == []


def test_the_record_tells_a_copys_story_backwards(house: House) -> None:
    copy_id = lend_often(house, 1)
    house.shelve(second_copy=True)
    kinds = [line.event.kind.value for line in house.audit.events(house.lib, EventQuery(copy_id))]
    assert kinds == ["returned", "checked-out", "link-made", "title-added"]
    newest = house.audit.events(house.lib)
    assert newest[0].event.kind.value == "copy-added"
    assert house.audit.events(house.lib, EventQuery(before=newest[1].number))[0] == newest[2]


def test_a_librarian_borrows_nothing_and_opens_no_book(house: House) -> None:
    copy_id = house.shelve()
    loan = house.lending.take_off_shelf(house.ana, copy_id)
    with pytest.raises(refusals.NotYourLoan):
        house.reading.admit(loan.id, None, house.lib)
    with pytest.raises(refusals.NotAllowed):
        house.lending.take_off_shelf(house.lib, copy_id)


def test_owners_see_what_happened_to_their_own_copies_and_to_no_others(house: House) -> None:
    copy_id = house.shelve()
    house.give_back(house.lend(copy_id).reading_pass.loan)
    happened = [line.event.kind.value for line in house.audit.of_copy(house.ana, copy_id)]
    assert happened == ["returned", "checked-out", "link-made", "title-added"]
    with pytest.raises(refusals.NotFound):
        house.audit.of_copy(house.zoe, copy_id)
    with pytest.raises(refusals.NotAllowed):
        house.audit.of_copy(house.lib, copy_id)

"""Unusual loans, told to librarians, on fakes."""

from datetime import timedelta

import pytest

from lending import refusals
from lending.circulation import borrowing
from lending.circulation.loans import Loan
from lending.circulation.noticing import Unusual
from lending.services import unusual
from tests.services.conftest import DAY, House
from tests.services.making import a_pdf

MINUTE = timedelta(minutes=1)


def read_fast(house: House, loan: Loan) -> None:
    house.clock.go_on(MINUTE)
    with house.recording.change() as desk:
        desk.circulation.record(borrowing.read_fast(loan, house.clock.now()))


def lent(house: House, title: str) -> Loan:
    return house.lend(house.shelve(a_pdf(title))).reading_pass.loan


def titles(page: unusual.UnusualPage) -> list[str]:
    return [one.loan.title for one in page.loans]


def test_unusual_loans_are_for_librarians(house: House) -> None:
    for look in (house.unusual.page, house.unusual.lately):
        with pytest.raises(refusals.NotAllowed):
            look(house.ana)


def test_a_usual_library_has_none(house: House) -> None:
    lent(house, "Tides")
    assert house.unusual.page(house.lib) == unusual.UnusualPage((), 0)
    assert house.unusual.lately(house.lib) == unusual.Lately(0, or_more=False, latest=())


def test_the_latest_comes_first_and_a_loan_is_told_once_with_all_that_was_noticed(house: House) -> None:
    copy_id = house.shelve(a_pdf("Tides"))
    token = house.offer(copy_id)
    tides = house.claim(token).reading_pass.loan
    read_fast(house, tides)
    wool = lent(house, "Wool")
    read_fast(house, wool)
    house.clock.go_on(MINUTE)
    with pytest.raises(refusals.Refusal):
        house.claim(token, "luis")
    page = house.unusual.page(house.lib)
    assert titles(page) == ["Tides", "Wool"]
    assert [one.what for one in page.loans[0].noticed] == [Unusual.LINK_TRIED_AGAIN, Unusual.READ_FAST]
    assert (page.loans[1].loan.id, page.loans[1].noticed[0].times) == (wool.id, 1)


def test_one_that_is_past_due_has_ended_before_anybody_noticed(house: House) -> None:
    loan = lent(house, "Tides")
    read_fast(house, loan)
    house.clock.go_on(20 * DAY)
    for told in (house.unusual.page(house.lib).loans, house.unusual.lately(house.lib).latest):
        assert [one.loan.ended_at for one in told] == [loan.due_at]


def test_an_owner_may_leaf_through_their_own_book(house: House) -> None:
    copy_id = house.shelve()
    read_fast(house, house.lending.take_off_shelf(house.ana, copy_id))
    assert titles(house.unusual.page(house.lib)) == []


@pytest.mark.parametrize(("at_once", "on_a_page"), [(500, 2), (2, 50), (1, 1), (3, 2)])
def test_page_after_page_each_loan_is_told_once_where_its_latest_sign_is(
    house: House, monkeypatch: pytest.MonkeyPatch, at_once: int, on_a_page: int
) -> None:
    monkeypatch.setattr(unusual, "SIGNS_AT_ONCE", at_once)
    monkeypatch.setattr(unusual, "LOANS_ON_A_PAGE", on_a_page)
    loans = {title: lent(house, title) for title in ("One", "Two", "Three", "Four")}
    for title in ("Two", "One", "Three", "Two", "Four", "Two"):
        read_fast(house, loans[title])
    page = house.unusual.page(house.lib)
    told = list(page.loans)
    while page.before:
        page = house.unusual.page(house.lib, page.before)
        told += page.loans
    assert [one.loan.title for one in told] == ["Two", "Four", "Three", "One"]
    assert told[0].noticed[0].times == 3


def test_the_overview_is_told_of_the_last_thirty_days(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago = lent(house, "Long ago")
    read_fast(house, long_ago)
    house.clock.go_on(31 * DAY)
    for title in ("One", "Two", "Three", "Four"):
        read_fast(house, lent(house, title))
    lately = house.unusual.lately(house.lib)
    assert (lately.count, lately.or_more) == (4, False)
    assert [one.loan.title for one in lately.latest] == ["Four", "Three", "Two"]
    monkeypatch.setattr(unusual, "LOANS_ON_A_PAGE", 2)
    lately = house.unusual.lately(house.lib)
    assert (lately.count, lately.or_more) == (2, True)


def test_where_what_was_looked_at_is_all_of_the_thirty_days_it_is_not_said_to_be_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unusual, "SIGNS_AT_ONCE", 2)
    read_fast(house, lent(house, "Long ago"))
    house.clock.go_on(31 * DAY)
    read_fast(house, lent(house, "Lately"))
    lately = house.unusual.lately(house.lib)
    assert (lately.count, lately.or_more) == (1, False)

"""The waiting line on fakes: who asks, whose turn it is, and what ends a place."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lending import refusals
from lending.circulation.holds import HoldState
from lending.circulation.passing import Words
from lending.circulation.policy import LoanRules
from lending.circulation.transitions import CopyState
from lending.ports.mail import Contact
from lending.services.passes import ClaimRequest
from lending.services.waiting import (
    ASKS_PER_ADDRESS_AND_TITLE,
    ASKS_PER_BROWSER,
    ASKS_PER_EMAIL,
    ASKS_WITHIN,
    ASKS_WITHIN_A_DAY,
    PlaceSeen,
    close_line,
)
from tests.services.conftest import DAY, House
from tests.services.making import a_pdf

HOUR = timedelta(hours=1)
PATH = "/api/holds"


class Line:
    """A title of Ana's with its page, and the friends who come to it."""

    def __init__(self, house: House, *, approves: bool = False) -> None:
        self.house = house
        self.copy_id = house.shelve()
        self.page = house.asking.open_for_copy(house.ana, self.copy_id, approves=approves)

    def ask(self, name: str, email: str = "", address: str = "192.0.2.1") -> str:
        """The token of their place. Each comes a minute after the one before."""
        self.house.clock.go_on(timedelta(minutes=1))
        request = ClaimRequest(name.title(), self.house.proof(name, PATH), email=email, language="en")
        return self.house.waiting.ask(self.page.id, None, request, PATH, address).token

    def look(self, token: str) -> PlaceSeen:
        return self.house.waiting.look(token)

    def state(self) -> CopyState:
        return self.house.shelf.entry(self.house.ana, self.copy_id).copy.state(self.house.clock.now())

    def names(self) -> list[str]:
        return [
            f"{one.hold.name} {one.hold.state}"
            for one in self.house.waiting.of_copy(self.house.ana, self.copy_id)
        ]

    def hold_id(self, token: str) -> str:
        return self.look(token).hold.id

    def borrow(self, token: str, key: str) -> str:
        """Borrow with the link that the place shows; the loan's id."""
        turn = self.look(token).turn
        assert turn is not None
        return self.house.claim(turn.token, key).reading_pass.loan.id


@pytest.fixture
def line(house: House) -> Line:
    return Line(house)


def test_who_asks_for_a_free_book_has_their_turn_at_once(line: Line) -> None:
    seen = line.look(line.ask("eva"))
    assert (seen.hold.state, seen.place, seen.waiting) == (HoldState.READY, None, 0)
    assert seen.turn is not None
    assert seen.turn.link.claim_by == line.house.clock.now() + 48 * HOUR
    assert line.state() is CopyState.HELD
    assert line.house.happened()[-2:] == ["hold-placed", "held"]


def test_the_line_goes_by_who_asked_first_and_each_gets_their_turn(line: Line) -> None:
    first = line.borrow(line.ask("eva"), "eva")
    bo, kim = line.ask("bo"), line.ask("kim")
    assert [(line.look(place).place, line.look(place).waiting) for place in (bo, kim)] == [(1, 2), (2, 2)]
    loan = line.house.library.cabinet.loans[first]
    line.house.give_back(loan)
    assert line.look(bo).hold.state is HoldState.READY
    assert (line.look(kim).place, line.look(kim).waiting) == (1, 1)
    second = line.borrow(bo, "bo")
    line.house.give_back(line.house.library.cabinet.loans[second], "bo")
    assert line.look(bo).hold.state is HoldState.FILLED
    assert line.look(kim).turn is not None


def test_asking_twice_from_one_browser_is_asking_once(line: Line) -> None:
    line.borrow(line.ask("eva"), "eva")
    assert line.ask("bo") == line.ask("bo")
    assert line.names() == ["Bo waiting"]


def test_a_friend_who_has_the_book_may_ask_for_it_again(line: Line) -> None:
    line.borrow(line.ask("eva"), "eva")
    assert line.look(line.ask("eva")).hold.state is HoldState.WAITING


def test_a_loan_that_is_due_is_the_next_ones_as_soon_as_they_look(line: Line) -> None:
    line.borrow(line.ask("eva"), "eva")
    bo = line.ask("bo")
    line.house.clock.go_on(14 * DAY)
    seen = line.look(bo)
    assert seen.hold.state is HoldState.READY
    assert line.house.happened()[-2:] == ["expired", "held"]


def test_who_does_not_come_in_time_loses_the_place_to_the_next(line: Line) -> None:
    eva, bo = line.ask("eva"), line.ask("bo")
    line.house.clock.go_on(48 * HOUR)
    assert line.look(bo).hold.state is HoldState.READY
    lapsed = line.look(eva)
    assert (lapsed.hold.state, lapsed.turn) == (HoldState.LAPSED, None)
    assert lapsed.page == line.page
    with pytest.raises(refusals.HoldEnded):
        line.house.waiting.leave(eva)


def test_who_comes_too_late_and_asks_again_gets_a_place_that_is_good(line: Line) -> None:
    eva, bo = line.ask("eva"), line.ask("bo")
    line.house.clock.go_on(48 * HOUR)
    again = line.ask("eva")
    assert line.look(eva).hold.state is HoldState.LAPSED
    assert line.names() == ["Bo ready", "Eva waiting"]
    line.house.clock.go_on(48 * HOUR)
    alone = line.ask("bo")
    assert line.look(bo).hold.state is HoldState.LAPSED
    assert (line.look(again).turn is not None, line.look(alone).place) == (True, 1)


def test_who_leaves_late_does_not_take_the_place_of_the_next(line: Line) -> None:
    eva, bo = line.ask("eva"), line.ask("bo")
    line.house.clock.go_on(48 * HOUR)
    with pytest.raises(refusals.HoldEnded):
        line.house.waiting.leave(eva)
    assert line.look(bo).hold.state is HoldState.READY


def test_looking_changes_nothing_while_time_has_changed_nothing(line: Line) -> None:
    line.borrow(line.ask("eva"), "eva")
    bo = line.ask("bo")
    before = repr(line.house.library.cabinet)
    line.look(bo)
    assert repr(line.house.library.cabinet) == before


@pytest.mark.parametrize("at", ["waiting", "turn"])
def test_leaving_frees_the_place_and_is_done_once(line: Line, at: str) -> None:
    eva, bo = line.ask("eva"), line.ask("bo")
    leaving, other = (eva, bo) if at == "turn" else (bo, eva)
    for _ in range(2):
        line.house.waiting.leave(leaving)
    assert line.look(leaving).hold.state is HoldState.LEFT
    assert line.look(other).turn is not None
    assert line.house.happened().count("hold-left") == 1


def test_where_the_owner_approves_nobody_is_in_line_before_their_yes(house: House) -> None:
    line = Line(house, approves=True)
    eva = line.ask("eva")
    bo = line.ask("bo")
    assert (line.look(eva).hold.state, line.look(eva).place) == (HoldState.ASKED, None)
    assert line.state() is CopyState.ON_SHELF
    house.waiting.approve(house.ana, line.copy_id, line.hold_id(bo))
    assert line.look(bo).hold.state is HoldState.READY
    house.waiting.approve(house.ana, line.copy_id, line.hold_id(eva))
    kim = line.ask("kim")
    house.waiting.approve(house.ana, line.copy_id, line.hold_id(kim))
    house.waiting.decline(house.ana, line.copy_id, line.hold_id(bo))
    assert line.names() == ["Eva ready", "Kim waiting"]  # Eva asked before Kim
    with pytest.raises(refusals.HoldEnded):
        house.waiting.approve(house.ana, line.copy_id, line.hold_id(bo))


def test_declining_says_so_and_keeps_the_copy_for_the_next(line: Line) -> None:
    eva, bo = line.ask("eva"), line.ask("bo")
    line.house.waiting.decline(line.house.ana, line.copy_id, line.hold_id(eva))
    assert line.look(eva).hold.state is HoldState.DECLINED
    assert line.look(bo).turn is not None
    assert line.house.library.cabinet.events[-2].by == "ana"


def test_only_the_owner_sees_the_line_and_decides_on_it(line: Line) -> None:
    eva = line.ask("eva")
    for act in (
        lambda: line.house.waiting.of_copy(line.house.zoe, line.copy_id),
        lambda: line.house.waiting.approve(line.house.zoe, line.copy_id, line.hold_id(eva)),
        lambda: line.house.waiting.decline(line.house.zoe, line.copy_id, line.hold_id(eva)),
        lambda: line.house.waiting.decline(
            line.house.ana, line.house.shelve(a_pdf("Other")), line.hold_id(eva)
        ),
    ):
        with pytest.raises(refusals.NotFound):
            act()
    assert line.names() == ["Eva ready"]


def test_a_second_copy_is_kept_at_once_for_whoever_waits(line: Line) -> None:
    line.borrow(line.ask("eva"), "eva")
    bo = line.ask("bo")
    line.house.shelve(second_copy=True)
    assert line.look(bo).turn is not None


def test_with_the_last_copy_the_line_ends_and_its_page_closes(house: House) -> None:
    line = Line(house, approves=True)
    eva = line.ask("eva")
    second = house.shelve(second_copy=True)
    house.shelf.withdraw(house.ana, second)
    assert line.look(eva).hold.state is HoldState.ASKED  # a copy is left
    house.shelf.withdraw(house.ana, line.copy_id)
    assert line.look(eva).hold.state is HoldState.DECLINED
    with pytest.raises(refusals.NotFound):
        house.asking.page(line.page.id)


def test_with_a_gift_of_the_last_copy_the_line_ends(house: House) -> None:
    line = Line(house, approves=True)
    eva = line.ask("eva")
    gift = house.giving.offer(house.ana, line.copy_id, Words())
    house.giving.accept(house.zoe, gift.token)
    assert line.look(eva).hold.state is HoldState.DECLINED
    with pytest.raises(refusals.NotFound):
        house.asking.page(line.page.id)


def test_taking_the_last_copy_out_ends_the_line_too(house: House) -> None:
    line = Line(house, approves=True)
    eva = line.ask("eva")
    house.taking_out.take_out(house.ana, line.copy_id)
    assert line.look(eva).hold.state is HoldState.DECLINED


def test_a_closed_line_has_nobody_in_it_whoever_they_were(line: Line) -> None:
    places = [line.ask(name) for name in ("eva", "bo", "kim")]
    with line.house.library.change() as desk:
        close_line(desk, line.look(places[0]).edition.id, "ana", line.house.clock.now())
    assert {line.look(place).hold.state for place in places} == {HoldState.DECLINED}
    assert line.house.happened().count("held") == 1  # nobody's turn came by it
    assert line.state() is CopyState.ON_SHELF


def test_an_owner_who_sends_everybody_away_has_the_book_and_nobodys_turn_comes_by_it(line: Line) -> None:
    house = line.house
    places = [line.ask(name) for name in ("eva", "bo", "kim")]
    house.waiting.send_away(house.ana, line.copy_id)
    assert {line.look(place).hold.state for place in places} == {HoldState.DECLINED}
    assert house.happened().count("held") == 1
    house.lending.take_off_shelf(house.ana, line.copy_id)
    assert line.look(line.ask("eva")).hold.state is HoldState.WAITING  # the page is still open
    with pytest.raises(refusals.NotFound):
        house.waiting.send_away(house.zoe, line.copy_id)


def test_who_goes_by_themselves_a_moment_before_is_in_nobodys_way(line: Line) -> None:
    eva = line.ask("eva")
    line.house.clock.go_on(48 * HOUR)
    line.house.waiting.send_away(line.house.ana, line.copy_id)
    assert line.look(eva).hold.state is HoldState.LAPSED
    assert line.state() is CopyState.ON_SHELF


def test_an_owner_says_no_to_all_who_ask_and_who_is_in_line_stays(house: House) -> None:
    line = Line(house, approves=True)
    eva, bo, kim = (line.ask(name) for name in ("eva", "bo", "kim"))
    house.waiting.approve(house.ana, line.copy_id, line.hold_id(bo))
    house.waiting.send_away(house.ana, line.copy_id, asked_only=True)
    states = [line.look(place).hold.state for place in (eva, bo, kim)]
    assert states == [HoldState.DECLINED, HoldState.READY, HoldState.DECLINED]


def test_for_a_copy_that_is_lost_nobody_waits_but_who_does_already(line: Line) -> None:
    house = line.house
    line.borrow(line.ask("eva"), "eva")
    bo = line.ask("bo")
    house.clock.go_on(14 * DAY)
    line.look(bo)
    house.waiting.leave(bo)
    house.shelf.mark_lost(house.ana, line.copy_id)
    with pytest.raises(refusals.NotFound):
        line.ask("kim")


def test_nobody_renews_while_somebody_waits(line: Line) -> None:
    house = line.house
    checked_out = house.claim(_turn(line, line.ask("eva")), "eva")
    held = house.let_in(checked_out.reading_pass).held
    assert house.lending.renewals(held).left == 2
    bo = line.ask("bo")
    renewals = house.lending.renewals(held)
    assert (renewals.left, renewals.somebody_waits) == (0, True)
    with pytest.raises(refusals.SomebodyWaits):
        house.lending.renew(held.loan.id)
    house.waiting.leave(bo)
    assert house.lending.renewals(held).left == 2


def test_who_waits_for_what_they_have_themselves_renews_it(line: Line) -> None:
    house = line.house
    held = house.let_in(house.claim(_turn(line, line.ask("eva")), "eva").reading_pass).held
    line.ask("eva")
    house.clock.go_on(DAY)
    assert house.lending.renewals(held).somebody_waits is False
    assert house.lending.renew(held.loan.id).renewals == 1
    line.ask("bo")
    with pytest.raises(refusals.SomebodyWaits):
        house.lending.renew(held.loan.id)


def test_an_estimate_is_what_the_rules_allow_and_what_people_do(line: Line) -> None:
    house = line.house
    house.rules.set_for_account(house.ana, LoanRules(loan_period=10 * DAY, pick_up_window=DAY))
    for _ in range(5):
        loan_id = line.borrow(line.ask("eva"), "eva")
        house.clock.go_on(3 * DAY)
        house.give_back(house.library.cabinet.loans[loan_id])
    line.borrow(line.ask("eva"), "eva")
    since = house.clock.now()
    bo, kim = line.look(line.ask("bo")), line.look(line.ask("kim"))
    assert bo.estimate is not None
    assert kim.estimate is not None
    assert (bo.estimate.likely, bo.estimate.latest) == (since + 3 * DAY, since + 10 * DAY)
    assert (kim.estimate.likely, kim.estimate.latest) == (since + 6 * DAY, since + 21 * DAY)


def test_who_waits_is_told_no_better_than_it_will_be_once_the_owner_has_said_yes_to_all(house: House) -> None:
    line = Line(house, approves=True)
    house.lend(line.copy_id)
    eva, bo = line.ask("eva"), line.ask("bo")
    house.waiting.approve(house.ana, line.copy_id, line.hold_id(bo))
    told = line.look(bo)
    assert (told.place, told.waiting) == (2, 2)
    house.waiting.approve(house.ana, line.copy_id, line.hold_id(eva))
    assert (line.look(bo).place, line.look(bo).estimate) == (told.place, told.estimate)


def test_who_waits_for_a_yes_is_told_that_the_book_may_be_renewed_until_then(house: House) -> None:
    line = Line(house, approves=True)
    loan = house.lend(line.copy_id).reading_pass.loan
    for estimate in (line.look(line.ask("bo")).estimate, house.asking.title(line.page.id).estimate):
        assert estimate is not None
        assert loan.due_at is not None
        assert estimate.latest >= loan.due_at + 2 * 14 * DAY
    by_itself = house.asking.open_for_copy(house.ana, line.copy_id, approves=False)
    house.waiting.decline(house.ana, line.copy_id, line.hold_id(line.ask("bo")))
    assert getattr(house.asking.title(by_itself.id).estimate, "latest", None) == loan.due_at


def test_an_owner_who_reads_makes_no_link_past_those_who_wait(line: Line) -> None:
    house = line.house
    house.lending.take_off_shelf(house.ana, line.copy_id)
    eva = line.ask("eva")
    with pytest.raises(refusals.CopyIsHeld):
        house.offer(line.copy_id)
    house.lending.put_back(house.ana, line.copy_id)
    assert line.look(eva).turn is not None


def test_nobody_can_say_when_an_owner_has_read_their_book(line: Line) -> None:
    line.house.lending.take_off_shelf(line.house.ana, line.copy_id)
    assert line.look(line.ask("eva")).estimate is None
    line.house.lending.put_back(line.house.ana, line.copy_id)
    assert line.names() == ["Eva ready"]


def test_asking_too_often_is_refused_for_a_while(line: Line) -> None:
    for _ in range(ASKS_PER_BROWSER):
        line.ask("eva")
    with pytest.raises(refusals.AskedTooOften) as refused:
        line.ask("eva")
    assert refused.value.wait == ASKS_WITHIN


def test_one_household_does_not_fill_a_line_however_many_addresses_it_has(line: Line) -> None:
    for number in range(ASKS_PER_ADDRESS_AND_TITLE):
        line.ask(f"friend{number}", address=f"2001:db8:1:2::{number:x}")
    with pytest.raises(refusals.AskedTooOften) as refused:
        line.ask("bo", address="2001:db8:1:2:ffff::1")
    assert refused.value.wait == ASKS_WITHIN_A_DAY
    line.ask("friend0", address="2001:db8:1:2::1")  # who asked before asks for nothing more
    line.ask("kim", address="2001:db8:1:3::1")


def test_nobody_fills_a_strangers_mailbox(line: Line) -> None:
    house = line.house
    writing = replace(house.waiting, sends_mail=True)

    def ask(number: int, email: str) -> None:
        request = ClaimRequest("Bo", house.proof(f"friend{number}", PATH), email=email, language="en")
        writing.ask(line.page.id, None, request, PATH, f"192.0.2.{number}")

    for number in range(ASKS_PER_EMAIL):
        ask(number, "eva@example.org")
    with pytest.raises(refusals.AskedTooOften):
        ask(ASKS_PER_EMAIL, "Eva@Example.org")
    ask(ASKS_PER_EMAIL, "")


@pytest.mark.parametrize("name", ["", " \n", "x" * 101])
def test_who_asks_says_their_name(line: Line, name: str) -> None:
    with pytest.raises(refusals.UnacceptableInput):
        line.house.waiting.ask(line.page.id, None, ClaimRequest(name), PATH, "")


def test_a_token_that_is_none_has_no_place(line: Line) -> None:
    for token in ("token for something", "place of nobody"):
        with pytest.raises(refusals.UnknownLink):
            line.look(token)
        with pytest.raises(refusals.UnknownLink):
            line.house.waiting.leave(token)


def test_an_address_goes_from_the_place_to_the_loan(line: Line) -> None:
    eva = line.ask("eva", "eva@example.org")
    loan_id = line.borrow(eva, "eva")
    with line.house.library.read() as desk:
        assert desk.outbox.contact_of_loan(loan_id) == Contact("eva@example.org", "en")


# --- pages ------------------------------------------------------------------------------------------------


def test_a_page_is_there_only_while_its_owner_has_it_open(line: Line) -> None:
    house, asking = line.house, line.house.asking
    assert asking.title(line.page.id).edition.title == "Primera memoria"
    changed = asking.open_for_copy(house.ana, line.copy_id, approves=True)
    assert (changed.id, changed.approves) == (line.page.id, True)
    eva = line.ask("eva")
    asking.close_for_copy(house.ana, line.copy_id)
    for act in (
        lambda: asking.page(line.page.id),
        lambda: asking.title(line.page.id),
        lambda: line.ask("bo"),
    ):
        with pytest.raises(refusals.NotFound):
            act()
    assert line.look(eva).hold.is_open
    assert asking.of_copy(house.ana, line.copy_id) is None
    assert asking.open_for_copy(house.ana, line.copy_id, approves=False).id != line.page.id


def test_a_title_has_no_page_under_another_pages_address(line: Line) -> None:
    house = line.house
    other = house.shelf.entry(house.ana, house.shelve(a_pdf("Other"))).edition.id
    with pytest.raises(refusals.NotFound):
        house.asking.title(line.page.id, other)


def test_a_shelfs_page_shows_each_title_once_and_how_it_stands(line: Line) -> None:
    house = line.house
    second = house.shelve(second_copy=True)
    lost = house.shelve(a_pdf("Lost"))
    house.shelf.mark_lost(house.ana, lost)
    gone = house.shelve(a_pdf("Gone"))
    house.shelf.withdraw(house.ana, gone)
    house.shelve(a_pdf("Tides"))
    shelf = house.asking.open_for_account(house.ana, approves=False)
    seen = house.asking.titles(shelf.id)
    assert [(one.edition.title, one.is_free) for one in seen.titles] == [
        ("Primera memoria", True),
        ("Tides", True),
    ]
    assert (seen.total, seen.lender) == (2, "Ana")
    line.ask("eva")
    house.lending.take_off_shelf(house.ana, second)
    line.ask("bo")
    one, _ = house.asking.titles(shelf.id).titles
    assert (one.waiting, one.is_free) == (1, False)
    assert house.asking.titles(shelf.id, "tide").total == 1
    house.asking.close_for_account(house.ana)
    with pytest.raises(refusals.NotFound):
        house.asking.titles(shelf.id)


def _turn(line: Line, token: str) -> str:
    turn = line.look(token).turn
    assert turn is not None
    return turn.token


def test_once_nobody_need_approve_nobody_stays_behind_who_asked_before(house: House) -> None:
    line = Line(house, approves=True)
    eva, bo = line.ask("eva"), line.ask("bo")
    house.asking.open_for_copy(house.ana, line.copy_id, approves=False)
    kim = line.ask("kim")
    assert line.names() == ["Eva ready", "Bo waiting", "Kim waiting"]
    assert [line.look(place).place for place in (eva, bo, kim)] == [None, 1, 2]


def test_a_shelfs_page_that_needs_no_yes_leaves_the_titles_whose_own_page_does(house: House) -> None:
    with_page = Line(house, approves=True)
    eva = with_page.ask("eva")
    other = house.shelve(a_pdf("Other"))
    shelf = house.asking.open_for_account(house.ana, approves=True)
    edition_id = house.shelf.entry(house.ana, other).edition.id
    request = ClaimRequest("Bo", house.proof("bo", PATH))
    bo = house.waiting.ask(shelf.id, edition_id, request, PATH, "192.0.2.1").token
    house.asking.open_for_account(house.ana, approves=False)
    assert with_page.look(bo).hold.state is HoldState.READY
    assert with_page.look(eva).hold.state is HoldState.ASKED

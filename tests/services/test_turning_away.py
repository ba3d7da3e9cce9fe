"""Turn-aways in the record: when there is one, and that it changes no refusal."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from lending import refusals
from lending.adapters.limits_memory import InProcessLimits
from lending.circulation import waiting
from lending.circulation.events import Denial, Event, EventKind
from lending.circulation.passing import Words
from lending.circulation.policy import HOUSE_RULES
from lending.ledger.leaves import Field
from lending.ports.library import LibraryUnavailable, Transaction
from lending.ports.records import EventQuery
from lending.refusals import Refusal
from lending.services import turning_away
from lending.services.logkeeping import opened
from lending.services.passes import ClaimRequest
from lending.services.turning_away import MOST_A_DAY
from tests.services.conftest import DAY, House
from tests.services.fakes import FakeClock
from tests.services.making import a_pdf

SECOND = timedelta(seconds=1)
PATH = "/api/holds"


@pytest.fixture
def house() -> Iterator[House]:
    """Limits go by the clock here."""
    clock = FakeClock()
    house = House(clock=clock, limits=InProcessLimits(clock))
    yield house
    assert house.verifying.verify().faults == []


@pytest.fixture
def copy_id(house: House) -> str:
    return house.shelve()


def turn_aways(house: House) -> list[Event]:
    return [one for one in house.library.cabinet.events if one.kind is EventKind.TURNED_AWAY]


def reasons(house: House) -> list[Denial | None]:
    return [one.reason for one in turn_aways(house)]


def refused(kind: type[Refusal], act: Callable[[], object]) -> None:
    with pytest.raises(kind):
        act()


def test_a_claim_while_the_owner_reads_is_entered_without_a_name(house: House, copy_id: str) -> None:
    token = house.offer(copy_id, for_whom="Bo")
    house.lending.take_off_shelf(house.ana, copy_id)
    refused(refusals.CopyIsOut, lambda: house.claim(token, "bo"))
    (event,) = turn_aways(house)
    edition = house.shelf.entry(house.ana, copy_id).edition
    assert (event.copy_id, event.edition_id, event.link_id) == (copy_id, edition.id, token.split()[-1])
    assert (event.reason, event.loan_id, event.by) == (Denial.LIMIT_EXCEEDED, None, None)
    (line, *_) = house.audit.events(house.lib, EventQuery(copy_id))
    assert (line.event, line.borrower_name) == (event, "")


def test_a_link_that_lends_no_more_turns_away_who_looks_and_who_claims_and_that_is_once(
    house: House, copy_id: str
) -> None:
    token = house.offer(copy_id)
    house.clock.go_on(7 * DAY)
    refused(refusals.LinkExpired, lambda: house.lending.look(token))
    refused(refusals.LinkExpired, lambda: house.claim(token))
    assert reasons(house) == [Denial.NO_LICENSE]


def test_a_link_is_counted_again_when_nobody_has_come_with_it_for_half_a_minute(
    house: House, copy_id: str
) -> None:
    token = house.offer(copy_id)
    house.lending.cancel_link(house.ana, copy_id)
    for wait, counted in ((0, 1), (29, 1), (29, 1), (31, 2)):
        house.clock.go_on(wait * SECOND)
        refused(refusals.LinkCancelled, lambda: house.lending.look(token))
        assert len(turn_aways(house)) == counted


def test_nobody_floods_the_record_with_one_link(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    house.lending.cancel_link(house.ana, copy_id)
    for _ in range(3 * MOST_A_DAY):
        house.clock.go_on(31 * SECOND)
        refused(refusals.LinkCancelled, lambda: house.claim(token))
    assert len(turn_aways(house)) == MOST_A_DAY
    house.clock.go_on(DAY)
    refused(refusals.LinkCancelled, lambda: house.claim(token))
    assert len(turn_aways(house)) == MOST_A_DAY + 1


def test_a_stranger_with_a_used_link_is_turned_away_and_its_borrower_is_not(
    house: House, copy_id: str
) -> None:
    token = house.offer(copy_id)
    house.claim(token, "eva")
    assert house.claim(token, "eva").repeated
    assert turn_aways(house) == []
    refused(refusals.LinkUsed, lambda: house.claim(token, "bo"))
    assert reasons(house) == [Denial.NO_LICENSE]


def test_who_opens_their_own_link_again_after_the_loan_is_not_turned_away_and_their_loan_not_unusual(
    house: House, copy_id: str
) -> None:
    token = house.offer(copy_id)
    house.give_back(house.claim(token).reading_pass.loan)
    for friend in ("kim", "eva"):
        house.give_back(house.claim(house.offer(copy_id), friend).reading_pass.loan, friend)
        refused(refusals.LinkUsed, lambda: house.claim(token))
    assert turn_aways(house) == []
    assert not house.unusual.page(house.lib).loans
    refused(refusals.LinkUsed, lambda: house.claim(token, "kim"))
    assert reasons(house) == [Denial.NO_LICENSE]


def test_who_has_the_copy_by_another_link_is_not_turned_away_by_an_old_one(
    house: House, copy_id: str
) -> None:
    old = house.offer(copy_id)
    house.give_back(house.claim(old).reading_pass.loan)
    house.claim(house.offer(copy_id))
    refused(refusals.LinkUsed, lambda: house.claim(old))
    assert turn_aways(house) == []


def test_who_has_as_many_books_as_they_may_finds_the_limit_exceeded(house: House, copy_id: str) -> None:
    house.rules.set_for_account(house.ana, replace(HOUSE_RULES, loans_per_borrower=1))
    house.lend(copy_id)
    token = house.offer(house.shelve(a_pdf("Olvidado rey Gudú")))
    refused(refusals.TooManyLoans, lambda: house.claim(token))
    assert reasons(house) == [Denial.LIMIT_EXCEEDED]


def test_a_link_to_a_copy_that_was_withdrawn_gives_no_license(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    house.lending.cancel_link(house.ana, copy_id)
    house.shelf.withdraw(house.ana, copy_id)
    refused(refusals.LinkCancelled, lambda: house.claim(token))
    assert reasons(house) == [Denial.NO_LICENSE]


def test_nobody_is_turned_away_with_a_link_of_no_library(house: House, copy_id: str) -> None:
    for token in ("nonsense", "token for nothing", "gift token for nothing"):
        refused(refusals.UnknownLink, lambda token=token: house.lending.look(token))
        refused(refusals.UnknownLink, lambda token=token: house.claim(token))
    refused(refusals.ProofInvalid, lambda: house.lending.claim(house.offer(copy_id), a_bad_proof(), PATH))
    assert turn_aways(house) == []


def a_bad_proof() -> ClaimRequest:
    return ClaimRequest("Bo", "bo GET /elsewhere 1")


def test_a_borrower_who_opens_their_own_offer_is_not_turned_away(house: House, copy_id: str) -> None:
    house.rules.set_for_account(house.ana, replace(HOUSE_RULES, passing_on=True))
    reader = house.let_in(house.lend(copy_id).reading_pass)
    token = house.passing.offer(reader.held, Words(), house.proof("eva", PATH), PATH).token
    refused(refusals.YoursAlready, lambda: house.claim(token, "eva"))
    assert turn_aways(house) == []


def test_who_finds_a_line_full_is_turned_away_from_its_title(
    house: House, copy_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "LONGEST_LINE", 1)
    page = house.asking.open_for_copy(house.ana, copy_id, approves=False)
    house.lending.take_off_shelf(house.ana, copy_id)
    ask(house, page.id, "eva")
    for friend in ("bo", "bo", "kim"):
        refused(refusals.LineIsFull, lambda friend=friend: ask(house, page.id, friend))
    (bo, kim) = turn_aways(house)
    edition = house.shelf.entry(house.ana, copy_id).edition
    assert (bo.edition_id, bo.copy_id, bo.reason) == (edition.id, None, Denial.LIMIT_EXCEEDED)
    assert kim == bo


def test_one_browser_that_asks_again_and_again_leaves_room_for_others_in_the_record(
    house: House, copy_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "LONGEST_LINE", 1)
    page = house.asking.open_for_copy(house.ana, copy_id, approves=False)
    house.lending.take_off_shelf(house.ana, copy_id)
    ask(house, page.id, "eva")
    for _ in range(MOST_A_DAY + 3):
        house.clock.go_on(31 * SECOND)
        refused(refusals.LineIsFull, lambda: ask(house, page.id, "bo"))
    assert len(turn_aways(house)) == MOST_A_DAY
    refused(refusals.LineIsFull, lambda: ask(house, page.id, "kim"))
    assert len(turn_aways(house)) == MOST_A_DAY + 1


def test_nobody_floods_the_record_with_ever_new_browsers(
    house: House, copy_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turning_away, "MOST_FROM_A_LINE", 2)
    monkeypatch.setattr(waiting, "LONGEST_LINE", 1)
    page = house.asking.open_for_copy(house.ana, copy_id, approves=False)
    house.lending.take_off_shelf(house.ana, copy_id)
    ask(house, page.id, "eva")
    for friend in ("bo", "kim", "gil"):
        refused(refusals.LineIsFull, lambda friend=friend: ask(house, page.id, friend))
    assert len(turn_aways(house)) == 2


def ask(house: House, page_id: str, key: str) -> None:
    request = ClaimRequest(key.title(), house.proof(key, PATH))
    house.waiting.ask(page_id, None, request, PATH, "192.0.2.1")


def test_the_refused_act_leaves_nothing_but_the_entry(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    house.clock.go_on(7 * DAY)
    before = house.library.cabinet.duplicate()
    refused(refusals.LinkExpired, lambda: house.claim(token))
    after = house.library.cabinet
    assert (after.links, after.loans, after.copies) == (before.links, before.loans, before.copies)
    assert after.events[:-1] == before.events


@pytest.mark.parametrize("trouble", [LibraryUnavailable("locked"), RuntimeError("a bug")])
def test_a_refusal_stays_a_refusal_when_it_can_not_be_entered(
    house: House, copy_id: str, caplog: pytest.LogCaptureFixture, trouble: Exception
) -> None:
    token = house.offer(copy_id)
    house.lending.cancel_link(house.ana, copy_id)

    @contextmanager
    def failing() -> Iterator[Transaction]:
        raise trouble
        yield

    house.library.change = failing  # type: ignore[method-assign]
    with caplog.at_level(logging.ERROR):
        refused(refusals.LinkCancelled, lambda: house.lending.look(token))
    assert "a turn-away is not in the record" in caplog.text


def test_the_log_commits_to_it_as_to_something_about_nobody(house: House, copy_id: str) -> None:
    """Whoever comes with a link need not be whom it was for."""
    token = house.offer(copy_id, for_whom="Bo")
    house.lending.cancel_link(house.ana, copy_id)
    house.erasing.borrower("Bo")
    refused(refusals.LinkCancelled, lambda: house.lending.look(token))
    with house.library.read() as desk:
        entry = desk.ledger.entries(len(house.library.cabinet.events) - 1, 1)[0]
        openings = opened(desk.ledger, house.sealer, entry)
    assert set(openings) == {Field.COPY, Field.REST}
    assert b'"reason":"no-license"' in openings[Field.REST].fact
    assert b"Bo" not in openings[Field.REST].fact


def test_owners_get_no_news_of_it(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    house.lending.cancel_link(house.ana, copy_id)
    cursor = house.news.since(house.ana).cursor
    refused(refusals.LinkCancelled, lambda: house.lending.look(token))
    heard = house.news.since(house.ana, cursor)
    assert (heard.news, heard.changed) == ([], True)

"""Every library, fake or real: figures, checks and saved searches of the librarian's desk."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import Denial, Event, EventKind
from lending.circulation.holds import Hold, HoldState
from lending.circulation.loans import LoanEnd
from lending.circulation.waiting import HoldDecision
from lending.ports.checks import Found, LogCheck, StockCheck, StockTaken
from lending.ports.library import Library
from lending.ports.overview import (
    WEEK,
    BusyTitle,
    Counted,
    IdleCopy,
    Standing,
    Survey,
    Tally,
    WeekCount,
    week_of,
)
from lending.ports.searches import SavedSearch
from lending.services.recording import RecordingLibrary
from tests.services.fakes import NOON, FakeSealer
from tests.services.making import LIBRARIAN, a_loan, an_account, shelve

DAY = timedelta(days=1)
MONDAY = datetime.fromisoformat("2026-02-23T00:00:00+00:00")
"""Of NOON's week, a Sunday."""


@pytest.fixture(autouse=True)
def _two_copies(library: Library) -> None:
    shelve(library, "copy", "e1", title="Tides")
    shelve(library, "copy 2", "e2", title="Wool", owner_id="zoë")


def enter(library: Library, *events: Event) -> None:
    """Write events down, each with its entry in the log."""
    for event in events:
        with RecordingLibrary(library, FakeSealer()).change() as desk:
            desk.circulation.record(event)


def lend(library: Library, loan_id: str, at: timedelta = timedelta(0), **said: object) -> None:
    loan = a_loan(loan_id, checked_out_at=NOON + at, ended_at=NOON + at + DAY, end=LoanEnd.RETURNED)
    loan = replace(loan, **said)  # type: ignore[arg-type]  # a loan's fields
    with library.change() as desk:
        owner = desk.collection.entry(loan.copy_id).copy.owner_id
        desk.circulation.store(Decision(Copy(loan.copy_id, owner, loan.epoch), (), (loan,)))


def checked_out(at: timedelta = timedelta(0), by: str | None = None) -> Event:
    return Event(EventKind.CHECKED_OUT, NOON + at, "copy", 1, by=by)


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        ("2026-02-23T00:00:00+00:00", "2026-02-23"),
        ("2026-03-01T23:59:59.999+00:00", "2026-02-23"),
        ("2026-03-02T00:00:00+00:00", "2026-03-02"),
        ("2026-03-02T01:00:00+02:00", "2026-02-23"),
    ],
)
def test_a_week_begins_on_monday_utc(moment: str, monday: str) -> None:
    assert week_of(datetime.fromisoformat(moment)) == datetime.fromisoformat(f"{monday}T00:00:00+00:00")


def test_a_stretch_of_the_log_is_counted_by_the_week_and_owners_readings_are_not(library: Library) -> None:
    recalled = Event(EventKind.RECALLED, NOON, "copy", 1, by="ana")
    away = Event(EventKind.TURNED_AWAY, NOON, None, 0, edition_id="e1", reason=Denial.NO_LICENSE)
    own = checked_out(by="ana")
    enter(library, checked_out(-WEEK), checked_out(), recalled, own, checked_out(DAY / 2), away)
    with library.read() as desk:
        assert sorted(desk.tallies.counts_of(0, 6), key=repr) == [
            WeekCount(MONDAY - WEEK, Counted.LOANS, 1),
            WeekCount(MONDAY, Counted.LOANS, 1),
            WeekCount(MONDAY, Counted.RECALLS, 1),
            WeekCount(MONDAY, Counted.TURN_AWAYS, 1),
            WeekCount(MONDAY + WEEK, Counted.LOANS, 1),
        ]
        assert desk.tallies.counts_of(1, 2) == [WeekCount(MONDAY, Counted.LOANS, 1)]
        assert desk.tallies.counts_of(6, 9) == []


def test_what_is_counted_adds_up(library: Library) -> None:
    with library.change() as desk:
        assert desk.tallies.lock() == desk.tallies.tally() == Tally()
        desk.tallies.add([WeekCount(MONDAY, Counted.LOANS, 2)], Tally(7, NOON))
    with library.change() as desk:
        assert desk.tallies.lock() == Tally(7, NOON)
        more = [WeekCount(MONDAY, Counted.LOANS, 3), WeekCount(MONDAY - WEEK, Counted.TURN_AWAYS, 1)]
        desk.tallies.add(more, Tally(9, NOON + DAY))
        desk.tallies.add([], Tally(10, NOON + DAY))
    with library.read() as desk:
        assert desk.tallies.tally() == Tally(10, NOON + DAY)
        assert desk.tallies.weeks(MONDAY) == [WeekCount(MONDAY, Counted.LOANS, 5)]
        assert len(desk.tallies.weeks(MONDAY - WEEK)) == 2
    with library.change() as desk:
        desk.tallies.forget()
    with library.read() as desk:
        assert desk.tallies.tally() == Tally()
        assert desk.tallies.weeks(MONDAY - WEEK) == []


def test_how_things_stand(library: Library) -> None:
    lend(library, "over")
    lend(library, "out", ended_at=None, end=None)
    lend(library, "own", copy_id="copy 2", ended_at=None, end=None, to_owner=True, due_at=None)
    holds = [
        Hold("h1", "e1", "key:1", "Tom", NOON),
        Hold("h2", "e1", "key:2", "Eva", NOON, HoldState.ASKED),
        Hold("h3", "e1", "key:3", "Noa", NOON, HoldState.LEFT, closed_at=NOON + DAY),
        Hold("h4", "e1", "key:4", "Kim", NOON, HoldState.FILLED, closed_at=NOON + DAY),
        Hold("h5", "e1", "key:5", "Pau", NOON, HoldState.FILLED, closed_at=NOON + 3 * DAY),
        Hold("h6", "e2", "key:6", "Mar", NOON - 9 * DAY, HoldState.FILLED, closed_at=NOON - DAY),
    ]
    with library.change() as desk:
        for hold in holds:
            desk.line.store(HoldDecision(hold))
    with library.read() as desk:
        standing = desk.tallies.standing(NOON, NOON, 9)
        assert standing == Standing(out=1, waiting=2, waits=(3 * DAY, DAY))
        assert desk.tallies.standing(NOON, NOON, 1).waits == (3 * DAY,)
        assert desk.tallies.standing(NOON + 14 * DAY, NOON, 9).out == 0, "it is due then"


def test_a_survey_tells_the_busiest_titles_and_what_was_never_lent(library: Library) -> None:
    shelve(library, "copy 3", "e3", title="Salt", added_at=NOON + DAY)
    shelve(library, "copy 4", "e4", title="Gone")
    with library.change() as desk:
        desk.circulation.store(Decision(replace(Copy("copy 4", "ana", 1), withdrawn_at=NOON)))
    lend(library, "long ago", -100 * DAY)
    lend(library, "first")
    lend(library, "second", DAY)
    lend(library, "third", copy_id="copy 3")
    lend(library, "own", copy_id="copy 2", to_owner=True)
    with library.read() as desk:
        survey = desk.tallies.take_survey(NOON, NOON - DAY, 9)
        assert desk.tallies.take_survey(NOON, NOON - DAY, 1).busiest == survey.busiest[:1]
        assert desk.tallies.last_survey() is None
    assert survey == Survey(NOON, 3, 1, (BusyTitle("e1", 2), BusyTitle("e3", 1)), (IdleCopy("copy 2"),))
    with library.change() as desk:
        desk.tallies.keep_survey(replace(survey, copies=99))
        desk.tallies.keep_survey(survey)
    with library.read() as desk:
        kept = desk.tallies.last_survey()
    named = (BusyTitle("e1", 2, "Tides"), BusyTitle("e3", 1, "Salt"))
    assert kept == replace(survey, busiest=named, idle=(IdleCopy("copy 2", "Wool", "Zoë"),))


def test_of_the_checks_of_the_log_the_newest_are_kept(library: Library) -> None:
    with library.read() as desk:
        assert desk.checks.last_log_check(NOON) is None
    checks = [LogCheck(NOON + n * DAY, n, ("entry 3: it is missing",) * n) for n in range(4)]
    for check in checks:
        with library.change() as desk:
            desk.checks.keep_log_check(check, 2, check.at)
    with library.read() as desk:
        assert desk.checks.last_log_check(NOON + 9 * DAY) == checks[3]
        assert desk.checks.last_log_check(checks[3].at - timedelta(milliseconds=1)) == checks[2]
        assert desk.checks.last_log_check(checks[1].at) is None


def test_a_check_of_the_log_that_is_of_the_future_goes_when_one_is_made(library: Library) -> None:
    with library.change() as desk:
        for days in range(31):
            desk.checks.keep_log_check(LogCheck(NOON + (1 + days) * DAY, 9), 40, NOON + 99 * DAY)
        made = LogCheck(NOON, 4, ("entry 3: it is missing",))
        desk.checks.keep_log_check(made, 30, NOON)
    with library.read() as desk:
        assert desk.checks.last_log_check(NOON + 99 * DAY) == made


def test_a_check_of_the_log_is_asked_for_until_that_one_is_made(library: Library) -> None:
    with library.change() as desk:
        assert desk.checks.log_check_asked_at() is None
        desk.checks.ask_for_log_check(NOON)
    with library.change() as desk:
        assert desk.checks.log_check_asked_at() == NOON
        desk.checks.ask_for_log_check(NOON + DAY)
        desk.checks.log_check_was_made(NOON)
        assert desk.checks.log_check_asked_at() == NOON + DAY, "what was asked since stays"
        desk.checks.log_check_was_made(NOON + DAY)
        assert desk.checks.log_check_asked_at() is None


def test_copies_that_were_never_looked_at_come_first_then_those_that_wait_longest(library: Library) -> None:
    shelve(library, "copy 3", "e3", fingerprint="3" * 64)
    with library.change() as desk:
        assert desk.checks.stock_taken() == StockTaken(3, 0, 0)
        assert [one.copy_id for one in desk.checks.to_check(NOON, 9)] == ["copy", "copy 2", "copy 3"]
        assert len(desk.checks.to_check(NOON, 2)) == 2
        good = StockCheck("copy", NOON, Found.GOOD)
        desk.checks.keep_stock_checks([good, StockCheck("copy 2", NOON - DAY, Found.MISSING)])
        desk.checks.keep_stock_checks([])
    with library.read() as desk:
        found = desk.checks.to_check(NOON + DAY, 9)
        assert [one.copy_id for one in found] == ["copy 3", "copy 2", "copy"]
        assert (found[0].file_id, found[0].fingerprint) == ("file of e3", "3" * 64)
        assert [one.copy_id for one in desk.checks.to_check(NOON, 9)] == ["copy 3", "copy 2"]
        assert [one.copy_id for one in desk.checks.to_check(NOON + DAY, 1)] == ["copy 3"]
        assert desk.checks.stock_taken() == StockTaken(3, 2, 1, NOON - DAY, NOON)


def test_exceptions_are_those_of_copies_that_are_here(library: Library) -> None:
    wrong = StockCheck("copy", NOON, Found.CHANGED), StockCheck("copy 2", NOON + DAY, Found.UNREADABLE)
    with library.change() as desk:
        desk.checks.keep_stock_checks(wrong)
    with library.read() as desk:
        found = desk.checks.exceptions(9)
        assert len(desk.checks.exceptions(1)) == 1
    assert [one.check for one in found] == [wrong[1], wrong[0]]
    assert (found[0].title, found[0].owner_name, found[0].copy_number) == ("Wool", "Zoë", 1)
    with library.change() as desk:
        desk.checks.keep_stock_checks([replace(wrong[0], found=Found.GOOD)])
        desk.circulation.store(Decision(replace(Copy("copy 2", "zoë", 1), withdrawn_at=NOON)))
    with library.read() as desk:
        assert desk.checks.exceptions(9) == []
        assert desk.checks.to_check(NOON + 9 * DAY, 9)[0].copy_id == "copy"


def test_a_saved_search_is_its_librarians_own(library: Library) -> None:
    first = SavedSearch("s1", "lib", "Long ones", "long=30", NOON)
    second = SavedSearch("s2", "lib", "Ana’s", "owner=ana", NOON + DAY)
    with library.change() as desk:
        desk.accounts.add(an_account("lib", "Lib", LIBRARIAN))
        assert desk.searches.lock("lib") == []
        for one in (second, first, replace(first, id="s3", account_id="ana")):
            desk.searches.put(one)
        desk.searches.put(replace(first, name="Very long ones"))
    with library.change() as desk:
        assert desk.searches.of("lib") == [replace(first, name="Very long ones"), second]
        with pytest.raises(refusals.NotFound):
            desk.searches.remove("ana", "s1")
        desk.searches.remove("lib", "s1")
    with library.read() as desk:
        assert desk.searches.of("lib") == [second]
        assert [one.id for one in desk.searches.of("ana")] == ["s3"]


def test_saved_searches_that_name_somebody_are_forgotten_whoevers_they_are(library: Library) -> None:
    saved = [
        SavedSearch("by name", "lib", "Mía’s loans", "long=30", NOON),
        SavedSearch("by query", "ana", "Long ones", "owner=MIA+%20Sol&long=30", NOON),
        SavedSearch("escaped", "ana", "Short ones", "owner=m%C3%ADa&long=1", NOON + DAY),
        SavedSearch("another", "lib", "Miami", "owner=Mial&book=Amia", NOON + DAY),
        SavedSearch("a field", "lib", "Long", "mia=1", NOON + 2 * DAY),
    ]
    with library.change() as desk:
        desk.accounts.add(an_account("lib", "Lib", LIBRARIAN))
        for one in saved:
            desk.searches.put(one)
    with library.change() as desk:
        assert desk.searches.named_in_any(["Mia", "Al", "mia sol", ""]) == ["Mia", "mia sol"]
        assert desk.searches.forget_naming([]) == 0
        assert desk.searches.forget_naming(["", " ", "Mia Sola", "Sol Mia", "M_a", "%", "Al"]) == 0
        assert desk.searches.forget_naming(["nobody", "mia  SOL"]) == 1
        assert desk.searches.forget_naming(["MÌA"]) == 2
    with library.read() as desk:
        assert desk.searches.of("ana") == []
        assert desk.searches.of("lib") == saved[3:]
    with library.change() as desk:
        assert desk.searches.forget_owner("Mia Sol") == 0
        assert desk.searches.forget_owner("Ana Miàl") == 1

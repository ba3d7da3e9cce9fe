"""The librarian's desk on fakes: counting, checking, stock-taking, lives, evidence, saved searches."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from lending import refusals
from lending.circulation.events import EventKind, Purpose
from lending.ledger.leaves import Leaf
from lending.ledger.proofs import KeptProof
from lending.ports.checks import Found, LogCheck
from lending.ports.overview import BusyTitle, Counted, IdleCopy
from lending.ports.records import LogQuery
from lending.sealing.errors import Tampered
from lending.services import overview, saved_searches
from lending.services.lives import Chapter
from lending.services.log_checking import AT_LEAST_BETWEEN, EVERY
from lending.services.overview import STALE_AFTER
from lending.services.passes import ClaimRequest
from lending.services.verifying import Findings, Verifying
from tests.ledger.signing import check
from tests.services.conftest import DAY, House
from tests.services.making import a_pdf

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _begun(house: House) -> None:
    with house.library.change() as desk:
        desk.ledger.begin("library.example/log")


def lend_and_return(house: House, copy_id: str) -> str:
    loan = house.lend(copy_id).reading_pass.loan
    house.clock.go_on(DAY)
    house.give_back(loan)
    return loan.id


@pytest.mark.parametrize("service", ["overview", "stock"])
def test_the_desk_is_for_librarians(house: House, service: str) -> None:
    with pytest.raises(refusals.NotAllowed):
        house.overview.look(house.ana) if service == "overview" else house.stock_taking.report(house.ana)


# --- the whole --------------------------------------------------------------------------------------------


def test_an_overview_has_26_weeks_of_which_the_last_is_not_over(house: House) -> None:
    seen = house.overview.look(house.lib)
    assert len(seen.weeks) == 26
    assert [week.is_over for week in seen.weeks[-2:]] == [True, False]
    assert seen.weeks[-1].start <= house.clock.now() < seen.weeks[-1].start + 7 * DAY
    assert {week.count(kind) for week in seen.weeks for kind in Counted} == {0}


def test_what_happened_is_counted_once_however_often_somebody_counts(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "_AT_ONCE", 2)
    copy_id = house.shelve()
    lend_and_return(house, copy_id)
    assert house.overview.count() == 4
    assert house.overview.count() == 0
    house.lend(copy_id)
    house.lending.recall(house.ana, copy_id)
    assert house.overview.count() == 3
    weeks = house.overview.look(house.lib).weeks
    assert sum(week.count(Counted.LOANS) for week in weeks) == 2
    assert weeks[-1].count(Counted.RECALLS) == 1
    assert house.overview.recount() == 7
    assert house.overview.look(house.lib).weeks == weeks


def test_a_survey_is_taken_every_hour(house: House) -> None:
    copy_id, idle = house.shelve(a_pdf("Tides")), house.shelve(a_pdf("Wool"))
    house.overview.count()
    lend_and_return(house, copy_id)
    house.overview.count()
    seen = house.overview.look(house.lib)
    assert seen.survey is not None
    assert (seen.survey.copies, seen.survey.never_lent) == (2, 1)
    assert [(one.title, one.loans) for one in seen.survey.busiest] == [("Tides", 1)]
    assert seen.survey.idle == (IdleCopy(idle, "Wool", "Ana"),)
    house.clock.go_on(HOUR / 2)
    lend_and_return(house, idle)  # takes a day
    house.overview.count()
    seen = house.overview.look(house.lib)
    assert seen.survey is not None
    assert seen.survey.never_lent == 0
    assert isinstance(seen.survey.busiest[0], BusyTitle)


def test_how_long_people_waited_is_the_median(house: House) -> None:
    copy_id = house.shelve()
    page = house.asking.open_for_copy(house.ana, copy_id, approves=False)
    loan = house.lend(copy_id).reading_pass.loan
    request = house.waiting.ask(page.id, None, house_request(house, "tom"), "/api/holds", "192.0.2.1")
    assert house.overview.look(house.lib).waiting == 1
    house.clock.go_on(3 * DAY)
    house.give_back(loan)
    turn = house.waiting.look(request.token).turn
    assert turn is not None
    house.claim(turn.token, "tom")
    seen = house.overview.look(house.lib)
    assert (seen.waiting, seen.median_wait, seen.out) == (0, 3 * DAY, 1)


def house_request(house: House, key: str) -> ClaimRequest:
    return ClaimRequest(key.title(), house.proof(key, "/api/holds"))


# --- whether the log is right -----------------------------------------------------------------------------


def test_the_log_is_checked_when_it_is_time_or_has_grown_before_a_start(house: House) -> None:
    house.shelve()
    first = house.log_checking.check_if_due()
    assert first is not None
    assert (first.entries, first.faults) == (1, ())
    house.clock.go_on(HOUR)
    assert house.log_checking.check_if_due() is None
    assert house.log_checking.check_if_due(has_just_started=True) is None
    house.shelve(a_pdf("Wool"))
    assert house.log_checking.check_if_due() is None
    assert house.overview.look(house.lib).integrity.unchecked == 1
    assert house.log_checking.check_if_due(has_just_started=True) is not None
    house.clock.go_on(EVERY)
    assert house.log_checking.check_if_due() is not None
    assert house.overview.look(house.lib).integrity.unchecked == 0


def test_a_librarian_asks_for_a_check_and_it_is_made_soon_and_once(house: House) -> None:
    house.shelve()
    house.log_checking.check()
    for _ in range(2):  # asked again, it is the same wish
        house.clock.go_on(MINUTE)
        house.log_checking.ask(house.lib)
    asked_at = house.clock.now() - MINUTE
    assert house.overview.look(house.lib).integrity.awaited_since == asked_at
    assert house.evidence.of_log(house.lib).integrity.awaited_since == asked_at
    house.clock.go_on(AT_LEAST_BETWEEN)
    assert house.log_checking.check_if_due() is not None
    assert house.overview.look(house.lib).integrity.awaited_since is None
    assert house.log_checking.check_if_due() is None
    for nobody in (house.ana, replace(house.lib, may_change=False)):
        with pytest.raises(refusals.NotAllowed):
            house.log_checking.ask(nobody)


def test_who_asks_again_and_again_waits_ten_minutes_for_each_check(house: House) -> None:
    house.shelve()
    began, asked = [], 0
    for _ in range(60):
        if house.overview.look(house.lib).integrity.awaited_since is None:
            house.log_checking.ask(house.lib)
            asked += 1
        if found := house.log_checking.check_if_due():
            began.append(found.at)
        house.clock.go_on(MINUTE)
    assert {later - one for one, later in pairwise(began)} == {10 * MINUTE}
    assert asked == len(began) + 1 == 7, "the last wish is still noted"
    house.log_checking.check()
    assert house.overview.look(house.lib).integrity.awaited_since is None, "any check meets it"


def test_a_start_does_not_wait_for_what_was_wished(house: House) -> None:
    house.shelve()
    house.log_checking.check()
    house.log_checking.ask(house.lib)
    assert house.log_checking.check_if_due(has_just_started=True) is None, "nothing was entered"
    house.shelve(a_pdf("Wool"))
    assert house.log_checking.check_if_due(has_just_started=True) is not None


def test_a_check_that_had_begun_before_it_was_asked_for_is_not_the_one(house: House) -> None:
    house.shelve()

    def ask_meanwhile(_entries: int) -> None:
        house.clock.go_on(MINUTE)
        house.log_checking.ask(house.lib)

    house.clock.go_on(-9 * MINUTE)  # whatever the clocks say
    house.log_checking.check(ask_meanwhile)
    assert house.overview.look(house.lib).integrity.awaited_since == house.clock.now()
    house.clock.go_on(AT_LEAST_BETWEEN)
    assert house.log_checking.check_if_due() is not None
    assert house.overview.look(house.lib).integrity.awaited_since is None


def test_a_check_that_is_broken_off_leaves_the_last_one(house: House) -> None:
    house.shelve()
    house.log_checking.check()

    def stop(_entries: int) -> None:
        raise InterruptedError

    house.clock.go_on(EVERY)
    with pytest.raises(InterruptedError):
        house.log_checking.check_if_due(stop)
    assert house.overview.look(house.lib).integrity.last is not None


def test_a_log_that_can_not_be_read_is_no_log_that_was_found_right(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.shelve()
    house.log_checking.check()
    house.clock.go_on(EVERY)

    def verify(_: Verifying, progress: Callable[[int], None]) -> Findings:
        progress(1000)
        raise KeyError("a row")

    monkeypatch.setattr(Verifying, "verify", verify)
    found = house.log_checking.check_if_due()
    assert found == LogCheck(house.clock.now(), 1000, ("could not be read: KeyError: 'a row'",))
    assert house.overview.look(house.lib).integrity.last == found


def test_a_check_of_the_future_that_somebody_wrote_in_holds_none_up(house: House) -> None:
    house.shelve()
    forged = [LogCheck(house.clock.now() + n * EVERY, 1) for n in range(1, 32)]
    house.library.cabinet.desk_book.log_checks[:] = forged  # type: ignore[attr-defined]  # the fake's
    assert house.overview.look(house.lib).integrity.last is None
    found = house.log_checking.check_if_due()
    assert found is not None
    assert house.library.cabinet.desk_book.log_checks == [found]  # type: ignore[attr-defined]  # likewise


def test_a_check_of_long_ago_is_stale(house: House) -> None:
    house.shelve()
    house.log_checking.check()
    for go_on, is_stale in ((STALE_AFTER, False), (MINUTE, True)):
        house.clock.go_on(go_on)
        assert house.overview.look(house.lib).integrity.is_stale is is_stale
    house.log_checking.check()
    assert house.evidence.of_log(house.lib).integrity.is_stale is False


def test_what_a_check_found_is_kept_in_words(house: House) -> None:
    copy_id = house.shelve()
    loan_id = lend_and_return(house, copy_id)
    kept = house.library.cabinet.loans[loan_id]  # type: ignore[attr-defined]  # the fake's
    house.library.cabinet.loans[loan_id] = replace(kept, renewals=9)  # type: ignore[attr-defined]
    found = house.log_checking.check()
    assert found.faults == (f"entry 3: the loan {loan_id} is not as it was left",)
    house.library.cabinet.loans[loan_id] = kept  # type: ignore[attr-defined]


def test_the_evidence_is_what_was_signed_and_that_it_grew(house: House) -> None:
    evidence = house.evidence.of_log(house.lib)
    assert (evidence.latest, evidence.growth) == (None, None)
    house.shelve()
    house.logkeeping.checkpoint()
    house.clock.go_on(MINUTE)
    for title in ("Wool", "Salt"):
        house.shelve(a_pdf(title))
    latest = house.logkeeping.checkpoint()
    evidence = house.evidence.of_log(house.lib)
    assert evidence.latest == latest
    assert evidence.growth is not None
    assert (evidence.growth.before.size, evidence.growth.trouble) == (1, "")
    assert evidence.growth.hashes


def test_a_log_that_did_not_grow_from_what_was_signed_is_told(house: House) -> None:
    house.shelve()
    first = house.logkeeping.checkpoint()
    house.clock.go_on(MINUTE)
    house.shelve(a_pdf("Wool"))
    second = house.logkeeping.checkpoint()
    assert first is not None
    assert second is not None
    kept = house.library.cabinet.log_book.checkpoints  # type: ignore[attr-defined]  # the fake's
    other = replace(first, note=replace(first.note, text=first.note.text.replace("\n1\n", "\n2\n")))
    kept[first.origin, first.size] = other
    growth = house.evidence.of_log(house.lib).growth
    assert growth is not None
    assert growth.trouble
    kept[first.origin, first.size] = first


def test_a_proof_has_its_entry_with_it(house: House) -> None:
    house.shelve()
    house.shelve(a_pdf("Wool"))
    found = house.evidence.of_event(house.lib, 2)
    proof = KeptProof.parsed(found.text)
    proof.verify(Leaf.parsed(proof.extra).hash, [house.logkeeping.verifier()], check)
    assert found.entry == proof.index == 1
    with pytest.raises(refusals.NotFound):
        house.evidence.of_event(house.lib, 99)
    with pytest.raises(refusals.NotAllowed):
        house.evidence.of_event(house.ana, 1)


# --- stock-taking -----------------------------------------------------------------------------------------


def test_every_copys_file_is_looked_at_and_exceptions_told(house: House) -> None:
    good, gone, other = (house.shelve(a_pdf(title)) for title in ("Good", "Gone", "Other"))
    files = house.files.kept
    del files[house.shelf.entry(house.ana, gone).edition.file_id]
    files[house.shelf.entry(house.ana, other).edition.file_id] += b"x"
    assert house.stock_taking.take_some() == 3
    report = house.stock_taking.report(house.lib)
    assert (report.taken.copies, report.taken.looked_at, report.taken.exceptions) == (3, 3, 2)
    found = {one.check.copy_id: one.check.found for one in report.exceptions}
    assert found == {gone: Found.MISSING, other: Found.CHANGED}
    assert good not in found


def test_a_file_that_does_not_open_is_an_exception(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.shelve()

    def damaged(_file_id: str) -> None:
        raise Tampered

    monkeypatch.setattr(house.files, "open", damaged)
    house.stock_taking.take_some()
    assert house.stock_taking.report(house.lib).exceptions[0].check.found is Found.UNREADABLE


def test_stock_taking_goes_on_where_it_was_and_begins_again_after_a_month(house: House) -> None:
    for title in ("One", "Two", "Three"):
        house.shelve(a_pdf(title))
    rounds = iter([True, True, False])
    assert house.stock_taking.take_some(lambda: next(rounds)) == 2
    assert house.stock_taking.take_some() == 1
    assert house.stock_taking.take_some() == 0
    house.clock.go_on(31 * DAY)
    assert house.stock_taking.take_some() == 3
    assert house.stock_taking.take_all(house.clock.now() - DAY) == 0
    assert house.stock_taking.take_all(house.clock.now() + DAY) == 3


def test_a_copy_that_was_sealed_anew_meanwhile_is_no_exception(house: House) -> None:
    copy_id = house.shelve()
    with house.library.read() as desk:
        edition = desk.collection.entry(copy_id).edition
        (one,) = desk.checks.to_check(house.clock.now(), 9)
    house.rewrite(replace(edition, file_id="another"))
    house.stock_taking._look(replace(one, file_id="gone"))
    assert house.stock_taking.report(house.lib).taken.looked_at == 0


# --- lives ------------------------------------------------------------------------------------------------


def kinds(chapter: Chapter) -> list[str]:
    return [line.event.kind.value for line in chapter.lines]


def test_a_life_is_told_loan_by_loan_with_what_happened_meanwhile(house: House) -> None:
    copy_id = house.shelve()
    page = house.asking.open_for_copy(house.ana, copy_id, approves=False)
    loan = house.lend(copy_id).reading_pass.loan
    house.waiting.ask(page.id, None, house_request(house, "tom"), "/api/holds", "192.0.2.1")
    house.clock.go_on(DAY)
    house.give_back(loan)
    house.identities.show(house.lib, Purpose.AUDIT)
    life = house.lives.of_copy(house.lib, copy_id)
    shelf, lent, *after = life.chapters
    assert (shelf.loan_id, kinds(shelf)) == (None, ["title-added"])
    assert kinds(lent) == ["link-made", "checked-out", "hold-placed", "returned"]
    assert (lent.loan_id, lent.borrower_name, lent.lasted) == (loan.id, "Eva", DAY)
    assert [kinds(chapter) for chapter in after] == [["held"]]
    assert ([one.name for one in life.owners], life.owner_name, life.before) == (["Ana"], "Ana", 0)


def test_an_owners_reading_is_a_chapter_too(house: House) -> None:
    copy_id = house.shelve()
    house.lending.take_off_shelf(house.ana, copy_id)
    chapter = house.lives.of_copy(house.lib, copy_id).chapters[-1]
    assert (chapter.is_owners, chapter.lasted, chapter.ended_at) == (True, None, None)


def test_a_long_life_is_told_in_parts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lending.services.lives.MOST_EVENTS", 3)
    copy_id = house.shelve()
    lend_and_return(house, copy_id)
    life = house.lives.of_copy(house.lib, copy_id)
    assert [kinds(one) for one in life.chapters] == [["link-made", "checked-out", "returned"]]
    earlier = house.lives.of_copy(house.lib, copy_id, life.before)
    assert [kinds(one) for one in earlier.chapters] == [["title-added"]]


def test_a_loans_life_has_its_link_and_where_it_went(house: House) -> None:
    copy_id = house.shelve()
    loan_id = lend_and_return(house, copy_id)
    life = house.lives.of_loan(house.lib, loan_id)
    assert [one.event.kind for one in life.lines] == [
        EventKind.LINK_MADE,
        EventKind.CHECKED_OUT,
        EventKind.RETURNED,
    ]
    assert (life.line.loan.id, life.passed_to) == (loan_id, None)
    with pytest.raises(refusals.NotFound):
        house.lives.of_loan(house.lib, "nothing")
    with pytest.raises(refusals.NotAllowed):
        house.lives.of_loan(house.ana, loan_id)


# --- searches ---------------------------------------------------------------------------------------------


def test_a_search_that_finds_little_says_how_far_it_looked(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lending.services.audit.SEARCHED_AT_ONCE", 2)
    wanted = lend_and_return(house, house.shelve(a_pdf("Wool")))
    copy_id = house.shelve(a_pdf("Tides"))
    for _ in range(3):
        last = lend_and_return(house, copy_id)
    page = house.audit.loans(house.lib, LogQuery(book="wool"))
    assert (page.lines, page.after != "", page.looked_back_to is not None) == ([], True, True)
    page = house.audit.loans(house.lib, LogQuery(book="wool", after=page.after))
    assert [line.loan.id for line in page.lines] == [wanted]
    assert house.audit.loans(house.lib, LogQuery(book="wool", after=page.after)).after == ""
    assert house.audit.loans(house.lib, LogQuery(book="tides", limit=1)).lines[0].loan.id == last
    assert house.audit.loans(house.lib, LogQuery()).looked_back_to is None
    assert len(list(house.audit.export(house.lib, LogQuery(book="wool")))) == 1


def test_a_librarian_saves_renames_and_deletes_searches(house: House) -> None:
    first = house.searches.save(house.lib, " Ana’s  loans ", "owner=ana")
    assert first.name == "Ana’s loans"
    house.clock.go_on(MINUTE)
    second = house.searches.save(house.lib, "Long ones", "long=30")
    assert house.searches.save(house.lib, "Ana’s loans", "owner=ana&long=7").id == first.id
    assert [one.query for one in house.searches.of(house.lib)] == ["owner=ana&long=7", "long=30"]
    with pytest.raises(refusals.UnacceptableInput):
        house.searches.rename(house.lib, second.id, "Ana’s loans")
    house.searches.rename(house.lib, second.id, "Very long ones")
    house.searches.delete(house.lib, first.id)
    assert [one.name for one in house.searches.of(house.lib)] == ["Very long ones"]
    for change in (house.searches.delete, lambda who, which: house.searches.rename(who, which, "x")):
        with pytest.raises(refusals.NotFound):
            change(house.lib, first.id)


def test_there_are_only_so_many_searches_and_each_has_a_name_and_filters(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_searches, "MOST", 1)
    for name, query in (("", "owner=ana"), ("x" * 81, "owner=ana"), ("Nothing", "")):
        with pytest.raises(refusals.UnacceptableInput):
            house.searches.save(house.lib, name, query)
    house.searches.save(house.lib, "One", "owner=ana")
    with pytest.raises(refusals.UnacceptableInput):
        house.searches.save(house.lib, "Two", "owner=ana")
    with pytest.raises(refusals.NotAllowed):
        house.searches.save(house.ana, "Mine", "owner=ana")
    with pytest.raises(refusals.NotAllowed):
        house.searches.save(replace(house.lib, may_change=False), "Script’s", "owner=ana")

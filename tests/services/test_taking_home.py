"""Marks are their writer's: to take home during the loan, and for thirty days after it."""

from datetime import timedelta

import pytest

from lending import refusals
from lending.circulation.loans import Loan
from lending.marks.records import Change, Kind, Writing
from lending.marks.taking_home import Collection
from lending.services.actors import Actor
from lending.services.lending import ClaimRequest, Pass
from lending.services.taking_home import KEPT, Identity
from tests.services.conftest import CLAIM, DAY, House

TICK = timedelta(milliseconds=1)


def mark(house: House, reading_pass: Pass, note: str = "mine", *, stays: bool = False) -> None:
    writing = Writing(Kind.HIGHLIGHT, '{"page":1}', 0.5, "the book's words", note, stays=stays)
    house.margins.sync(house.let_in(reading_pass), 0, [Change("one", 0, writing)])


def proven(house: House, loan: Loan, key: str = "eva") -> Identity:
    path = f"/api/loans/{loan.id}/take-home"
    return Identity(house.proof(key, path), path)


def notes(home: Collection) -> list[str]:
    return [one.mark.writing.note for one in home.keepsakes]


@pytest.fixture
def evas(house: House, pdf_id: str) -> Pass:
    """Eva's loan, with a mark."""
    reading_pass = house.lend(pdf_id).reading_pass
    mark(house, reading_pass)
    return reading_pass


def test_a_reader_takes_their_marks_home_during_the_loan(house: House, evas: Pass) -> None:
    home = house.taking_home.during(house.let_in(evas))
    assert (notes(home), home.book.title, home.keepsakes[0].page) == (["mine"], "Primera memoria", 1)


def test_after_the_loan_whoever_holds_its_key_takes_them_home(house: House, evas: Pass) -> None:
    house.give_back(evas.loan)
    assert notes(house.taking_home.after(evas.loan.id, proven(house, evas.loan))) == ["mine"]


def test_a_loan_that_ran_out_and_was_not_settled_has_ended_all_the_same(house: House, evas: Pass) -> None:
    house.clock.go_on(14 * DAY)
    assert notes(house.taking_home.after(evas.loan.id, proven(house, evas.loan))) == ["mine"]


def test_during_the_loan_there_is_nothing_after_it(house: House, evas: Pass) -> None:
    with pytest.raises(refusals.StillOnLoan):
        house.taking_home.after(evas.loan.id, proven(house, evas.loan))


def test_neither_another_key_nor_the_pass_alone_takes_them_home(house: House, evas: Pass) -> None:
    house.give_back(evas.loan)
    with pytest.raises(refusals.NotYourLoan):
        house.taking_home.after(evas.loan.id, proven(house, evas.loan, "kim"))
    with pytest.raises(refusals.ProofInvalid):
        house.taking_home.after(evas.loan.id, Identity(secret=evas.secret))
    with pytest.raises(refusals.ProofInvalid):
        house.taking_home.after(evas.loan.id, Identity(actor=house.ana))
    with pytest.raises(refusals.NotYourLoan):
        house.taking_home.after("none", proven(house, evas.loan))


def test_a_loan_without_a_key_is_known_by_its_pass(house: House, pdf_id: str) -> None:
    request = ClaimRequest("Eva", ticket="t" * 32)
    reading_pass = house.lending.claim(house.offer(pdf_id), request, CLAIM).reading_pass
    mark(house, reading_pass)
    house.lending.check_in(reading_pass.loan.id, "", "")
    home = house.taking_home.after(reading_pass.loan.id, Identity(secret=reading_pass.secret))
    assert notes(home) == ["mine"]
    for secret in ("", "another"):
        with pytest.raises(refusals.NotYourLoan):
            house.taking_home.after(reading_pass.loan.id, Identity(secret=secret))


def test_thirty_days_after_the_loan_is_too_late(house: House, evas: Pass) -> None:
    house.give_back(evas.loan)
    house.clock.go_on(KEPT - TICK)
    assert notes(house.taking_home.after(evas.loan.id, proven(house, evas.loan))) == ["mine"]
    house.clock.go_on(TICK)
    with pytest.raises(refusals.MarksForgotten):
        house.taking_home.after(evas.loan.id, proven(house, evas.loan))


def test_an_owner_takes_home_what_they_marked_however_long_ago(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    writing = Writing(Kind.BOOKMARK, "{}", 0.5)
    house.margins.sync(reader, 0, [Change("one", 0, writing)])
    own = Identity(actor=house.ana)
    with pytest.raises(refusals.StillOnLoan):
        house.taking_home.after(reader.loan_id, own)
    house.lending.put_back(house.ana, pdf_id)
    house.clock.go_on(99 * DAY)
    assert house.taking_home.forget_old() == 0
    assert len(house.taking_home.after(reader.loan_id, own).keepsakes) == 1


@pytest.mark.parametrize(("who", "why"), [("zoe", refusals.NotYourLoan), ("", refusals.NotSignedIn)])
def test_nobody_else_takes_an_owners_marks_home(
    house: House, pdf_id: str, who: str, why: type[refusals.Refusal]
) -> None:
    reader = house.own(pdf_id)
    house.lending.put_back(house.ana, pdf_id)
    actor: Actor | None = getattr(house, who) if who else None
    with pytest.raises(why):
        house.taking_home.after(reader.loan_id, Identity(actor=actor))


def test_a_browser_is_told_which_loans_have_marks_to_take_home(house: House, evas: Pass) -> None:
    passes = {evas.loan.id: evas.secret, "none": "x"}
    assert house.taking_home.waiting(passes) == []
    house.clock.go_on(14 * DAY)
    (seen,) = house.taking_home.waiting(passes)
    assert (seen.held.loan.id, seen.edition.title, seen.lender) == (evas.loan.id, "Primera memoria", "Ana")
    assert house.taking_home.waiting({evas.loan.id: "another secret"}) == []
    house.clock.go_on(KEPT)
    assert house.taking_home.waiting(passes) == []


def test_a_loan_without_marks_has_nothing_to_take_home(house: House, pdf_id: str) -> None:
    reading_pass = house.lend(pdf_id).reading_pass
    house.give_back(reading_pass.loan)
    assert house.taking_home.waiting({reading_pass.loan.id: reading_pass.secret}) == []


def test_when_their_time_is_over_marks_are_forgotten_but_notes_that_stay(house: House, pdf_id: str) -> None:
    plain, left = house.lend(pdf_id).reading_pass, None
    mark(house, plain, "forget me")
    house.give_back(plain.loan)
    left = house.lend(pdf_id).reading_pass
    mark(house, left, "for you", stays=True)
    house.give_back(left.loan)
    house.clock.go_on(KEPT)
    assert house.taking_home.forget_old() == 0
    house.clock.go_on(TICK)
    assert house.taking_home.forget_old() == 1
    assert house.taking_home.forget_old() == 0
    with house.library.read() as desk:
        assert desk.marks.since(plain.loan.id, 0) == []
    assert [one.mark.writing.note for one in house.margins.left(house.own(pdf_id))] == ["for you"]

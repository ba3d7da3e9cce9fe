"""A loan changes its device: one reader at every moment."""

from datetime import timedelta

import pytest

from lending import refusals
from lending.services.carrying import CARRIAGE_LASTS
from lending.services.passes import ClaimRequest, Pass
from tests.services.conftest import DAY, House

ARRIVALS = "/api/v1/arrivals"
CARRIAGE = "/api/v1/loans/x/carriage"


@pytest.fixture
def lent(house: House) -> Pass:
    return house.lend(house.shelve()).reading_pass


def token_of(house: House, lent: Pass) -> str:
    reader = house.reading.admit(lent.loan.id, lent.secret, None)
    proof = house.proofs.proof(lent.loan.binding.removeprefix("key:"), "POST", CARRIAGE)
    return house.carrying.begin(reader.held, proof, CARRIAGE).token


def arrive(house: House, token: str, key: str = "phone") -> Pass:
    proof = house.proofs.proof(key, "POST", ARRIVALS)
    return house.carrying.arrive(token, ClaimRequest(proof=proof), ARRIVALS)


def test_the_loan_goes_on_on_the_other_device_and_no_longer_on_the_first(house: House, lent: Pass) -> None:
    before = lent.loan
    there = arrive(house, token_of(house, lent))
    assert (there.loan.id, there.loan.due_at, there.loan.epoch) == (before.id, before.due_at, before.epoch)
    assert house.reading.admit(before.id, there.secret, None).held.loan.binding == "key:phone"
    with pytest.raises(refusals.NotYourLoan):
        house.reading.admit(before.id, lent.secret, None)
    assert house.happened()[-1] == "carried"


def test_showing_the_code_changes_nothing(house: House, lent: Pass) -> None:
    token_of(house, lent)
    assert house.reading.admit(lent.loan.id, lent.secret, None).held.loan.binding == lent.loan.binding


def test_the_code_is_for_one_device(house: House, lent: Pass) -> None:
    token = token_of(house, lent)
    arrive(house, token)
    assert arrive(house, token).loan.binding == "key:phone", "an answer that got lost is asked for again"
    with pytest.raises(refusals.LinkUsed):
        arrive(house, token, "tablet")


def test_the_code_holds_for_ten_minutes(house: House, lent: Pass) -> None:
    token = token_of(house, lent)
    house.clock.go_on(CARRIAGE_LASTS)
    with pytest.raises(refusals.LinkExpired):
        arrive(house, token)


def test_a_loan_that_has_ended_is_carried_nowhere(house: House, lent: Pass) -> None:
    token = token_of(house, lent)
    house.give_back(lent.loan)
    with pytest.raises(refusals.LoanEnded):
        arrive(house, token)


def test_a_forged_code_opens_nothing(house: House, lent: Pass) -> None:
    assert lent
    with pytest.raises(refusals.UnknownLink):
        arrive(house, "carriage? no")


def test_it_can_be_carried_back(house: House, lent: Pass) -> None:
    there = arrive(house, token_of(house, lent))
    back = arrive(house, token_of(house, there), "laptop")
    assert house.reading.admit(back.loan.id, back.secret, None)
    house.clock.go_on(timedelta(minutes=1))
    with pytest.raises(refusals.NotYourLoan):
        house.reading.admit(there.loan.id, there.secret, None)


def test_owners_sign_in_over_there_instead(house: House) -> None:
    copy_id = house.shelve()
    loan = house.lending.take_off_shelf(house.ana, copy_id)
    reader = house.reading.admit(loan.id, None, house.ana)
    with pytest.raises(refusals.NotAllowed):
        house.carrying.begin(reader.held, "", CARRIAGE)


def test_a_stolen_pass_carries_no_loan_away(house: House, lent: Pass) -> None:
    reader = house.reading.admit(lent.loan.id, lent.secret, None)
    with pytest.raises(refusals.ProofInvalid):
        house.carrying.begin(reader.held, "", CARRIAGE)
    with pytest.raises(refusals.NotYourLoan):
        house.carrying.begin(reader.held, house.proofs.proof("thief", "POST", CARRIAGE), CARRIAGE)


def test_a_loan_without_a_key_is_carried_with_its_pass(house: House) -> None:
    token = house.offer(house.shelve())
    lent = house.lending.claim(token, ClaimRequest("Eva", ticket="secret"), "/claims").reading_pass
    reader = house.reading.admit(lent.loan.id, lent.secret, None)
    assert arrive(house, house.carrying.begin(reader.held, "", CARRIAGE).token).loan.binding == "key:phone"


def test_a_loan_with_a_key_never_becomes_one_without(house: House, lent: Pass) -> None:
    token = token_of(house, lent)
    with pytest.raises(refusals.ProofInvalid):
        house.carrying.arrive(token, ClaimRequest(ticket="a ticket"), ARRIVALS)


def test_carrying_moves_no_due_date(house: House, lent: Pass) -> None:
    house.clock.go_on(DAY)
    fresh = house.lending.renew_pass(
        lent.loan.id, house.proofs.proof(lent.loan.binding.removeprefix("key:"), "POST", "/pass"), "/pass"
    )
    assert arrive(house, token_of(house, fresh)).loan.due_at == lent.loan.due_at

"""A borrower passes the book on: who may make the link, what it gives, and who is told."""

from datetime import timedelta

import pytest

from lending import refusals
from lending.circulation.passing import Words
from lending.circulation.policy import LoanRules
from lending.refusals import Refusal
from lending.services.passes import ClaimRequest, Pass
from tests.services.conftest import CLAIM, DAY, House

ONWARD = "/api/v1/loans/x/onward"


@pytest.fixture
def copy_id(house: House) -> str:
    house.rules.set_for_account(house.ana, LoanRules(passing_on=True))
    return house.shelve()


@pytest.fixture
def bens(house: House, copy_id: str) -> Pass:
    return house.claim(house.offer(copy_id), "ben").reading_pass


def offer(house: House, lent: Pass, key: str = "ben", for_whom: str = "", note: str = "") -> str:
    """The token of a link by which the borrower passes the book on."""
    proof = house.proof(key, ONWARD)
    return house.passing.offer(house.let_in(lent).held, Words(for_whom, note), proof, ONWARD).token


def test_the_friend_gets_what_is_left_of_the_loan_and_the_borrower_is_told_who(
    house: House, bens: Pass
) -> None:
    house.clock.go_on(DAY)
    bens = house.lending.renew_pass(bens.loan.id, house.proof("ben", "/pass"), "/pass")
    token = offer(house, bens)
    assert house.let_in(bens), "who offers the book reads on"
    cleos = house.claim(token, "cleo").reading_pass
    assert cleos.loan.due_at == bens.loan.due_at
    assert house.let_in(cleos).held.loan.borrower_name == "Cleo"
    with pytest.raises(refusals.LoanEnded) as refused:
        house.let_in(bens)
    assert refused.value.facts == {"because": "passed-on", "to": "Cleo"}
    with pytest.raises(refusals.LoanEnded) as refused:
        house.lending.renew_pass(bens.loan.id, house.proof("ben", "/pass"), "/pass")
    assert refused.value.facts == {"because": "passed-on", "to": "Cleo"}
    assert house.happened()[-3:] == ["link-made", "passed-on", "checked-out"]


def test_a_link_says_who_passes_the_book_on_whose_it_is_and_when_it_is_due(house: House, bens: Pass) -> None:
    token = offer(house, bens, note="You'll love it")
    house.clock.go_on(DAY)
    seen = house.lending.look(token)
    assert (seen.passed_by, seen.lender, seen.due_at) == ("Ben", "Ana", bens.loan.due_at)
    assert seen.lasts == 13 * DAY
    assert house.lending.look(house.offer(house.shelve(second_copy=True))).passed_by is None


def test_a_claim_may_be_repeated_and_the_link_serves_nobody_else(house: House, bens: Pass) -> None:
    token = offer(house, bens)
    first, again = house.claim(token, "cleo"), house.claim(token, "cleo")
    assert (again.repeated, again.reading_pass.loan.id) == (True, first.reading_pass.loan.id)
    assert house.lending.look(token).passed_by == "Ben", "whoever has used it may look again"
    with pytest.raises(refusals.LinkUsed) as refused:
        house.claim(token, "dani")
    assert refused.value.facts == {"lender": "Ben"}
    with pytest.raises(refusals.LinkUsed):
        house.claim(token, "ben")


def test_who_offers_the_book_does_not_take_it(house: House, bens: Pass) -> None:
    with pytest.raises(refusals.YoursAlready):
        house.claim(offer(house, bens), "ben")


def test_a_stolen_pass_gives_no_loan_away(house: House, bens: Pass) -> None:
    held = house.let_in(bens).held
    for proof, refusal in (("", refusals.ProofInvalid), (house.proof("thief", ONWARD), refusals.NotYourLoan)):
        with pytest.raises(refusal):
            house.passing.offer(held, Words(), proof, ONWARD)
    offer(house, bens)
    for proof, refusal in (("", refusals.ProofInvalid), (house.proof("thief", ONWARD), refusals.NotYourLoan)):
        with pytest.raises(refusal):
            house.passing.offered(held, proof, ONWARD)


def test_a_loan_without_a_key_is_passed_on_with_its_pass(house: House, copy_id: str) -> None:
    request = ClaimRequest("Ben", ticket="secret")
    lent = house.lending.claim(house.offer(copy_id), request, CLAIM).reading_pass
    token = house.passing.offer(house.let_in(lent).held, Words(), "", ONWARD).token
    assert house.claim(token, "cleo")


def test_the_waiting_link_is_shown_again_until_it_is_taken_back(house: House, bens: Pass) -> None:
    held = house.let_in(bens).held
    assert (house.passing.stands(held).allowed, house.passing.stands(held).offer) == (True, None)
    token = offer(house, bens, for_whom=" Cleo ")
    stands = house.passing.stands(held).offer
    assert stands is not None
    assert stands.for_whom == "Cleo"
    assert house.passing.offered(held, house.proof("ben", ONWARD), ONWARD).token == token
    house.passing.take_back(held)
    assert house.passing.stands(held).offer is None
    with pytest.raises(refusals.NotFound):
        house.passing.offered(held, house.proof("ben", ONWARD), ONWARD)
    with pytest.raises(refusals.NotPassedOn):
        house.claim(token, "cleo")


@pytest.mark.parametrize(
    ("meanwhile", "refusal"),
    [
        (lambda house, bens, _: house.give_back(bens.loan, "ben"), refusals.NotPassedOn),
        (lambda house, _, copy_id: house.lending.recall(house.ana, copy_id), refusals.NotPassedOn),
        (lambda house, _, copy_id: house.lending.cancel_link(house.ana, copy_id), refusals.NotPassedOn),
        (lambda house, *_: house.rules.set_for_account(house.ana, LoanRules()), refusals.NotPassedOn),
        (lambda house, *_: house.clock.go_on(7 * DAY), refusals.LinkExpired),
    ],
    ids=["returned", "recalled", "cancelled by the owner", "allowed no more", "too late"],
)
def test_what_has_happened_meanwhile_is_told_to_the_friend(
    house: House, bens: Pass, copy_id: str, meanwhile: object, refusal: type[Refusal]
) -> None:
    token = offer(house, bens)
    assert callable(meanwhile)
    meanwhile(house, bens, copy_id)
    for ask in (house.lending.look, house.claim):
        with pytest.raises(refusal) as refused:
            ask(token)
        assert refused.value.facts == {"lender": "Ben"}, "who is asked for another is who sent it"


def test_too_many_loans_are_of_the_owners_books(house: House, bens: Pass) -> None:
    house.rules.set_for_account(house.ana, LoanRules(passing_on=True, loans_per_borrower=1))
    house.claim(house.offer(house.shelve(second_copy=True)), "cleo")
    with pytest.raises(refusals.TooManyLoans) as refused:
        house.claim(offer(house, bens), "cleo")
    assert refused.value.facts == {"limit": 1, "lender": "Ana"}


def test_without_the_owners_leave_nothing_is_offered(house: House, bens: Pass) -> None:
    house.rules.set_for_account(house.ana, LoanRules())
    assert not house.passing.stands(house.let_in(bens).held).allowed
    with pytest.raises(refusals.PassingOnNotAllowed):
        offer(house, bens)


def test_an_owner_lends_their_book_and_passes_it_not_on(house: House, copy_id: str) -> None:
    held = house.own(copy_id).held
    assert not house.passing.stands(held).allowed
    with pytest.raises(refusals.NotAllowed):
        house.passing.offer(held, Words(), "", ONWARD)


def test_words_that_nobody_would_say_are_refused(house: House, bens: Pass) -> None:
    for words in ({"for_whom": "x" * 101}, {"note": "x" * 1001}):
        with pytest.raises(refusals.UnacceptableInput):
            offer(house, bens, **words)


def test_the_owner_sees_who_had_it_cancels_an_offer_and_is_shown_no_link(
    house: House, bens: Pass, copy_id: str
) -> None:
    cleos = house.claim(offer(house, bens), "cleo").reading_pass
    assert [loan.borrower_name for loan in house.shelf.entry(house.ana, copy_id).passed_by] == ["Ben"]
    token = offer(house, cleos, "cleo")
    with pytest.raises(refusals.NotFound):
        house.lending.link_out(house.ana, copy_id)
    house.lending.cancel_link(house.ana, copy_id)
    with pytest.raises(refusals.NotPassedOn):
        house.lending.look(token)


def test_both_friends_see_from_whom_and_to_whom_it_went(house: House, bens: Pass) -> None:
    cleos = house.claim(offer(house, bens), "cleo").reading_pass
    (seen,) = house.reading.borrowed({cleos.loan.id: cleos.secret, bens.loan.id: bens.secret})
    assert (seen.held.loan.id, seen.passed_by, seen.lender) == (cleos.loan.id, "Ben", "Ana")
    house.clock.go_on(timedelta(seconds=1))
    assert house.reading.seen(house.let_in(cleos).held).passed_to is None

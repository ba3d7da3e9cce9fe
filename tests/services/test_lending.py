from dataclasses import replace
from datetime import timedelta

import pytest

from lending import refusals
from lending.circulation.offering import Offer
from lending.circulation.transitions import CopyState
from lending.services.actors import Actor
from lending.services.passes import PASS_LASTS, ClaimRequest
from tests.services.conftest import CLAIM, DAY, House

TICK = timedelta(milliseconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def copy_id(house: House) -> str:
    return house.shelve()


def state(house: House, copy_id: str) -> CopyState:
    return house.shelf.entry(house.ana, copy_id).copy.state(house.clock.now())


# --- links ----------------------------------------------------------------------------------------------


def test_a_link_offers_the_copy_in_the_owners_words(house: House, copy_id: str) -> None:
    offer = Offer(3 * DAY, "  My\nsister ", "Read this!\r\nLove\x00")
    made = house.lending.make_link(house.ana, copy_id, offer)
    assert (made.link.for_whom, made.link.note) == ("My sister", "Read this!\nLove")
    assert state(house, copy_id) is CopyState.LINK_OUT
    assert house.happened()[-1] == "link-made"
    assert house.lending.link_out(house.ana, copy_id) == made


def test_only_the_owner_sees_makes_and_cancels_a_link(house: House, copy_id: str) -> None:
    with pytest.raises(refusals.NotFound):
        house.lending.make_link(house.zoe, copy_id, Offer(DAY))
    house.offer(copy_id)
    with pytest.raises(refusals.NotFound):
        house.lending.link_out(house.zoe, copy_id)
    with pytest.raises(refusals.NotFound):
        house.lending.cancel_link(house.zoe, copy_id)
    with pytest.raises(refusals.NotAllowed):
        house.lending.cancel_link(house.lib, copy_id)
    assert state(house, copy_id) is CopyState.LINK_OUT


def test_a_read_only_token_changes_nothing_and_sees_no_link_to_borrow_with(
    house: House, copy_id: str
) -> None:
    reader = Actor(house.ana.account, may_change=False)
    house.offer(copy_id)
    for act in (
        lambda: house.lending.link_out(reader, copy_id),
        lambda: house.lending.make_link(reader, copy_id, Offer(DAY)),
        lambda: house.lending.cancel_link(reader, copy_id),
        lambda: house.lending.take_off_shelf(reader, copy_id),
        lambda: house.lending.put_back(reader, copy_id),
    ):
        with pytest.raises(refusals.NotAllowed):
            act()


def test_there_is_no_link_to_show_unless_one_waits(house: House, copy_id: str) -> None:
    with pytest.raises(refusals.NotFound):
        house.lending.link_out(house.ana, copy_id)
    house.offer(copy_id)
    house.clock.go_on(7 * DAY)
    with pytest.raises(refusals.NotFound):
        house.lending.link_out(house.ana, copy_id)


@pytest.mark.parametrize("offer", [Offer(DAY, for_whom="x" * 101), Offer(DAY, note="x" * 1001)])
def test_an_endless_word_to_a_friend_is_refused(house: House, copy_id: str, offer: Offer) -> None:
    with pytest.raises(refusals.UnacceptableInput):
        house.lending.make_link(house.ana, copy_id, offer)


def test_a_withdrawn_copy_is_not_lent(house: House, copy_id: str) -> None:
    house.shelf.withdraw(house.ana, copy_id)
    with pytest.raises(refusals.NotFound):
        house.offer(copy_id)


# --- looking --------------------------------------------------------------------------------------------


def test_looking_at_a_link_tells_the_terms_and_changes_nothing(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    before = repr(house.library.cabinet)
    for _ in range(3):
        seen = house.lending.look(token)
    assert (seen.edition.title, seen.lender, seen.link.loan_period) == ("Primera memoria", "Ana", 14 * DAY)
    assert repr(house.library.cabinet) == before


def test_looking_says_why_a_link_lends_no_more_and_whom_to_ask(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    house.lending.cancel_link(house.ana, copy_id)
    with pytest.raises(refusals.LinkCancelled) as cancelled:
        house.lending.look(token)
    assert cancelled.value.facts == {"lender": "Ana"}
    token = house.offer(copy_id)
    house.clock.go_on(7 * DAY - TICK)
    house.lending.look(token)
    house.clock.go_on(TICK)
    with pytest.raises(refusals.LinkExpired):
        house.lending.look(token)


def test_a_link_for_a_copy_the_owner_is_reading_says_so(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    house.lending.take_off_shelf(house.ana, copy_id)
    with pytest.raises(refusals.CopyIsOut) as out:
        house.lending.look(token)
    assert out.value.facts == {"lender": "Ana"}
    house.lending.put_back(house.ana, copy_id)
    house.lending.look(token)


@pytest.mark.parametrize("token", ["", "nonsense", "token for nothing"])
def test_a_link_of_another_library_is_unknown(house: House, token: str) -> None:
    with pytest.raises(refusals.UnknownLink):
        house.lending.look(token)
    with pytest.raises(refusals.UnknownLink):
        house.claim(token)


# --- claiming -------------------------------------------------------------------------------------------


def test_a_claim_opens_a_loan_for_one_browser(house: House, copy_id: str) -> None:
    done = house.claim(house.offer(copy_id, for_whom="Eva"))
    loan = done.reading_pass.loan
    assert not done.repeated
    assert (loan.binding, loan.borrower_name, loan.due_at) == ("key:eva", "Eva", house.clock.now() + 14 * DAY)
    assert done.reading_pass.expires_at == house.clock.now() + PASS_LASTS
    assert state(house, copy_id) is CopyState.ON_LOAN
    assert house.happened()[-1] == "checked-out"


def test_a_claim_repeated_after_a_lost_answer_gets_the_same_loan(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    first = house.claim(token)
    house.clock.go_on(HOUR)
    again = house.claim(token)
    assert again.repeated
    assert again.reading_pass.loan == first.reading_pass.loan
    assert again.reading_pass.secret != first.reading_pass.secret
    assert house.happened().count("checked-out") == 1


def test_another_browser_is_refused_and_told_whom_to_ask(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    house.claim(token)
    with pytest.raises(refusals.LinkUsed) as refused:
        house.claim(token, key="kim")
    assert refused.value.facts == {"lender": "Ana"}
    house.lending.look(token)  # the friend whose answer got lost still sees what to claim again


def test_a_ticket_binds_where_browsers_offer_no_key(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    first = house.lending.claim(token, ClaimRequest("Eva", ticket="secret"), CLAIM)
    loan = first.reading_pass.loan
    assert loan.binding.startswith("ticket:")
    assert "secret" not in loan.binding
    assert first.reading_pass.expires_at > loan.due_at, "the owner may give more time"
    assert house.lending.claim(token, ClaimRequest("Eva", ticket="secret"), CLAIM).repeated
    for other in (ClaimRequest("Eva", ticket="guess"), ClaimRequest("Eva")):
        with pytest.raises(refusals.LinkUsed):
            house.lending.claim(token, other, CLAIM)


def test_a_claim_with_a_false_proof_borrows_nothing(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    used = house.proof("eva", "/elsewhere")
    with pytest.raises(refusals.ProofInvalid):
        house.lending.claim(token, ClaimRequest("Eva", used), CLAIM)
    assert state(house, copy_id) is CopyState.LINK_OUT


def test_a_returned_book_is_not_borrowed_again_with_its_link(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    loan = house.claim(token).reading_pass.loan
    house.give_back(loan)
    for key in ("eva", "kim"):
        with pytest.raises(refusals.LinkUsed):
            house.claim(token, key)
    assert state(house, copy_id) is CopyState.ON_SHELF


@pytest.mark.parametrize("after", [7 * DAY, 300 * DAY])
def test_an_expired_link_lends_nothing(house: House, copy_id: str, after: timedelta) -> None:
    token = house.offer(copy_id)
    house.clock.go_on(after)
    with pytest.raises(refusals.LinkExpired):
        house.claim(token)
    assert state(house, copy_id) is CopyState.ON_SHELF


def test_a_cancelled_link_lends_nothing_and_a_new_one_does(house: House, copy_id: str) -> None:
    old = house.offer(copy_id)
    house.lending.cancel_link(house.ana, copy_id)
    new = house.offer(copy_id)
    with pytest.raises(refusals.LinkCancelled):
        house.claim(old)
    house.claim(new)


def test_an_endless_name_is_refused(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    with pytest.raises(refusals.UnacceptableInput):
        house.lending.claim(token, ClaimRequest("x" * 101, house.proof("eva")), CLAIM)


def test_copies_of_one_edition_are_lent_apart(house: House, copy_id: str) -> None:
    second = house.shelve(second_copy=True)
    house.lend(copy_id)
    house.claim(house.offer(second), key="kim")
    assert state(house, second) is CopyState.ON_LOAN
    with pytest.raises(refusals.CopyIsOut):
        house.offer(copy_id)


# --- passes ---------------------------------------------------------------------------------------------


def renew(house: House, loan_id: str, key: str = "eva") -> object:
    path = f"/api/loans/{loan_id}/pass"
    return house.lending.renew_pass(loan_id, house.proof(key, path), path).expires_at


def test_a_pass_is_renewed_for_the_loans_own_key(house: House, copy_id: str) -> None:
    loan = house.lend(copy_id).reading_pass.loan
    house.clock.go_on(HOUR)
    assert renew(house, loan.id) == house.clock.now() + PASS_LASTS
    with pytest.raises(refusals.NotYourLoan):
        renew(house, loan.id, "kim")
    with pytest.raises(refusals.NotYourLoan):
        renew(house, "none")


def test_no_pass_opens_a_loan_that_has_ended(house: House, copy_id: str) -> None:
    loan = house.lend(copy_id).reading_pass.loan
    house.clock.go_on(14 * DAY - timedelta(minutes=1))
    renew(house, loan.id)
    house.clock.go_on(timedelta(minutes=1))
    with pytest.raises(refusals.LoanEnded):
        renew(house, loan.id)


def test_no_pass_for_a_loan_that_was_returned(house: House, copy_id: str) -> None:
    loan = house.lend(copy_id).reading_pass.loan
    house.give_back(loan)
    with pytest.raises(refusals.LoanEnded):
        renew(house, loan.id)


# --- the owner's own reading ----------------------------------------------------------------------------


def test_while_the_owner_reads_nobody_can_borrow(house: House, copy_id: str) -> None:
    token = house.offer(copy_id)
    loan = house.lending.take_off_shelf(house.ana, copy_id)
    assert loan.to_owner
    assert state(house, copy_id) is CopyState.WITH_OWNER
    with pytest.raises(refusals.CopyIsOut):
        house.claim(token)
    house.lending.put_back(house.ana, copy_id)
    house.claim(token)


def test_an_owners_own_reading_lasts_as_long_as_they_like_and_is_not_renewed(
    house: House, copy_id: str
) -> None:
    loan = house.lending.take_off_shelf(house.ana, copy_id)
    with pytest.raises(refusals.NothingGained):
        house.lending.renew(loan.id)
    house.lending.put_back(house.ana, copy_id)
    with pytest.raises(refusals.LoanEnded):
        house.lending.renew(loan.id)


def test_while_it_is_lent_the_owner_can_not_read(house: House, copy_id: str) -> None:
    loan = house.lend(copy_id).reading_pass.loan
    with pytest.raises(refusals.CopyIsOut):
        house.lending.take_off_shelf(house.ana, copy_id)
    with pytest.raises(refusals.LoanEnded):
        house.lending.put_back(house.ana, copy_id)
    house.give_back(loan)
    house.lending.take_off_shelf(house.ana, copy_id)


def test_taking_a_copy_twice_is_one_reading(house: House, copy_id: str) -> None:
    first = house.lending.take_off_shelf(house.ana, copy_id)
    assert house.lending.take_off_shelf(house.ana, copy_id) == first
    assert house.happened().count("checked-out") == 1


def test_only_the_owner_takes_and_puts_back(house: House, copy_id: str) -> None:
    with pytest.raises(refusals.NotFound):
        house.lending.take_off_shelf(house.zoe, copy_id)
    house.lending.take_off_shelf(house.ana, copy_id)
    with pytest.raises(refusals.NotFound):
        house.lending.put_back(house.zoe, copy_id)


def test_a_copy_on_the_shelf_can_not_be_put_back(house: House, copy_id: str) -> None:
    with pytest.raises(refusals.LoanEnded):
        house.lending.put_back(house.ana, copy_id)


# --- check-in -------------------------------------------------------------------------------------------


def test_a_book_is_returned_once_by_its_own_browser(house: House, copy_id: str) -> None:
    loan = house.lend(copy_id).reading_pass.loan
    with pytest.raises(refusals.NotYourLoan):
        house.give_back(loan, "kim")
    with pytest.raises(refusals.ProofInvalid):
        house.lending.check_in(loan.id, "", "/api")
    house.give_back(loan)
    assert state(house, copy_id) is CopyState.ON_SHELF
    assert house.happened()[-1] == "returned"
    with pytest.raises(refusals.LoanEnded):
        house.give_back(loan)


def test_a_loan_without_a_key_is_returned_by_whoever_was_admitted(house: House, copy_id: str) -> None:
    request = ClaimRequest("Eva", ticket="secret")
    loan = house.lending.claim(house.offer(copy_id), request, CLAIM).reading_pass.loan
    with pytest.raises(refusals.NotYourLoan):
        house.give_back(loan)
    house.lending.check_in(loan.id, "", "/api")
    assert state(house, copy_id) is CopyState.ON_SHELF


def test_what_is_past_due_is_not_returned_a_second_time(house: House, copy_id: str) -> None:
    loan = house.lend(copy_id).reading_pass.loan
    house.clock.go_on(14 * DAY)
    with pytest.raises(refusals.LoanEnded):
        house.give_back(loan)


def test_a_loan_that_never_was_is_not_returned(house: House) -> None:
    with pytest.raises(refusals.NotYourLoan):
        house.lending.check_in("none", "", "/api")


# --- time -----------------------------------------------------------------------------------------------


def test_the_housekeeper_records_what_time_has_ended(house: House, copy_id: str) -> None:
    second = house.shelve(second_copy=True)
    due = house.lend(copy_id).reading_pass.loan.due_at
    house.offer(second)
    house.clock.go_on(14 * DAY - TICK)
    assert house.lending.settle_due() == 1  # the link, a week ago
    house.clock.go_on(HOUR)
    assert house.lending.settle_due() == 1
    assert house.lending.settle_due() == 0
    assert house.happened()[-2:] == ["link-expired", "expired"]
    assert house.library.cabinet.events[-1].at == due


def test_nothing_needs_the_housekeeper(house: House, copy_id: str) -> None:
    house.lend(copy_id)
    house.clock.go_on(14 * DAY)
    assert state(house, copy_id) is CopyState.ON_SHELF
    house.lend(copy_id)
    assert house.happened()[-3:] == ["expired", "link-made", "checked-out"]


def test_a_few_copies_are_settled_at_a_time(house: House, copy_id: str) -> None:
    for other in (copy_id, house.shelve(second_copy=True), house.shelve(second_copy=True)):
        house.offer(other)
    house.clock.go_on(8 * DAY)
    assert [house.lending.settle_due(2), house.lending.settle_due(2)] == [2, 1]


def test_every_change_and_its_event_are_one_transaction(
    house: House, copy_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = house.offer(copy_id)
    before = replace(house.library.cabinet)
    monkeypatch.setattr("tests.services.fake_library.FakeCirculation.add_pass", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        house.claim(token)
    assert house.library.cabinet == before
    assert state(house, copy_id) is CopyState.LINK_OUT

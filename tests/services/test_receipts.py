"""Receipts: what somebody keeps, and shows years later."""

from datetime import timedelta

import pytest

from lending import refusals
from lending.circulation.events import EventKind
from lending.circulation.loans import Loan
from lending.circulation.offering import Offer
from lending.circulation.passing import Words
from lending.ledger.encoding import base64_of, bytes_of
from lending.ledger.errors import LedgerError, Malformed, NotProven, NotSigned
from lending.ledger.leaves import Field
from lending.services.receipts import ReceiptOf, ReceiptRead, read_receipt
from lending.services.taking_home import Identity
from tests.services.conftest import DAY, House
from tests.services.fakes import NOON, FakeLogKeys


@pytest.fixture
def begun(house: House) -> House:
    with house.library.change() as desk:
        desk.ledger.lock()
        desk.ledger.begin("library.example/log")
    return house


@pytest.fixture
def copy_id(begun: House) -> str:
    return begun.shelve()


@pytest.fixture
def loan(begun: House, copy_id: str) -> Loan:
    return begun.lend(copy_id).reading_pass.loan


def of_return(house: House, loan: Loan, key: str = "eva") -> str:
    path = f"/api/loans/{loan.id}/receipt"
    return house.receipts.of_return(loan.id, Identity(house.proof(key, path), path)).text


def read(house: House, text: str) -> ReceiptRead:
    return read_receipt(text, [house.logkeeping.verifier()], house.log_keys.check)


def test_a_borrower_keeps_a_receipt_of_the_check_out(begun: House, copy_id: str) -> None:
    receipt = begun.receipts.of_check_out(begun.let_in(begun.lend(copy_id).reading_pass))
    found = read(begun, receipt.text)
    assert (found.kind, found.at, found.origin) == (EventKind.CHECKED_OUT, NOON, "library.example/log")
    assert found.facts[Field.COPY]["title"] == receipt.title
    assert found.facts[Field.COPY]["owner"] == "Ana"
    assert found.facts[Field.PATRON]["name"] == "Eva"


def test_a_borrower_keeps_a_receipt_of_the_return(begun: House, loan: Loan) -> None:
    with pytest.raises(refusals.StillOnLoan):
        of_return(begun, loan)
    begun.give_back(loan)
    found = read(begun, of_return(begun, loan))
    assert (found.kind, found.facts[Field.REST]["loan_id"]) == (EventKind.RETURNED, loan.id)


def test_an_owner_keeps_both_and_of_their_own_copies_only(begun: House, copy_id: str, loan: Loan) -> None:
    begun.give_back(loan)
    for of, kind in ((ReceiptOf.CHECK_OUT, EventKind.CHECKED_OUT), (ReceiptOf.RETURN, EventKind.RETURNED)):
        assert read(begun, begun.receipts.for_owner(begun.ana, copy_id, loan.id, of).text).kind is kind
    for owner, of_copy in ((begun.zoe, copy_id), (begun.ana, "another")):
        with pytest.raises(refusals.NotFound):
            begun.receipts.for_owner(owner, of_copy, loan.id, ReceiptOf.CHECK_OUT)


def test_a_gift_takes_no_receipts_of_earlier_loans_with_it(begun: House, copy_id: str, loan: Loan) -> None:
    begun.give_back(loan)
    begun.giving.accept(begun.zoe, begun.giving.offer(begun.ana, copy_id, Words()).token)
    token = begun.lending.make_link(begun.zoe, copy_id, Offer(14 * DAY)).token
    later = begun.claim(token, "gil").reading_pass.loan
    for owner, own, others, name in ((begun.ana, loan, later, "Eva"), (begun.zoe, later, loan, "Gil")):
        receipt = begun.receipts.for_owner(owner, copy_id, own.id, ReceiptOf.CHECK_OUT)
        assert read(begun, receipt.text).facts[Field.PATRON]["name"] == name
        with pytest.raises(refusals.NotFound):
            begun.receipts.for_owner(owner, copy_id, others.id, ReceiptOf.CHECK_OUT)


def test_what_is_past_due_has_a_receipt_of_its_end_before_anybody_noticed(
    begun: House, copy_id: str, loan: Loan
) -> None:
    begun.clock.go_on(14 * DAY)
    found = read(begun, of_return(begun, loan))
    assert (found.kind, found.at) == (EventKind.EXPIRED, loan.due_at)
    again = begun.lend(copy_id).reading_pass.loan
    begun.clock.go_on(15 * DAY)
    of_owner = begun.receipts.for_owner(begun.ana, copy_id, again.id, ReceiptOf.RETURN)
    assert read(begun, of_owner.text).kind is EventKind.EXPIRED


def test_what_an_owner_read_is_not_shown_to_who_has_the_copy_now(begun: House, copy_id: str) -> None:
    own = begun.lending.take_off_shelf(begun.ana, copy_id)
    begun.lending.put_back(begun.ana, copy_id)
    begun.giving.accept(begun.zoe, begun.giving.offer(begun.ana, copy_id, Words()).token)
    with pytest.raises(refusals.NotYourLoan):
        begun.receipts.of_return(own.id, Identity(actor=begun.zoe))


def test_nobody_else_gets_one(begun: House, loan: Loan) -> None:
    begun.give_back(loan)
    with pytest.raises(refusals.NotYourLoan):
        of_return(begun, loan, key="luis")
    with pytest.raises(refusals.NotYourLoan):
        begun.receipts.of_return("no-such-loan", Identity())


def test_a_receipt_still_proves_after_the_log_has_grown_and_its_reader_was_erased(
    begun: House, loan: Loan
) -> None:
    begun.give_back(loan)
    kept = of_return(begun, loan)
    assert begun.erasing.borrower("Eva").over == 1
    begun.shelve(name="more.pdf", second_copy=True)
    assert read(begun, kept).facts[Field.PATRON]["name"] == "Eva", "it is theirs"
    assert begun.verifying.verify().faults == []
    with pytest.raises(refusals.NotYourLoan):
        of_return(begun, loan)


@pytest.mark.parametrize(
    ("said", "instead", "error"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2", Malformed),
        ("index 3", "index 2", Malformed),
        ("extra ", "extra A", Malformed),
        ("library.example/log\n4", "library.example/log\n5", NotSigned),
    ],
)
def test_a_receipt_that_was_changed_proves_nothing(
    begun: House, loan: Loan, said: str, instead: str, error: type[LedgerError]
) -> None:
    begun.give_back(loan)
    kept = of_return(begun, loan)
    assert said in kept
    with pytest.raises(error):
        read(begun, kept.replace(said, instead))


def test_a_receipt_does_not_say_another_name(begun: House, loan: Loan) -> None:
    begun.give_back(loan)
    kept = of_return(begun, loan)
    line = kept.split("\n")[1]
    assert line.startswith("extra ")
    extra = bytes_of(line.removeprefix("extra "))
    forged = kept.replace(line, "extra " + base64_of(extra.replace(b"Eva", b"Mia")))
    with pytest.raises(NotProven):
        read(begun, forged)


def test_a_receipt_of_another_library_is_none_of_this_one(begun: House, loan: Loan) -> None:
    begun.give_back(loan)
    kept, stranger = of_return(begun, loan), FakeLogKeys()
    with pytest.raises(NotSigned):
        read_receipt(kept, [stranger.verifier("library.example/log")], stranger.check)
    begun.clock.go_on(timedelta(days=1))
    with pytest.raises(Malformed):
        read(begun, "x" * 100_000)

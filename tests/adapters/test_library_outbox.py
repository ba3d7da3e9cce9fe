"""The outbox: the same promises by the fake, SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lending.circulation import borrowing, passing
from lending.circulation.borrowing import Claim
from lending.circulation.notices import Notice, NoticeKind, due_soon, notices_of
from lending.circulation.passing import Words
from lending.ports.library import Library
from lending.ports.mail import Contact, Outcome
from tests.services.fakes import NOON, FakeIds
from tests.services.making import a_link, an_account, shelve

DAY = timedelta(days=1)
EVA = Contact("eva@example.org", "es")
ANA = Contact("ana@example.org", "en")


@pytest.fixture
def loan_id(library: Library, ids: FakeIds) -> str:
    """A loan of two days, whose borrower and owner left addresses."""
    copy_id = "copy"
    shelve(library)
    with library.change() as desk:
        copy = desk.circulation.lock(copy_id)
        desk.outbox.set_contact_of_account(copy.owner_id, ANA)
        link = a_link(copy_id=copy_id, made_by=copy.owner_id, loan_period=2 * DAY)
        copy = replace(copy, link=link)
        decision = borrowing.claim(copy, link, Claim("key:k"), ids.new(), NOON)
        desk.circulation.store(decision)
        loan_id = decision.loans[-1].id
        desk.outbox.set_contact_of_loan(loan_id, EVA)
        desk.outbox.add(notices_of(decision))
    return loan_id


def waiting(library: Library) -> list[Notice]:
    with library.read() as desk:
        return [one.notice for one in desk.outbox.waiting(NOON + 99 * DAY, 50)]


def give_back(library: Library, loan_id: str) -> None:
    with library.change() as desk:
        copy = desk.circulation.lock(desk.circulation.loan(loan_id).copy_id)
        desk.circulation.store(borrowing.check_in(copy, loan_id, NOON + DAY))


def test_an_address_is_kept_and_forgotten(library: Library, loan_id: str) -> None:
    with library.change() as desk:
        assert desk.outbox.contact_of_loan(loan_id) == EVA
        desk.outbox.set_contact_of_loan(loan_id, None)
        assert desk.outbox.contact_of_loan(loan_id) is None
        assert desk.outbox.contact_of_account("nobody") is None


def test_storing_a_decision_puts_its_notices_in_once(library: Library, loan_id: str) -> None:
    assert {(one.kind, one.subject_id) for one in waiting(library)} == {
        (NoticeKind.LENT, loan_id),
        (NoticeKind.CHECKED_OUT, loan_id),
    }
    with library.change() as desk:
        desk.outbox.add(waiting(library))
    assert len(waiting(library)) == 2
    give_back(library, loan_id)
    assert waiting(library)[-1].kind is NoticeKind.RETURNED


def test_what_raises_leaves_no_notice(library: Library, loan_id: str) -> None:
    def stop_in_the_middle() -> None:
        with library.change() as desk:
            copy = desk.circulation.lock(desk.circulation.loan(loan_id).copy_id)
            desk.circulation.store(borrowing.check_in(copy, loan_id, NOON + DAY))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        stop_in_the_middle()
    assert len(waiting(library)) == 2


def test_only_those_who_left_an_address_are_written_to(library: Library, loan_id: str) -> None:
    with library.change() as desk:
        desk.outbox.set_contact_of_account(
            desk.collection.entry(waiting(library)[0].copy_id).copy.owner_id, None
        )
    give_back(library, loan_id)
    assert NoticeKind.RETURNED not in {one.kind for one in waiting(library)}


def test_one_of_two_gets_a_notice_to_send(library: Library, loan_id: str) -> None:
    with library.read() as desk:
        one = desk.outbox.waiting(NOON, 50)[0]
    with library.change() as desk:
        assert desk.outbox.take(one, NOON + DAY)
        assert not desk.outbox.take(one, NOON + DAY)
    with library.read() as desk:
        assert one.notice not in [other.notice for other in desk.outbox.waiting(NOON, 50)]
        again = [other for other in desk.outbox.waiting(NOON + DAY, 50) if other.notice == one.notice]
        assert [other.tries for other in again] == [1]
    with library.change() as desk:
        desk.outbox.close(one.notice, Outcome.SENT)
        desk.outbox.add([one.notice])
    assert one.notice not in waiting(library)


def test_a_loan_is_near_its_due_date_until_it_is_reminded_of_that_one(library: Library, loan_id: str) -> None:
    with library.change() as desk:
        assert desk.outbox.due_by(NOON + 2 * DAY - timedelta(milliseconds=1), 50) == []
        (near,) = desk.outbox.due_by(NOON + 2 * DAY, 50)
        assert near.id == loan_id
        reminder = due_soon(near, NOON + DAY)
        assert reminder is not None
        desk.outbox.add([reminder])
        assert desk.outbox.due_by(NOON + 2 * DAY, 50) == []
        copy = desk.circulation.lock(near.copy_id)
        desk.circulation.store(borrowing.renew(copy, loan_id, NOON + DAY))
        assert [loan.due_number for loan in desk.outbox.due_by(NOON + 3 * DAY, 50)] == [1]


def test_a_loan_long_over_is_forgotten_with_its_notices(library: Library, loan_id: str) -> None:
    give_back(library, loan_id)
    with library.change() as desk:
        assert desk.outbox.forget(NOON + DAY) == 0
        assert desk.outbox.forget(NOON + 2 * DAY) == 1
        assert desk.outbox.contact_of_loan(loan_id) is None
    assert waiting(library) == []


def test_the_notice_of_a_gift_is_for_its_giver(library: Library) -> None:
    shelve(library)
    with library.change() as desk:
        desk.accounts.add(an_account("zoe", "Zoë"))
        desk.outbox.set_contact_of_account("zoe", EVA)
        offered = passing.offer_gift(desk.circulation.lock("copy"), Words(), "gift", NOON)
        desk.circulation.store(offered)
        desk.circulation.store(passing.accept_gift(offered.copy, offered.links[-1], "zoe", NOON))
    assert waiting(library) == [], "Ana left no address"
    with library.change() as desk:
        desk.outbox.set_contact_of_account("ana", ANA)
        given = passing.accept_gift(offered.copy, offered.links[-1], "zoe", NOON)
        desk.outbox.add(notices_of(given))
    assert [(one.kind, one.subject_id) for one in waiting(library)] == [(NoticeKind.GIFT_ACCEPTED, "gift")]
    with library.change() as desk:
        desk.outbox.forget(NOON)
        assert len(desk.outbox.waiting(NOON, 9)) == 1
        desk.outbox.forget(NOON + DAY)
        assert desk.outbox.waiting(NOON, 9) == []

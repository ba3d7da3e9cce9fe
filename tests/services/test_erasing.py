"""A friend's name goes; what was lent, and its proofs, stay."""

from datetime import timedelta

import pytest

from lending.ledger.leaves import Field
from lending.ports.ledger import Entry
from lending.services.erasing import Erased, Erasing
from lending.services.logkeeping import opened
from tests.services.conftest import DAY, House


def save(house: House, *names: str) -> None:
    for name in names:
        house.searches.save(house.lib, name, "long=30")


def saved(house: House) -> list[str]:
    return [one.name for one in house.searches.of(house.lib)]


@pytest.fixture
def erasing(house: House) -> Erasing:
    return Erasing(house.recording, house.clock, 365 * DAY)


def entries(house: House) -> list[Entry]:
    with house.library.read() as desk:
        return desk.ledger.entries(0, 999)


def test_who_is_erased_is_in_no_row_and_opens_no_entry(house: House, erasing: Erasing, pdf_id: str) -> None:
    house.give_back(house.claim(house.offer(pdf_id, for_whom="Eva")).reading_pass.loan)
    before = entries(house)
    assert erasing.borrower("eva") == Erased(over=2, not_over=0)
    assert "Eva" not in repr(house.library.cabinet.loans)  # type: ignore[attr-defined]  # the one in memory
    assert "Eva" not in repr(house.library.cabinet.links)  # type: ignore[attr-defined]  # likewise
    after = entries(house)
    assert after[: len(before)] == before, "what was entered stays"
    assert house.happened()[-2:] == ["erased", "erased"]
    for entry in after:
        with house.library.read() as desk:
            found = opened(desk.ledger, house.sealer, entry)
        assert b"Eva" not in found.get(Field.PATRON, found[Field.REST]).fact
    findings = house.verifying.verify()
    assert findings.faults == []
    assert findings.erased > 0


def test_what_somebody_has_now_keeps_their_name_until_it_is_back(
    house: House, erasing: Erasing, pdf_id: str
) -> None:
    loan = house.lend(pdf_id).reading_pass.loan
    assert erasing.borrower("Eva") == Erased(over=0, not_over=1)
    house.give_back(loan)
    assert erasing.borrower("Eva") == Erased(over=1, not_over=0)
    assert erasing.borrower("Eva") == Erased(over=0, not_over=0)


def test_nobody_else_is_erased(house: House, erasing: Erasing, pdf_id: str) -> None:
    house.give_back(house.lend(pdf_id).reading_pass.loan)
    for name in ("", " ", "Ev", "Eva ", "Zoë"):
        assert erasing.borrower(name).over == (1 if name == "Eva " else 0)


def test_names_are_kept_for_a_time_and_no_longer(house: House, erasing: Erasing, pdf_id: str) -> None:
    house.give_back(house.lend(pdf_id).reading_pass.loan)
    house.clock.go_on(365 * DAY)
    assert erasing.long_ago() == 0
    house.clock.go_on(timedelta(seconds=1))
    assert erasing.long_ago() == 1
    assert erasing.long_ago() == 0


def test_openings_that_went_without_an_erasure_are_noticed(house: House, pdf_id: str) -> None:
    loan = house.lend(pdf_id).reading_pass.loan
    with house.library.change() as desk:
        desk.ledger.shred([loan.id])
    assert [fault.what for fault in house.verifying.verify().faults] == [
        f"who the loan {loan.id} was for can't be told, and nobody was erased"
    ]
    with house.recording.change() as desk:
        desk.names.forget([])
    Erasing(house.recording, house.clock, DAY).borrower("Eva")
    house.give_back(loan)
    Erasing(house.recording, house.clock, DAY).borrower("Eva")


def test_a_librarians_saved_search_with_the_name_goes_too(
    house: House, erasing: Erasing, pdf_id: str
) -> None:
    save(house, "Late: Eva", "Evas", "Long ones")
    house.lend(pdf_id)
    assert erasing.borrower("eva") == Erased(over=0, not_over=1, searches=1)
    assert saved(house) == ["Evas", "Long ones"]


def test_a_name_that_nothing_else_bears_goes_from_saved_searches(house: House, erasing: Erasing) -> None:
    save(house, "Late: Eva")
    assert erasing.borrower("eva") == Erased(over=0, not_over=0, searches=1)
    assert saved(house) == []


def test_who_signs_in_and_is_no_friend_is_not_erased_as_one(house: House, erasing: Erasing) -> None:
    save(house, "Zoë’s", "zoe")
    assert erasing.borrower("zoe") == Erased(over=0, not_over=0, searches=0)
    assert saved(house) == ["Zoë’s", "zoe"]


def test_time_erases_a_saved_search_once_nobody_is_called_so(
    house: House, erasing: Erasing, pdf_id: str
) -> None:
    save(house, "Late: Eva", "Zoë’s", "Long ones")
    for key in ("eva", "zoë"):
        house.give_back(house.claim(house.offer(pdf_id), key).reading_pass.loan, key)
    house.clock.go_on(366 * DAY)
    again = house.lend(pdf_id).reading_pass.loan
    assert erasing.long_ago() > 0
    assert saved(house) == ["Late: Eva", "Zoë’s", "Long ones"], "an Eva has a copy, and a Zoë signs in"
    house.give_back(again)
    house.clock.go_on(366 * DAY)
    assert erasing.long_ago() > 0
    assert saved(house) == ["Zoë’s", "Long ones"]

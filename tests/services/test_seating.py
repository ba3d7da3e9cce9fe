"""Windows that have one book open: one is read in, the others wait and may take over."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from lending.ports.seats import KEPT_FOR
from lending.services.passes import ClaimRequest
from lending.services.reading import Admission
from lending.services.seating import Seat, Seating
from tests.services.conftest import House

BEAT = timedelta(seconds=1.5)
LAPTOP, PHONE = "laptop", "phone"


@dataclass
class Evening:
    """A reader with two windows."""

    house: House
    reader: Admission

    def beat(self, window: str, *, waits: bool = False) -> Seat | None:
        return self.house.seating.beat(self.reader, window, waits=waits)

    def read_on(self, window: str, beats: int = 20) -> set[Seat | None]:
        """Read in a window for a while; what it was told meanwhile."""
        told = set()
        for _ in range(beats):
            told.add(self.beat(window))
            self.house.clock.go_on(BEAT)
        return told


@pytest.fixture
def evening(house: House, pdf_id: str) -> Evening:
    return Evening(house, house.let_in(house.lend(pdf_id).reading_pass))


def test_a_second_window_waits_for_as_long_as_the_first_is_read_in(evening: Evening) -> None:
    assert evening.read_on(LAPTOP) == {Seat.HERE}
    assert evening.beat(PHONE) is Seat.ELSEWHERE
    assert evening.read_on(LAPTOP) == {Seat.HERE}
    assert evening.beat(PHONE) is Seat.ELSEWHERE


def test_the_window_that_takes_over_is_read_in_and_the_other_learns_it_at_its_next_beat(
    evening: Evening,
) -> None:
    evening.beat(LAPTOP)
    evening.house.seating.take(evening.reader, PHONE)
    assert evening.beat(LAPTOP) is Seat.ELSEWHERE
    assert evening.beat(PHONE) is Seat.HERE


def test_a_window_that_is_not_heard_of_gives_way_to_one_that_is_opened(evening: Evening) -> None:
    evening.beat(LAPTOP)
    evening.house.clock.go_on(KEPT_FOR - BEAT)
    assert evening.beat(PHONE) is Seat.ELSEWHERE
    evening.house.clock.go_on(BEAT)
    assert evening.beat(PHONE) is Seat.HERE
    assert evening.beat(LAPTOP) is Seat.ELSEWHERE


def test_a_window_that_waits_does_not_sit_down_while_the_reader_looks_away(evening: Evening) -> None:
    evening.beat(LAPTOP)
    evening.house.clock.go_on(KEPT_FOR)
    assert evening.beat(PHONE, waits=True) is None
    assert evening.beat(LAPTOP) is Seat.HERE
    assert evening.beat(PHONE, waits=True) is Seat.ELSEWHERE


def test_who_closes_a_window_opens_another_without_being_asked(evening: Evening) -> None:
    evening.beat(LAPTOP)
    evening.house.seating.leave(evening.reader, PHONE)
    assert evening.beat(PHONE) is Seat.ELSEWHERE
    evening.house.seating.leave(evening.reader, LAPTOP)
    assert evening.beat(PHONE) is Seat.HERE


def test_each_loan_has_a_seat_of_its_own(house: House, evening: Evening) -> None:
    other = house.let_in(house.claim(house.offer(house.shelve()), "noa").reading_pass)
    evening.beat(LAPTOP)
    assert house.seating.beat(other, PHONE) is Seat.HERE


def test_when_nobody_knows_who_sits_where_no_window_is_told_to_wait(house: House, evening: Evening) -> None:
    evening.beat(LAPTOP)
    house.seats.away = True
    assert [evening.beat(window) for window in (LAPTOP, PHONE)] == [None, None]
    assert evening.beat(PHONE, waits=True) is None


def test_a_library_without_seats_lets_every_window_read(evening: Evening) -> None:
    seating = Seating(None)
    seating.take(evening.reader, LAPTOP)
    seating.leave(evening.reader, PHONE)
    assert seating.beat(evening.reader, PHONE) is None


def test_who_names_no_window_takes_no_seat(evening: Evening) -> None:
    assert evening.beat("") is None
    assert evening.beat(PHONE) is Seat.HERE


def test_a_loan_that_was_carried_is_read_on_the_other_device_at_once(house: House, evening: Evening) -> None:
    evening.beat(LAPTOP)
    loan = evening.reader.held
    carriage = house.carrying.begin(loan, house.proof("eva", "/carriage"), "/carriage")
    carried = house.carrying.arrive(carriage.token, ClaimRequest(proof=house.proof("phone", "/c")), "/c")
    assert house.seating.beat(house.let_in(carried), PHONE) is Seat.HERE

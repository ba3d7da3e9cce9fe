"""Which of several devices' places counts."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from lending.marks.places import MOST_DEVICES, Place, chosen, later, superfluous

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PHONE = Place("page 2", 0.1, NOON, "phone")
DESKTOP = Place("page 8", 0.4, NOON + HOUR, "desktop")
TABLET = Place("page 5", 0.2, NOON - HOUR, "tablet")


def test_where_nobody_was_there_is_no_place() -> None:
    assert chosen([], "phone") == (None, None)


def test_the_place_of_the_latest_reading_counts_and_a_device_is_told_its_own() -> None:
    for places in permutations([PHONE, DESKTOP, TABLET]):
        assert chosen(places, "phone") == (DESKTOP, PHONE)
        assert chosen(places, "desktop") == (DESKTOP, None)
        assert chosen(places, "new") == (DESKTOP, None)


def test_the_same_place_is_not_told_twice() -> None:
    assert chosen([PHONE, Place("page 2", 0.1, NOON + HOUR, "desktop")], "phone")[1] is None


def test_of_a_devices_places_in_several_readings_the_last_is_its_own() -> None:
    before = Place("page 1", 0, NOON - 9 * HOUR, "phone")
    assert chosen([PHONE, DESKTOP, before], "phone") == (DESKTOP, PHONE)


def test_messages_may_overtake_each_other() -> None:
    further = Place("page 3", 0.2, NOON + HOUR, "phone")
    assert later(None, PHONE) is PHONE
    assert later(PHONE, further) is later(further, PHONE) is further


def test_the_devices_read_on_least_lately_are_superfluous() -> None:
    places = [Place("x", 0, NOON + n * HOUR, f"device {n}") for n in range(MOST_DEVICES + 2)]
    assert superfluous(places[:MOST_DEVICES]) == []
    assert {place.device for place in superfluous(places)} == {"device 0", "device 1"}

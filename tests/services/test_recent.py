import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lending.services.recent import Recent


def get(recent: Recent, key: str, weight: int | None = 1, value: str = "made") -> str:
    return recent.get(key, lambda: value, lambda _: weight)


def test_a_value_is_made_once() -> None:
    recent = Recent(10)
    assert get(recent, "a", value="first") == "first"
    assert get(recent, "a", value="second") == "first"


def test_what_was_not_asked_for_lately_goes_first() -> None:
    recent = Recent(2)
    get(recent, "a")
    get(recent, "b")
    get(recent, "a")
    get(recent, "c")
    assert get(recent, "a", value="again") == "made"
    assert get(recent, "b", value="again") == "again"


@pytest.mark.parametrize("weight", [None, 11])
def test_what_is_too_heavy_or_a_stream_is_not_kept(weight: int | None) -> None:
    recent = Recent(10)
    get(recent, "small", 10)
    get(recent, "a", weight, "first")
    assert get(recent, "a", weight, "second") == "second"
    assert get(recent, "small", value="again") == "made"


def test_one_that_fails_is_not_kept() -> None:
    recent = Recent(10)
    with pytest.raises(ZeroDivisionError):
        recent.get("a", lambda: 1 // 0, lambda _: 1)
    assert get(recent, "a") == "made"


def test_many_threads_never_keep_more_than_there_is_room_for() -> None:
    recent = Recent(50)
    ready = threading.Barrier(8)

    def ask(thread: int) -> None:
        ready.wait(5)
        for number in range(500):
            key = f"{(thread * number) % 37}"
            assert recent.get(key, lambda: key, lambda _: 7) == key  # noqa: B023 - called at once

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    weights = [weight for _, weight in recent._kept.values()]
    assert sum(weights) == recent._weight <= 50

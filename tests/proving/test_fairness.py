"""What is said of waits that were measured."""

import pytest

from tests.proving.fairness import judged


def test_nobody_is_overtaken_where_each_is_served_as_it_comes() -> None:
    found = judged([(0, 2_000_000), (1, 3_000_000), (2, 4_000_000)])
    assert (found.waits, found.overtaken) == (3, 2)
    assert found.longest == pytest.approx(0.004)
    assert found.is_fair


def test_one_that_waits_far_longer_than_most_is_noticed() -> None:
    found = judged([(0, 90)] + [(number, number + 4) for number in range(1, 80)])
    assert not found.is_fair
    assert found.overtaken == 79

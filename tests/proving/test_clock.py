"""When a moved clock passes a due date."""

from pathlib import Path

from lending.adapters.clock_system import SystemClock
from tests.proving.clock import SLACK_NS, ClockMover, MovedClock, passing

MS = 1_000_000


def test_a_clock_that_stands_still_passes_a_due_date_when_the_world_does() -> None:
    assert passing(700, 0, [(0, 0, 0)]) == (700 * MS - SLACK_NS, 700 * MS + SLACK_NS)


def test_a_move_past_the_due_date_passes_it_while_the_clock_is_being_moved() -> None:
    moves = [(0, 0, 0), (100 * MS, 101 * MS, 900)]
    assert passing(700, 0, moves) == (100 * MS - SLACK_NS, 101 * MS + SLACK_NS)


def test_a_move_that_falls_short_brings_the_due_date_nearer() -> None:
    moves = [(0, 0, 0), (100 * MS, 101 * MS, 200)]
    assert passing(700, 0, moves) == (500 * MS - SLACK_NS, 500 * MS + SLACK_NS)


def test_a_move_after_the_due_date_changes_nothing() -> None:
    moves = [(0, 0, 0), (900 * MS, 901 * MS, 200)]
    assert passing(700, 0, moves) == (700 * MS - SLACK_NS, 700 * MS + SLACK_NS)


def test_who_moves_the_clock_moves_it_for_everybody(tmp_path: Path) -> None:
    mover = ClockMover(tmp_path / "clock")
    clocks = [MovedClock(tmp_path / "clock") for _ in range(2)]
    mover.move(60_000)
    mover.move(60_000)
    for clock in clocks:
        assert 119 < (clock.now() - SystemClock().now()).total_seconds() < 121

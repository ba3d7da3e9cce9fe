"""A copy leaves the collection with its file."""

from datetime import UTC, datetime, timedelta

import pytest

from lending import refusals
from lending.circulation import stock
from lending.circulation.copies import Copy
from lending.circulation.transitions import CopyState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_copy_that_is_taken_out_is_withdrawn_and_its_file_waits_a_day() -> None:
    taken = stock.take_out(Copy("copy", "ana"), NOON)
    assert taken.copy.state(NOON) is CopyState.WITHDRAWN
    assert taken.copy.has_file(NOON + DAY - timedelta(seconds=1))
    assert not taken.copy.has_file(NOON + DAY)
    assert [(event.kind.value, event.by) for event in taken.events] == [("taken-out", "ana")]
    forgotten = stock.forget_file(taken.copy)
    assert (forgotten.copy.has_file(NOON), forgotten.events) == (False, ())


def test_what_is_lost_or_gone_has_no_file_to_take() -> None:
    with pytest.raises(refusals.CannotWithdraw):
        stock.take_out(stock.mark_lost(Copy("copy", "ana"), NOON).copy, NOON)
    with pytest.raises(refusals.NotFound):
        stock.take_out(stock.withdraw(Copy("copy", "ana"), NOON).copy, NOON)
    assert not stock.withdraw(Copy("copy", "ana"), NOON).copy.has_file(NOON)

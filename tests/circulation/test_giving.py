"""A copy changes hands: the gift at the desk, and what bookplates would tell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lending import refusals
from lending.circulation import borrowing, offering, passing, stock
from lending.circulation.copies import Copy
from lending.circulation.events import Event, EventKind
from lending.circulation.holds import Hold
from lending.circulation.links import Link, LinkState
from lending.circulation.offering import Offer
from lending.circulation.passing import Words
from lending.circulation.provenance import Tenure, tenures
from lending.circulation.transitions import CopyState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
COPY = Copy("copy", "ana", epoch=3)
OFFERED = passing.offer_gift(COPY, Words("Ben", "You asked for it."), "gift", NOON).copy


def gift_of(copy: Copy) -> Link:
    assert copy.link is not None
    return copy.link


def test_an_offered_copy_stays_the_givers_and_waits_like_any_link() -> None:
    link = gift_of(OFFERED)
    assert (OFFERED.owner_id, OFFERED.state(NOON)) == ("ana", CopyState.GIFT_OUT)
    assert (link.for_whom, link.note) == ("Ben", "You asked for it.")
    assert OFFERED.state(NOON + OFFERED.rules.claim_window) is CopyState.ON_SHELF
    for act in (
        lambda: offering.make_link(OFFERED, Offer(), "other", NOON),
        lambda: borrowing.take_off_shelf(OFFERED, "loan", NOON),
        lambda: stock.mark_lost(OFFERED, NOON),
    ):
        with pytest.raises(refusals.GiftIsOut):
            act()


def test_whoever_accepts_is_the_owner_and_the_copys_life_goes_on() -> None:
    given = passing.accept_gift(OFFERED, gift_of(OFFERED), "ben", NOON + DAY)
    assert given.copy == replace(COPY, owner_id="ben")
    assert [link.state for link in given.links] == [LinkState.USED]
    assert given.events == (
        Event(EventKind.GIVEN, NOON + DAY, "copy", 3, link_id="gift", by="ana", to="ben"),
    )


def test_a_gift_is_accepted_once_by_somebody_else_and_while_it_waits() -> None:
    link = gift_of(OFFERED)
    with pytest.raises(refusals.YoursAlready):
        passing.accept_gift(OFFERED, link, "ana", NOON)
    used = passing.accept_gift(OFFERED, link, "ben", NOON)
    with pytest.raises(refusals.GiftTaken):
        passing.accept_gift(used.copy, used.links[-1], "kim", NOON)
    cancelled = offering.cancel_link(OFFERED, NOON)
    with pytest.raises(refusals.GiftTakenBack):
        passing.accept_gift(cancelled.copy, cancelled.links[-1], "ben", NOON)
    with pytest.raises(refusals.GiftExpired):
        passing.accept_gift(OFFERED, link, "ben", NOON + OFFERED.rules.claim_window)


def test_the_givers_line_does_not_follow_the_copy() -> None:
    waited_for = replace(OFFERED, line=(Hold("hold", "edition", "key:eva", "Eva", NOON),))
    given = passing.accept_gift(waited_for, gift_of(OFFERED), "ben", NOON)
    assert (given.copy.line, given.copy.link, given.holds) == ((), None, ())
    taken_back = offering.cancel_link(waited_for, NOON)
    assert taken_back.copy.state(NOON) is CopyState.HELD


def given(by: str, to: str, day: int) -> Event:
    return Event(EventKind.GIVEN, NOON + day * DAY, "copy", 0, by=by, to=to)


def test_bookplates_tell_each_owner_in_turn() -> None:
    added = Event(EventKind.TITLE_ADDED, NOON, "copy", 0, by="ana")
    assert tenures([added]) == (Tenure("ana", NOON),)
    assert tenures([added, given("ana", "ben", 1), given("ben", "ana", 2)]) == (
        Tenure("ana", NOON, NOON + DAY),
        Tenure("ben", NOON + DAY, NOON + 2 * DAY),
        Tenure("ana", NOON + 2 * DAY),
    )

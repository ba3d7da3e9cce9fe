"""The table of transitions: the desk keeps to it, all of it can happen, and the documents show it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lending import refusals
from lending.circulation import borrowing, desk, offering, passing, stock, waiting
from lending.circulation.borrowing import Claim
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.holds import Hold, HoldState
from lending.circulation.links import Link
from lending.circulation.offering import Offer
from lending.circulation.passing import Words
from lending.circulation.policy import LoanRules
from lending.circulation.transitions import TRANSITIONS, Act, CopyState, page

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
A_WEEK_AFTER = NOON + timedelta(days=8)
LONG_AFTER = NOON + timedelta(days=400)
DAY = timedelta(days=1)

DOCS = Path(__file__).parents[2] / "docs"

FRESH = Copy("copy", "ana", rules=LoanRules(passing_on=True))
LINKED = offering.make_link(FRESH, Offer(), "link", NOON).copy
assert LINKED.link is not None
LENT = borrowing.claim(LINKED, LINKED.link, Claim("key:eva"), "loan", NOON).copy
RECALLED = borrowing.recall(LENT, "loan", NOON).copy
OWNED = borrowing.take_off_shelf(FRESH, "loan", NOON).copy
OWNED_WITH_LINK = borrowing.take_off_shelf(LINKED, "loan", NOON).copy
LOST = stock.mark_lost(FRESH, NOON).copy
GONE = stock.withdraw(FRESH, NOON).copy
OFFERED_ON = passing.offer_on(LENT, "loan", Words(), "onward", NOON).copy
GIFT = passing.offer_gift(FRESH, Words(), "gift", NOON).copy
LINE = (Hold("first", "edition", "key:kim", "Kim", NOON), Hold("second", "edition", "key:lea", "Lea", NOON))
HELD = desk.settle(replace(FRESH, line=LINE[:1]), NOON).copy
HELD_OF_TWO = desk.settle(replace(FRESH, line=LINE), NOON).copy

WHERE = (
    FRESH,
    LINKED,
    LENT,
    RECALLED,
    OWNED,
    OWNED_WITH_LINK,
    LOST,
    GONE,
    OFFERED_ON,
    GIFT,
    HELD,
    HELD_OF_TWO,
)
WAITED_FOR = tuple(replace(copy, line=LINE) for copy in (LINKED, LENT, RECALLED, OWNED, LOST, GIFT))

ACTS: dict[Act, Callable[[Copy], Decision]] = {
    Act.MAKE_LINK: lambda copy: offering.make_link(copy, Offer(), "another", LATER),
    Act.CANCEL_LINK: lambda copy: offering.cancel_link(copy, LATER),
    Act.LINK_EXPIRES: lambda copy: desk.settle(copy, A_WEEK_AFTER),
    Act.CHECK_OUT: lambda copy: borrowing.claim(copy, link_of(copy), Claim("key:kim"), "next", LATER),
    Act.TAKE_OFF_SHELF: lambda copy: borrowing.take_off_shelf(copy, "next", LATER),
    Act.CHECK_IN: lambda copy: borrowing.check_in(copy, "loan", LATER),
    Act.LOAN_EXPIRES: lambda copy: desk.settle(copy, LONG_AFTER),
    Act.RENEW: lambda copy: borrowing.extend(copy, "loan", 30 * DAY, LATER),
    Act.RECALL: lambda copy: borrowing.recall(copy, "loan", LATER),
    Act.MARK_LOST: lambda copy: stock.mark_lost(copy, LATER),
    Act.FIND: lambda copy: stock.find(copy, LATER),
    Act.CARRY: lambda copy: borrowing.carry(copy, "loan", "key:phone", LATER),
    Act.HOLD: lambda copy: desk.settle(replace(copy, line=LINE), LATER),
    Act.RELEASE: lambda copy: waiting.give_up(copy, "first", HoldState.LEFT, None, LATER),
    Act.HOLD_LAPSES: lambda copy: desk.settle(copy, LONG_AFTER),
    Act.OFFER_ON: lambda copy: passing.offer_on(copy, "loan", Words(), "another", LATER),
    Act.PASS_ON: lambda copy: passing.pass_on(copy, link_of(copy), Claim("key:kim"), "next", LATER),
    Act.OFFER_GIFT: lambda copy: passing.offer_gift(copy, Words(), "another", LATER),
    Act.ACCEPT_GIFT: lambda copy: passing.accept_gift(copy, link_of(copy), "bo", LATER),
    Act.WITHDRAW: lambda copy: stock.withdraw(copy, LATER),
    Act.TAKE_OUT: lambda copy: stock.take_out(copy, LATER),
}
BY_ITSELF = {
    Act.LINK_EXPIRES: "link-expired",
    Act.LOAN_EXPIRES: "expired",
    Act.HOLD: "held",
    Act.HOLD_LAPSES: "hold-lapsed",
}
WHEN = {Act.LINK_EXPIRES: A_WEEK_AFTER, Act.LOAN_EXPIRES: LONG_AFTER, Act.HOLD_LAPSES: LONG_AFTER}


def link_of(copy: Copy) -> Link:
    """The copy's link, or one of another's."""
    assert LINKED.link is not None
    return copy.link or LINKED.link


def happens(copy: Copy, act: Act) -> CopyState | None:
    """Where the copy is once the desk was asked; None if it refused, or nothing happened."""
    try:
        decision = ACTS[act](copy)
    except refusals.Refusal:
        return None
    first = decision.events[0].kind if decision.events else None
    if act in BY_ITSELF and BY_ITSELF[act] != first:
        return None
    return decision.copy.state(WHEN.get(act, LATER))


@pytest.mark.parametrize("act", Act)
def test_the_desk_does_in_each_state_what_the_table_says_and_nothing_else(act: Act) -> None:
    seen: dict[CopyState, set[CopyState]] = {}
    for copy in WHERE + WAITED_FOR:
        if (after := happens(copy, act)) is not None:
            seen.setdefault(copy.state(LATER), set()).add(after)
    told = {state: set(acts[act]) for state, acts in TRANSITIONS.items() if act in acts}
    assert seen == told


def test_every_state_has_a_row_and_can_be_reached() -> None:
    assert set(TRANSITIONS) == set(CopyState)
    reached = {after for acts in TRANSITIONS.values() for afterwards in acts.values() for after in afterwards}
    assert reached | {CopyState.ON_SHELF} == set(CopyState)


def test_the_document_shows_the_table_as_it_is() -> None:
    assert (DOCS / "copy-states.md").read_text() == page(), "run `make diagram`"

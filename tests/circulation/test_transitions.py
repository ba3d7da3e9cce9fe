"""The table of transitions: the desk keeps to it, all of it can happen, and the documents show it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lending import refusals
from lending.circulation import borrowing, desk, offering, stock
from lending.circulation.borrowing import Claim
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.offering import Offer
from lending.circulation.policy import LoanRules
from lending.circulation.transitions import TRANSITIONS, Act, CopyState, page

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
LONG_AFTER = NOON + timedelta(days=400)
DAY = timedelta(days=1)
RULES = LoanRules()
DOCS = Path(__file__).parents[2] / "docs"

FRESH = Copy("copy", "ana")
LINKED = offering.make_link(FRESH, Offer(), "link", RULES, NOON).copy
assert LINKED.link is not None
LENT = borrowing.claim(LINKED, LINKED.link, Claim("key:eva"), "loan", RULES, NOON).copy
RECALLED = borrowing.recall(LENT, "loan", RULES, NOON).copy
OWNED = borrowing.take_off_shelf(FRESH, "loan", NOON).copy
OWNED_WITH_LINK = borrowing.take_off_shelf(LINKED, "loan", NOON).copy
LOST = stock.mark_lost(FRESH, NOON).copy
GONE = stock.withdraw(FRESH, NOON).copy

WHERE = (FRESH, LINKED, LENT, RECALLED, OWNED, OWNED_WITH_LINK, LOST, GONE)

ACTS: dict[Act, Callable[[Copy], Decision]] = {
    Act.MAKE_LINK: lambda copy: offering.make_link(copy, Offer(), "another", RULES, LATER),
    Act.CANCEL_LINK: lambda copy: offering.cancel_link(copy, LATER),
    Act.LINK_EXPIRES: lambda copy: desk.settle(copy, LONG_AFTER),
    Act.CHECK_OUT: lambda copy: borrowing.claim(
        copy, copy.link or LINKED.link, Claim("key:kim"), "next", RULES, LATER
    ),
    Act.TAKE_OFF_SHELF: lambda copy: borrowing.take_off_shelf(copy, "next", LATER),
    Act.CHECK_IN: lambda copy: borrowing.check_in(copy, "loan", LATER),
    Act.LOAN_EXPIRES: lambda copy: desk.settle(copy, LONG_AFTER),
    Act.RENEW: lambda copy: borrowing.extend(copy, "loan", 30 * DAY, LATER),
    Act.RECALL: lambda copy: borrowing.recall(copy, "loan", RULES, LATER),
    Act.MARK_LOST: lambda copy: stock.mark_lost(copy, LATER),
    Act.FIND: lambda copy: stock.find(copy, LATER),
    Act.CARRY: lambda copy: borrowing.carry(copy, "loan", "key:phone", LATER),
    Act.WITHDRAW: lambda copy: stock.withdraw(copy, LATER),
}
OF_TIME = {Act.LINK_EXPIRES: "link-expired", Act.LOAN_EXPIRES: "expired"}


def happens(copy: Copy, act: Act) -> CopyState | None:
    """Where the copy is once the desk was asked; None if it refused, or nothing happened."""
    try:
        decision = ACTS[act](copy)
    except refusals.Refusal:
        return None
    if act in OF_TIME and OF_TIME[act] not in [event.kind for event in decision.events]:
        return None
    return decision.copy.state(LONG_AFTER if act in OF_TIME else LATER)


@pytest.mark.parametrize("act", Act)
def test_the_desk_does_in_each_state_what_the_table_says_and_nothing_else(act: Act) -> None:
    seen: dict[CopyState, set[CopyState]] = {}
    for copy in WHERE:
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

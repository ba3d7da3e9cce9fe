"""The line for a title: asking, the owner's yes and no, leaving, and when one's turn may come."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lending import refusals
from lending.circulation import desk, offering, waiting
from lending.circulation.copies import Copy
from lending.circulation.events import EventKind
from lending.circulation.holds import Hold, HoldState
from lending.circulation.links import LinkState
from lending.circulation.loans import Loan
from lending.circulation.offering import Offer
from lending.circulation.policy import LoanRules
from lending.circulation.waiting import LONGEST_LINE, Asker, Estimate

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVA = Asker("key:eva", "Eva")
RULES = LoanRules(loan_period=10 * DAY, pick_up_window=2 * DAY)
FREE = Copy("copy", "ana", rules=RULES)


def hold(name: str = "Eva", state: HoldState = HoldState.WAITING) -> Hold:
    return Hold(f"hold of {name}", "edition", f"key:{name.lower()}", name, NOON, state)


def on_loan(since: datetime, until: datetime | None) -> Copy:
    loan = Loan("loan", "copy", 1, since, until, "key:kim", to_owner=until is None)
    return replace(FREE, epoch=1, loan=loan)


def test_who_asks_joins_the_line_or_waits_for_the_owners_yes() -> None:
    placed = waiting.ask("edition", [], EVA, "hold of Eva", NOON, approves=False)
    assert placed.hold == hold()
    assert [event.kind for event in placed.events] == [EventKind.HOLD_PLACED]
    asked = waiting.ask("edition", [], EVA, "hold of Eva", NOON, approves=True)
    assert asked.hold == hold(state=HoldState.ASKED)
    event = asked.events[0]
    assert (event.kind, event.copy_id, event.edition_id) == (EventKind.HOLD_ASKED, None, "edition")


def test_who_asks_twice_has_the_place_that_they_had() -> None:
    again = waiting.ask("edition", [hold("Kim"), hold()], EVA, "another", NOON + HOUR, approves=False)
    assert (again.hold, again.events) == (hold(), ())


def test_a_line_has_an_end() -> None:
    full = [hold(f"friend {number}") for number in range(LONGEST_LINE)]
    with pytest.raises(refusals.LineIsFull):
        waiting.ask("edition", full, EVA, "one more", NOON, approves=False)
    assert waiting.ask("edition", full[1:], EVA, "one more", NOON, approves=False).events


def test_the_owners_yes_places_them_by_when_they_asked_and_is_said_once() -> None:
    approved = waiting.approve(hold(state=HoldState.ASKED), "ana", NOON + DAY)
    assert approved.hold == hold()
    assert [(event.kind, event.by) for event in approved.events] == [(EventKind.HOLD_PLACED, "ana")]
    assert waiting.approve(approved.hold, "ana", NOON + 2 * DAY).events == ()


@pytest.mark.parametrize("state", [HoldState.ASKED, HoldState.WAITING])
def test_a_place_can_be_left_and_refused(state: HoldState) -> None:
    left = waiting.leave(hold(state=state), HoldState.LEFT, None, NOON + HOUR)
    assert (left.hold.state, left.hold.closed_at) == (HoldState.LEFT, NOON + HOUR)
    declined = waiting.leave(hold(state=state), HoldState.DECLINED, "ana", NOON)
    assert [event.kind for event in (*left.events, *declined.events)] == [
        EventKind.HOLD_LEFT,
        EventKind.HOLD_DECLINED,
    ]


def test_what_is_over_can_be_neither_approved_nor_left() -> None:
    for state in (HoldState.FILLED, HoldState.LAPSED, HoldState.LEFT, HoldState.DECLINED):
        with pytest.raises(refusals.HoldEnded) as refused:
            waiting.leave(hold(state=state), HoldState.LEFT, None, NOON)
        assert refused.value.because == state.value
        with pytest.raises(refusals.HoldEnded):
            waiting.approve(hold(state=state), "ana", NOON)


def test_a_free_copy_is_kept_for_the_first_and_the_window_counts_from_when_it_is_noticed() -> None:
    kept = desk.settle(replace(FREE, line=(hold(), hold("Kim"))), NOON + HOUR)
    link = kept.copy.link
    assert link is not None
    assert (link.id, link.for_whom, link.claim_by) == ("hold of Eva", "Eva", NOON + HOUR + 2 * DAY)
    assert kept.copy.hold == replace(hold(), state=HoldState.READY, ready_at=NOON + HOUR)
    assert kept.copy.line == (hold("Kim"),)


def test_a_copy_that_nobody_picks_up_is_kept_for_the_next() -> None:
    kept = desk.settle(replace(FREE, line=(hold(), hold("Kim"))), NOON).copy
    passed = desk.settle(kept, NOON + 3 * DAY)
    assert [(event.kind, event.at) for event in passed.events] == [
        (EventKind.HOLD_LAPSED, NOON + 2 * DAY),
        (EventKind.HELD, NOON + 3 * DAY),
    ]
    assert [(one.name, one.state) for one in passed.holds] == [
        ("Eva", HoldState.LAPSED),
        ("Kim", HoldState.READY),
    ]
    assert passed.links[0].state is LinkState.EXPIRED


def test_a_hold_that_is_given_up_goes_to_the_next_and_the_last_frees_the_copy() -> None:
    kept = desk.settle(replace(FREE, line=(hold(), hold("Kim"))), NOON).copy
    assert kept.hold is not None
    for_kim = waiting.give_up(kept, kept.hold.id, HoldState.LEFT, None, NOON + HOUR).copy
    assert for_kim.hold is not None
    assert for_kim.hold.name == "Kim"
    free = waiting.give_up(for_kim, for_kim.hold.id, HoldState.DECLINED, "ana", NOON + 2 * HOUR).copy
    assert (free.link, free.hold) == (None, None)
    with pytest.raises(refusals.HoldEnded):
        waiting.give_up(free, for_kim.hold.id, HoldState.LEFT, None, NOON)


def test_who_gives_up_too_late_does_not_give_up_the_next_ones_place() -> None:
    kept = desk.settle(replace(FREE, line=(hold(), hold("Kim"))), NOON).copy
    assert kept.hold is not None
    with pytest.raises(refusals.HoldEnded):
        waiting.give_up(kept, kept.hold.id, HoldState.LEFT, None, NOON + 3 * DAY)


def test_no_copy_is_lent_past_those_for_whom_it_is_kept() -> None:
    kept = desk.settle(replace(FREE, line=(hold(),)), NOON).copy
    with pytest.raises(refusals.CopyIsHeld):
        offering.make_link(kept, Offer(), "link", NOON)


@pytest.mark.parametrize(
    ("copies", "before", "latest"),
    [
        ([FREE], 0, NOON),
        ([on_loan(NOON - DAY, NOON + 5 * DAY)], 0, NOON + 5 * DAY),
        ([on_loan(NOON - DAY, NOON + 5 * DAY)], 2, NOON + 29 * DAY),
        ([on_loan(NOON - DAY, NOON + 5 * DAY), on_loan(NOON - DAY, NOON + 7 * DAY)], 1, NOON + 7 * DAY),
        ([on_loan(NOON - DAY, NOON + 5 * DAY), on_loan(NOON - DAY, NOON + 7 * DAY)], 2, NOON + 17 * DAY),
        ([desk.settle(replace(FREE, line=(hold(),)), NOON).copy], 0, NOON + 12 * DAY),
    ],
    ids=["free", "on loan", "third in line", "two copies", "two copies, third", "held for another"],
)
def test_the_latest_turn_is_when_everybody_keeps_the_copy_as_long_as_they_may(
    copies: list[Copy], before: int, latest: datetime
) -> None:
    assert waiting.estimate(copies, before, RULES, None, NOON) == Estimate(None, latest)


@pytest.mark.parametrize(
    ("copies", "before", "latest"),
    [
        ([FREE], 0, NOON),
        ([on_loan(NOON - DAY, NOON + 5 * DAY)], 0, NOON + 25 * DAY),
        ([on_loan(NOON - DAY, NOON + 5 * DAY)], 1, NOON + 57 * DAY),
        ([desk.settle(replace(FREE, line=(hold(),)), NOON).copy], 0, NOON + 32 * DAY),
    ],
    ids=["free", "on loan", "second", "held for another"],
)
def test_who_has_no_yes_yet_waits_for_what_others_may_renew(
    copies: list[Copy], before: int, latest: datetime
) -> None:
    assert waiting.estimate(copies, before, RULES, None, NOON, renewing=True) == Estimate(None, latest)


def test_the_likely_turn_goes_by_how_long_people_keep_a_copy() -> None:
    copies = [on_loan(NOON - DAY, NOON + 9 * DAY)]
    assert waiting.estimate(copies, 2, RULES, 3 * DAY, NOON) == Estimate(NOON + 8 * DAY, NOON + 33 * DAY)
    slow = [on_loan(NOON - 5 * DAY, NOON + 5 * DAY)]
    due = NOON + 5 * DAY
    assert waiting.estimate(slow, 0, RULES, 3 * DAY, NOON) == Estimate(due, due), "longer than is usual"


def test_nobody_can_say_when_an_owner_has_read_enough() -> None:
    with_owner, lost = on_loan(NOON, None), replace(FREE, lost_at=NOON)
    assert waiting.estimate([with_owner, lost], 0, RULES, DAY, NOON) is None
    assert waiting.estimate([], 0, RULES, DAY, NOON) is None
    assert waiting.estimate([with_owner, FREE], 0, RULES, None, NOON) == Estimate(None, NOON)

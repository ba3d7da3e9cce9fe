"""The desk against a model of it: any acts in any order, and time that passes between them.

The model is written from what people expect, not from the desk: it holds the truth at each
moment, while the desk may learn of an expiry late. What the desk has recorded, with what it
would still settle, must be the model's history.

Rules are chosen where they can do something, so that runs go deep; what is done out of place, and refused,
has a rule of its own.

One thing happens only when somebody looks: a free copy is kept for the next in line from the
moment at which it is noticed. So each rule asks the model as it is once that is noticed, and
keeps what became of it only if the desk did not refuse.
"""

import copy as copying
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lending import refusals
from lending.circulation import borrowing, desk, offering, passing, stock, waiting
from lending.circulation.borrowing import Claim
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import EventKind
from lending.circulation.holds import Hold, HoldState
from lending.circulation.links import Link, LinkKind
from lending.circulation.loans import Loan
from lending.circulation.offering import Offer
from lending.circulation.passing import Words
from lending.circulation.policy import LoanRules
from lending.circulation.transitions import CopyState
from lending.circulation.waiting import Asker

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEVER = datetime.max.replace(tzinfo=UTC)
POLICY = LoanRules(
    loan_period=6 * HOUR,
    claim_window=4 * HOUR,
    recall_notice=2 * HOUR,
    pick_up_window=3 * HOUR,
    renewals=1,
    passing_on=True,
)
SOME_HOURS = st.sampled_from([0, 1, 1, 2, 2, 3, 5, 12]).map(lambda hours: hours * HOUR)
RARELY = st.integers(0, 9).map(lambda one: one == 0)
FRIENDS = st.sampled_from(["eva", "kim", "lea"])
OWNERS = ("ana", "bo")

Entry = tuple[EventKind, datetime]


@dataclass
class Model:
    """One copy: whose it is, who has it until when, which link waits until when, who waits, what happened."""

    now: datetime = NOON
    owner: str = "ana"
    reader: str = ""
    due: datetime = NEVER
    link: LinkKind | None = None
    link_until: datetime = NEVER
    line: dict[str, str] = field(default_factory=dict)
    period: timedelta = HOUR
    withdrawn: bool = False
    lost: bool = False
    recalled: bool = False
    renewals: int = 0
    checked_out: int = 0
    history: list[Entry] = field(default_factory=list)

    def pass_time(self, by: timedelta) -> None:
        self.now += by
        if self.link is not None and self.now >= self.link_until:
            lapsed = EventKind.HOLD_LAPSED if self.link is LinkKind.HOLD else EventKind.LINK_EXPIRED
            self.history.append((lapsed, self.link_until))
            self.link = None
        if self.reader and self.now >= self.due:
            self.reader = ""
            self.history.append((EventKind.EXPIRED, self.due))

    def notice(self) -> None:
        """Somebody looks: what is free is kept for whoever is next."""
        if self.state() is CopyState.ON_SHELF and self.line:
            del self.line[next(iter(self.line))]
            self.wait(LinkKind.HOLD, self.now + POLICY.pick_up_window)
            self.happened(EventKind.HELD)

    def noticed(self) -> "Model":
        model = copying.deepcopy(self)
        model.notice()
        return model

    def state(self) -> CopyState:
        if self.withdrawn:
            return CopyState.WITHDRAWN
        if self.reader:
            if not self.lent():
                return CopyState.WITH_OWNER
            return CopyState.RECALLED if self.recalled else CopyState.ON_LOAN
        if self.lost:
            return CopyState.LOST
        behind = {
            LinkKind.LOAN: CopyState.LINK_OUT,
            LinkKind.HOLD: CopyState.HELD,
            LinkKind.GIFT: CopyState.GIFT_OUT,
        }
        return CopyState.ON_SHELF if self.link is None else behind[self.link]

    def lent(self) -> bool:
        return self.reader not in ("", *OWNERS)

    def in_the_way(self) -> str:
        """Why nobody can take the copy."""
        if self.withdrawn:
            return "NotFound"
        if self.reader or self.lost:
            return "CopyIsOut" if self.reader else "CopyIsLost"
        return {LinkKind.HOLD: "CopyIsHeld", LinkKind.GIFT: "GiftIsOut"}.get(self.link or LinkKind.LOAN, "")

    def gains(self, due: datetime) -> bool:
        return due > self.due or self.recalled

    def keep_until(self, due: datetime, renewals: int) -> None:
        self.due, self.renewals, self.recalled = max(self.due, due), renewals, False
        self.happened(EventKind.RENEWED)

    def wait(self, kind: LinkKind, until: datetime) -> None:
        self.link, self.link_until = kind, until

    def take_offer_back(self) -> None:
        if self.link is LinkKind.PASS_ON:
            self.link = None
            self.happened(EventKind.LINK_CANCELLED)

    def check_out(self, reader: str, due: datetime) -> None:
        self.reader, self.due = reader, due
        self.checked_out += 1
        self.happened(EventKind.CHECKED_OUT)

    def happened(self, kind: EventKind) -> None:
        self.history.append((kind, self.now))


OUT_OF_PLACE: dict[str, Callable[[Any, int], None]] = {
    "make a link": lambda desk, which: desk.make_link(which * HOUR),
    "cancel the link": lambda desk, _: desk.cancel_link(),
    "claim": lambda desk, which: desk.claim("eva", which),
    "take it": lambda desk, _: desk.take_off_shelf(),
    "check in": lambda desk, which: desk.check_in(which),
    "renew": lambda desk, which: desk.renew(which),
    "extend": lambda desk, which: desk.extend(which * HOUR),
    "recall": lambda desk, _: desk.recall(),
    "find": lambda desk, _: desk.find(),
    "give the hold up": lambda desk, _: desk.give_the_hold_up(None),
    "offer on": lambda desk, which: desk.offer_on(which),
    "take the offer back": lambda desk, _: desk.take_offer_back(),
    "pass on": lambda desk, which: desk.pass_on("eva", which),
    "offer a gift": lambda desk, _: desk.offer_gift(),
    "accept a gift": lambda desk, _: desk.accept_gift("bo"),
}


class DeskMachine(RuleBasedStateMachine):
    """Each rule asks the model what must be answered, then the desk."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.copy = Copy("copy", "ana", rules=POLICY)
        self.links: dict[str, Link] = {}
        self.loans: dict[str, Loan] = {}
        self.holds: dict[str, Hold] = {}
        self.recorded: list[Entry] = []
        self.epochs: list[int] = []

    def asked(self, expected: str, answer: Decision | refusals.Refusal, model: Model) -> bool:
        """Store a decision and go on from `model`; whether it was one, and not the refusal expected."""
        if isinstance(answer, refusals.Refusal):
            assert type(answer).__name__ == expected
            return False
        assert expected == "", f"{expected} was due"
        self.store(answer)
        self.model = model
        return True

    def store(self, decision: Decision) -> None:
        self.copy = decision.copy
        self.links.update({link.id: link for link in decision.links})
        self.loans.update({loan.id: loan for loan in decision.loans})
        self.holds.update({hold.id: hold for hold in decision.holds})
        self.recorded += [(event.kind, event.at) for event in decision.events]
        self.epochs += [event.epoch for event in decision.events if event.kind is EventKind.CHECKED_OUT]

    def latest_loan(self, which: int = 0) -> str:
        return f"loan {len(self.loans) - 1 - which}"

    @rule(by=SOME_HOURS)
    def time_passes(self, by: timedelta) -> None:
        self.model.pass_time(by)

    @precondition(lambda self: not self.model.lent() and self.model.link is None)
    @rule(period=st.integers(1, 20).map(lambda halves: halves * HOUR / 2))
    def make_link(self, period: timedelta) -> None:
        model = self.model.noticed()
        expected = "NotFound" if model.withdrawn else ""
        if not expected and period < HOUR:
            expected = "LoanPeriodOutOfRange"
        elif not expected and not (model.reader and not model.lent()):
            expected = model.in_the_way()
        if not expected and model.link is not None:
            expected = "LinkAlreadyOut"
        elif not expected and model.line:
            expected = "CopyIsHeld"
        name = f"link {len(self.links)}"
        answer = attempt(lambda: offering.make_link(self.copy, Offer(period), name, model.now))
        if self.asked(expected, answer, model):
            model.wait(LinkKind.LOAN, model.now + POLICY.claim_window)
            model.period = period
            model.happened(EventKind.LINK_MADE)

    @precondition(lambda self: self.model.link not in (None, LinkKind.HOLD))
    @rule()
    def cancel_link(self) -> None:
        model = self.model.noticed()
        expected = "NotFound" if model.link in (None, LinkKind.HOLD) else ""
        if self.asked(expected, attempt(lambda: offering.cancel_link(self.copy, model.now)), model):
            model.link = None
            model.happened(EventKind.LINK_CANCELLED)
            model.notice()

    @precondition(lambda self: self.model.state() in (CopyState.LINK_OUT, CopyState.HELD))
    @rule(who=FRIENDS, which=st.integers(0, 3))
    def claim(self, who: str, which: int) -> None:
        model, links = self.model.noticed(), list(self.links.values())
        if which >= len(links) or links[-1 - which].kind in (LinkKind.PASS_ON, LinkKind.GIFT):
            return
        link = links[-1 - which]
        waits = self.copy.link is not None and link.id == self.copy.link.id and self.model.link is not None
        loan_id = f"loan {len(self.loans)}"
        answer = attempt(lambda: borrowing.claim(self.copy, link, Claim(who), loan_id, model.now))
        if not waits:
            assert isinstance(answer, refusals.LinkUsed | refusals.LinkCancelled | refusals.LinkExpired)
        elif self.asked("CopyIsOut" if model.reader else "", answer, model):
            model.period = POLICY.loan_period if model.link is LinkKind.HOLD else model.period
            model.link, model.recalled, model.renewals = None, False, 0
            model.check_out(who, model.now + model.period)

    @precondition(lambda self: self.model.state() in (CopyState.ON_SHELF, CopyState.LINK_OUT))
    @rule()
    def take_off_shelf(self) -> None:
        model, loan_id = self.model.noticed(), f"loan {len(self.loans)}"
        answer = attempt(lambda: borrowing.take_off_shelf(self.copy, loan_id, model.now))
        if self.asked(model.in_the_way(), answer, model):
            model.check_out(model.owner, NEVER)

    @precondition(lambda self: self.model.reader)
    @rule(which=st.integers(0, 2))
    def check_in(self, which: int) -> None:
        model, loan_id = self.model.noticed(), self.latest_loan(which)
        expected = "" if model.reader and which == 0 else "LoanEnded"
        if self.asked(expected, attempt(lambda: borrowing.check_in(self.copy, loan_id, model.now)), model):
            model.take_offer_back()
            model.reader = ""
            model.happened(EventKind.RETURNED)
            model.notice()

    @precondition(lambda self: self.model.state() in (CopyState.ON_SHELF, CopyState.LOST))
    @rule(really=RARELY)
    def withdraw(self, really: bool) -> None:
        model = self.model.noticed()
        if not really:
            return  # or most runs would end here
        out = model.reader or model.link is not None
        expected = "NotFound" if model.withdrawn else "CannotWithdraw" if out else ""
        if self.asked(expected, attempt(lambda: stock.withdraw(self.copy, model.now)), model):
            model.withdrawn = True
            model.happened(EventKind.COPY_WITHDRAWN)

    @precondition(lambda self: self.model.lent())
    @rule(which=st.integers(0, 1))
    def renew(self, which: int) -> None:
        model, loan_id = self.model.noticed(), self.latest_loan(which)
        expected = ""
        if not model.lent() or which:
            own = model.reader and not model.lent() and not which
            expected = "NothingGained" if own else "LoanEnded"
        elif model.recalled:
            expected = "LoanRecalled"
        elif any(who != model.reader for who in model.line.values()):
            expected = "SomebodyWaits"
        elif model.renewals:
            expected = "NoRenewalsLeft"
        elif not model.gains(model.now + model.period):
            expected = "NothingGained"
        answer = attempt(lambda: borrowing.renew(self.copy, loan_id, model.now))
        if self.asked(expected, answer, model):
            model.keep_until(model.now + model.period, renewals=1)

    @precondition(lambda self: self.model.lent())
    @rule(period=st.integers(0, 9).map(lambda hours: hours * HOUR))
    def extend(self, period: timedelta) -> None:
        model, loan_id = self.model.noticed(), self.latest_loan()
        expected = ""
        if not model.lent():
            expected = "LoanEnded"
        elif not period:
            expected = "LoanPeriodOutOfRange"
        elif not model.gains(model.now + period):
            expected = "NothingGained"
        answer = attempt(lambda: borrowing.extend(self.copy, loan_id, period, model.now))
        if self.asked(expected, answer, model):
            model.keep_until(model.now + period, renewals=model.renewals)

    @precondition(lambda self: self.model.lent())
    @rule()
    def recall(self) -> None:
        model, loan_id = self.model.noticed(), self.latest_loan()
        expected = "LoanEnded" if not model.lent() else "AlreadyRecalled" if model.recalled else ""
        if self.asked(expected, attempt(lambda: borrowing.recall(self.copy, loan_id, model.now)), model):
            model.take_offer_back()
            model.due, model.recalled = min(model.due, model.now + POLICY.recall_notice), True
            model.happened(EventKind.RECALLED)

    @precondition(lambda self: self.model.state() is CopyState.ON_SHELF)
    @rule(really=RARELY)
    def mark_lost(self, really: bool) -> None:
        if not really:
            return
        model = self.model.noticed()
        expected = model.in_the_way() or ("LinkAlreadyOut" if model.link else "")
        if self.asked(expected, attempt(lambda: stock.mark_lost(self.copy, model.now)), model):
            model.lost = True
            model.happened(EventKind.COPY_LOST)

    @precondition(lambda self: self.model.lost)
    @rule()
    def find(self) -> None:
        model = self.model.noticed()
        expected = "" if model.lost and not model.withdrawn else "NotFound"
        if self.asked(expected, attempt(lambda: stock.find(self.copy, model.now)), model):
            model.lost = False
            model.happened(EventKind.COPY_FOUND)
            model.notice()

    @rule(who=FRIENDS)
    def ask(self, who: str) -> None:
        """Somebody joins the line, once; a copy that is free is kept for them at once."""
        model = self.model.noticed()
        self.store(desk.settle(self.copy, model.now))
        waiting_already, kept = self.copy.line, (self.copy.hold,) if self.copy.hold else ()
        hold_id, asker = f"hold {len(self.holds)}", Asker(who, who)
        asked = waiting.ask("edition", (*kept, *waiting_already), asker, hold_id, model.now, approves=False)
        self.model = model
        if not asked.events:
            return
        self.holds[hold_id] = asked.hold
        self.recorded += [(event.kind, event.at) for event in asked.events]
        self.store(desk.settle(replace(self.copy, line=(*waiting_already, asked.hold)), model.now))
        model.line[hold_id] = who
        model.happened(EventKind.HOLD_PLACED)
        model.notice()

    @precondition(lambda self: self.model.state() is CopyState.HELD)
    @rule(by=st.sampled_from([None, "ana"]))
    def give_the_hold_up(self, by: str | None) -> None:
        model, end = self.model.noticed(), HoldState.DECLINED if by else HoldState.LEFT
        expected = "" if self.model.state() is CopyState.HELD else "HoldEnded"
        hold_id = self.copy.hold.id if self.copy.hold else "nobody's"
        answer = attempt(lambda: waiting.give_up(self.copy, hold_id, end, by, model.now))
        if self.asked(expected, answer, model):
            model.link = None
            model.happened(EventKind.HOLD_DECLINED if by else EventKind.HOLD_LEFT)
            model.notice()

    @precondition(lambda self: self.model.lent())
    @rule(which=st.integers(0, 1))
    def offer_on(self, which: int) -> None:
        model, loan_id = self.model.noticed(), self.latest_loan(which)
        expected = "LinkAlreadyOut" if model.link else ""
        if not model.lent() or which:
            expected = "LoanEnded"
        elif model.recalled:
            expected = "LoanRecalled"
        name = f"link {len(self.links)}"
        answer = attempt(lambda: passing.offer_on(self.copy, loan_id, Words(), name, model.now))
        if self.asked(expected, answer, model):
            model.wait(LinkKind.PASS_ON, min(model.due, model.now + POLICY.claim_window))
            model.happened(EventKind.LINK_MADE)

    @precondition(lambda self: self.model.link is LinkKind.PASS_ON)
    @rule()
    def take_offer_back(self) -> None:
        model, loan_id = self.model.noticed(), self.latest_loan()
        expected = "" if model.lent() else "LoanEnded"
        if self.asked(expected, attempt(lambda: passing.take_back(self.copy, loan_id, model.now)), model):
            model.take_offer_back()

    @precondition(lambda self: self.model.link is LinkKind.PASS_ON)
    @rule(who=FRIENDS, which=st.integers(0, 1))
    def pass_on(self, who: str, which: int) -> None:
        model = self.model.noticed()
        offers = [link for link in self.links.values() if link.kind is LinkKind.PASS_ON]
        if which >= len(offers):
            return
        link, loan_id = offers[-1 - which], f"loan {len(self.loans)}"
        waits = self.model.link is LinkKind.PASS_ON and which == 0
        answer = attempt(lambda: passing.pass_on(self.copy, link, Claim(who), loan_id, model.now))
        if not waits:
            assert isinstance(answer, refusals.LinkUsed | refusals.NotPassedOn | refusals.LinkExpired)
        elif self.asked("YoursAlready" if who == model.reader else "", answer, model):
            model.link = None
            model.happened(EventKind.PASSED_ON)
            model.check_out(who, model.due)

    @precondition(lambda self: self.model.state() is CopyState.ON_SHELF)
    @rule()
    def offer_gift(self) -> None:
        model, name = self.model.noticed(), f"link {len(self.links)}"
        expected = model.in_the_way() or ("LinkAlreadyOut" if model.link else "")
        if self.asked(
            expected, attempt(lambda: passing.offer_gift(self.copy, Words(), name, model.now)), model
        ):
            model.wait(LinkKind.GIFT, model.now + POLICY.claim_window)
            model.happened(EventKind.GIFT_OFFERED)

    @precondition(lambda self: self.model.link is LinkKind.GIFT)
    @rule(to=st.sampled_from(OWNERS))
    def accept_gift(self, to: str) -> None:
        model = self.model.noticed()
        link = next((link for link in reversed(self.links.values()) if link.kind is LinkKind.GIFT), None)
        if link is None:
            return
        answer = attempt(lambda: passing.accept_gift(self.copy, link, to, model.now))
        if self.model.link is not LinkKind.GIFT:
            assert isinstance(answer, refusals.CannotAccept)
        elif self.asked("YoursAlready" if to == model.owner else "", answer, model):
            model.owner, model.link = to, None
            model.line.clear()
            model.happened(EventKind.GIVEN)

    @precondition(lambda self: not self.model.lent())
    @rule(who=FRIENDS, period=st.integers(2, 9).map(lambda hours: hours * HOUR))
    def lend(self, who: str, period: timedelta) -> None:
        """The way of most copies, in one step: whatever is in its way is taken away first."""
        if self.model.reader:
            self.check_in(0)
        if self.model.lost:
            self.find()
        self.make_link(period)
        self.claim(who, which=0)

    @precondition(lambda self: self.model.lent() and not self.model.recalled)
    @rule(who=FRIENDS)
    def hand_on(self, who: str) -> None:
        if self.model.link is None:
            self.offer_on(0)
        self.pass_on(who, which=0)

    @rule(act=st.sampled_from(list(OUT_OF_PLACE)), which=st.integers(0, 2))
    def do_something_out_of_place(self, act: str, which: int) -> None:
        OUT_OF_PLACE[act](self, which)

    @rule()
    def settle(self) -> None:
        self.model = self.model.noticed()
        self.store(desk.settle(self.copy, self.model.now))

    @invariant()
    def the_copy_is_where_the_model_says(self) -> None:
        assert self.copy.state(self.model.now) is self.model.state()
        assert self.copy.owner_id == self.model.owner
        assert [hold.id for hold in self.copy.line] == list(self.model.line)

    @invariant()
    def the_due_date_is_the_models(self) -> None:
        loan = self.copy.loan
        if loan is not None and loan.due_at is not None and loan.is_open(self.model.now):
            assert loan.due_at == self.model.due
            assert (loan.recalled_at is not None) == self.model.recalled

    @invariant()
    def at_most_one_loan_is_open_and_it_is_the_copys(self) -> None:
        unended = [loan for loan in self.loans.values() if loan.ended_at is None]
        assert unended == ([] if self.copy.loan is None else [self.copy.loan])
        assert all(loan.epoch == self.copy.epoch for loan in unended)

    @invariant()
    def at_most_one_link_waits_and_it_is_the_copys(self) -> None:
        waiting_links = [link for link in self.links.values() if link.closed_at is None]
        assert waiting_links == ([] if self.copy.link is None else [self.copy.link])

    @invariant()
    def a_copy_is_kept_for_one_hold_and_the_link_bears_its_name(self) -> None:
        ready = [hold for hold in self.holds.values() if hold.state is HoldState.READY]
        assert ready == ([] if self.copy.hold is None else [self.copy.hold])
        if self.copy.hold is not None:
            assert self.copy.link is not None
            assert (self.copy.link.id, self.copy.link.kind) == (self.copy.hold.id, LinkKind.HOLD)

    @invariant()
    def epochs_count_check_outs_without_gap(self) -> None:
        assert self.epochs == list(range(1, len(self.epochs) + 1))
        assert self.copy.epoch == self.model.checked_out

    @invariant()
    def a_loan_that_was_passed_on_goes_on_in_the_next(self) -> None:
        loans = self.loans.values()
        for later in (loan for loan in loans if loan.passed_from is not None):
            before = self.loans[later.passed_from or ""]
            assert before.ended_at == later.checked_out_at
            assert before.epoch + 1 == later.epoch

    @invariant()
    def every_change_has_its_event_and_all_are_in_order(self) -> None:
        unsettled = desk.settle(self.copy, self.model.now).events
        told = self.recorded + [(event.kind, event.at) for event in unsettled]
        assert told == self.model.noticed().history
        assert [at for _, at in told] == sorted(at for _, at in told)


def attempt(decide: Callable[[], Decision]) -> Decision | refusals.Refusal:
    """The decision, or the refusal as a value."""
    try:
        return decide()
    except refusals.Refusal as refusal:
        return refusal


TestDesk = DeskMachine.TestCase
TestDesk.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)

"""The desk against a model of it: any acts in any order, and time that passes between them.

The model is written from what people expect, not from the desk: it holds the truth at each
moment, while the desk may learn of an expiry late. What the desk has recorded, with what it
would still settle, must be the model's history.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from lending import refusals
from lending.circulation import borrowing, desk, offering, stock
from lending.circulation.borrowing import Claim
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import EventKind
from lending.circulation.links import Link
from lending.circulation.loans import Loan
from lending.circulation.offering import Offer
from lending.circulation.policy import LoanRules
from lending.circulation.transitions import CopyState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEVER = datetime.max.replace(tzinfo=UTC)
POLICY = LoanRules(claim_window=4 * HOUR, recall_notice=2 * HOUR, renewals=1)
SOME_HOURS = st.integers(0, 12).map(lambda hours: hours * HOUR)

Entry = tuple[EventKind, datetime]


@dataclass
class Model:
    """One copy: who has it until when, until when a link waits, and what happened."""

    now: datetime = NOON
    reader: str = ""
    due: datetime = NEVER
    link_until: datetime | None = None
    period: timedelta = HOUR
    withdrawn: bool = False
    lost: bool = False
    recalled: bool = False
    renewals: int = 0
    checked_out: int = 0
    history: list[Entry] = field(default_factory=list)

    def pass_time(self, by: timedelta) -> None:
        self.now += by
        if self.reader and self.now >= self.due:
            self.reader = ""
            self.history.append((EventKind.EXPIRED, self.due))
        if self.link_until is not None and self.now >= self.link_until:
            self.history.append((EventKind.LINK_EXPIRED, self.link_until))
            self.link_until = None

    def state(self) -> CopyState:
        if self.withdrawn:
            return CopyState.WITHDRAWN
        if self.reader:
            if self.reader == "ana":
                return CopyState.WITH_OWNER
            return CopyState.RECALLED if self.recalled else CopyState.ON_LOAN
        if self.lost:
            return CopyState.LOST
        return CopyState.ON_SHELF if self.link_until is None else CopyState.LINK_OUT

    def lent(self) -> bool:
        return self.reader not in ("", "ana")

    def in_the_way(self) -> str:
        """Why nobody can take the copy."""
        if self.withdrawn:
            return "NotFound"
        return "CopyIsOut" if self.reader else "CopyIsLost" if self.lost else ""

    def gains(self, due: datetime) -> bool:
        return due > self.due or self.recalled

    def keep_until(self, due: datetime, renewals: int) -> None:
        self.due, self.renewals, self.recalled = max(self.due, due), renewals, False
        self.happened(EventKind.RENEWED)

    def happened(self, kind: EventKind) -> None:
        self.history.append((kind, self.now))


class DeskMachine(RuleBasedStateMachine):
    """Each rule asks the model what must be answered, then the desk."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.copy = Copy("copy", "ana")
        self.links: dict[str, Link] = {}
        self.loans: dict[str, Loan] = {}
        self.recorded: list[Entry] = []
        self.epochs: list[int] = []

    def asked(self, expected: str, answer: Decision | refusals.Refusal) -> bool:
        """Store a decision; whether it was one, and not the refusal that the model expected."""
        if isinstance(answer, refusals.Refusal):
            assert type(answer).__name__ == expected
            return False
        assert expected == "", f"{expected} was due"
        self.store(answer)
        return True

    def store(self, decision: Decision) -> None:
        self.copy = decision.copy
        self.links.update({link.id: link for link in decision.links})
        self.loans.update({loan.id: loan for loan in decision.loans})
        self.recorded += [(event.kind, event.at) for event in decision.events]
        self.epochs += [event.epoch for event in decision.events if event.kind is EventKind.CHECKED_OUT]

    @rule(by=SOME_HOURS)
    def time_passes(self, by: timedelta) -> None:
        self.model.pass_time(by)

    @rule(period=st.integers(1, 20).map(lambda halves: halves * HOUR / 2))
    def make_link(self, period: timedelta) -> None:
        model = self.model
        expected = ""
        if model.withdrawn:
            expected = "NotFound"
        elif period < HOUR:
            expected = "LoanPeriodOutOfRange"
        elif model.reader not in ("", "ana"):
            expected = "CopyIsOut"
        elif model.lost:
            expected = "CopyIsLost"
        elif model.link_until is not None:
            expected = "LinkAlreadyOut"
        name = f"link {len(self.links)}"
        answer = attempt(lambda: offering.make_link(self.copy, Offer(period), name, POLICY, model.now))
        if self.asked(expected, answer):
            model.link_until, model.period = model.now + 4 * HOUR, period
            model.happened(EventKind.LINK_MADE)

    @rule()
    def cancel_link(self) -> None:
        expected = "NotFound" if self.model.link_until is None else ""
        if self.asked(expected, attempt(lambda: offering.cancel_link(self.copy, self.model.now))):
            self.model.link_until = None
            self.model.happened(EventKind.LINK_CANCELLED)

    @rule(who=st.sampled_from(["eva", "kim"]), which=st.integers(0, 3))
    def claim(self, who: str, which: int) -> None:
        model, link = self.model, self.links.get(f"link {len(self.links) - 1 - which}")
        if link is None:
            return
        waits = which == 0 and model.link_until is not None
        loan_id = f"loan {len(self.loans)}"
        answer = attempt(lambda: borrowing.claim(self.copy, link, Claim(who), loan_id, POLICY, model.now))
        if not waits:
            assert isinstance(answer, refusals.LinkUsed | refusals.LinkCancelled | refusals.LinkExpired)
        elif self.asked("CopyIsOut" if model.reader else "", answer):
            model.reader, model.due, model.link_until = who, model.now + model.period, None
            model.recalled, model.renewals = False, 0
            model.checked_out += 1
            model.happened(EventKind.CHECKED_OUT)

    @rule()
    def take_off_shelf(self) -> None:
        model = self.model
        expected = model.in_the_way()
        loan_id = f"loan {len(self.loans)}"
        if self.asked(expected, attempt(lambda: borrowing.take_off_shelf(self.copy, loan_id, model.now))):
            model.reader, model.due = "ana", NEVER
            model.checked_out += 1
            model.happened(EventKind.CHECKED_OUT)

    @rule(which=st.integers(0, 2))
    def check_in(self, which: int) -> None:
        model, loan_id = self.model, f"loan {len(self.loans) - 1 - which}"
        expected = "" if model.reader and which == 0 else "LoanEnded"
        if self.asked(expected, attempt(lambda: borrowing.check_in(self.copy, loan_id, model.now))):
            model.reader = ""
            model.happened(EventKind.RETURNED)

    @rule(really=st.integers(0, 9).map(lambda one: one == 0))
    def withdraw(self, really: bool) -> None:
        model = self.model
        out = model.reader or model.link_until is not None
        if not really and not out and not model.withdrawn:
            return  # or most runs would end here
        expected = "NotFound" if model.withdrawn else "CannotWithdraw" if out else ""
        if self.asked(expected, attempt(lambda: stock.withdraw(self.copy, model.now))):
            model.withdrawn = True
            model.happened(EventKind.COPY_WITHDRAWN)

    @rule(which=st.integers(0, 1))
    def renew(self, which: int) -> None:
        model, loan_id = self.model, f"loan {len(self.loans) - 1 - which}"
        expected = ""
        if not model.lent() or which:
            expected = "LoanEnded"
        elif model.recalled:
            expected = "LoanRecalled"
        elif model.renewals:
            expected = "NoRenewalsLeft"
        elif not model.gains(model.now + model.period):
            expected = "NothingGained"
        answer = attempt(lambda: borrowing.renew(self.copy, loan_id, POLICY, model.now))
        if self.asked(expected, answer):
            model.keep_until(model.now + model.period, renewals=1)

    @rule(period=st.integers(0, 9).map(lambda hours: hours * HOUR))
    def extend(self, period: timedelta) -> None:
        model, loan_id = self.model, f"loan {len(self.loans) - 1}"
        expected = ""
        if not model.lent():
            expected = "LoanEnded"
        elif not period:
            expected = "LoanPeriodOutOfRange"
        elif not model.gains(model.now + period):
            expected = "NothingGained"
        answer = attempt(lambda: borrowing.extend(self.copy, loan_id, period, model.now))
        if self.asked(expected, answer):
            model.keep_until(model.now + period, renewals=model.renewals)

    @rule()
    def recall(self) -> None:
        model, loan_id = self.model, f"loan {len(self.loans) - 1}"
        expected = "LoanEnded" if not model.lent() else "AlreadyRecalled" if model.recalled else ""
        if self.asked(expected, attempt(lambda: borrowing.recall(self.copy, loan_id, POLICY, model.now))):
            model.due, model.recalled = min(model.due, model.now + 2 * HOUR), True
            model.happened(EventKind.RECALLED)

    @rule()
    def mark_lost(self) -> None:
        model = self.model
        expected = model.in_the_way() or ("LinkAlreadyOut" if model.link_until else "")
        if self.asked(expected, attempt(lambda: stock.mark_lost(self.copy, model.now))):
            model.lost = True
            model.happened(EventKind.COPY_LOST)

    @rule()
    def find(self) -> None:
        model = self.model
        expected = "" if model.lost and not model.withdrawn else "NotFound"
        if self.asked(expected, attempt(lambda: stock.find(self.copy, model.now))):
            model.lost = False
            model.happened(EventKind.COPY_FOUND)

    @rule()
    def settle(self) -> None:
        self.store(desk.settle(self.copy, self.model.now))

    @invariant()
    def the_copy_is_where_the_model_says(self) -> None:
        assert self.copy.state(self.model.now) is self.model.state()

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
        waiting = [link for link in self.links.values() if link.closed_at is None]
        assert waiting == ([] if self.copy.link is None else [self.copy.link])

    @invariant()
    def the_epoch_rises_with_every_check_out(self) -> None:
        assert self.epochs == list(range(1, self.model.checked_out + 1))
        assert self.copy.epoch == self.model.checked_out

    @invariant()
    def every_change_has_its_event_and_all_are_in_order(self) -> None:
        unsettled = desk.settle(self.copy, self.model.now).events
        told = self.recorded + [(event.kind, event.at) for event in unsettled]
        assert told == self.model.history
        assert [at for _, at in told] == sorted(at for _, at in told)


def attempt(decide: Callable[[], Decision]) -> Decision | refusals.Refusal:
    """The decision, or the refusal as a value."""
    try:
        return decide()
    except refusals.Refusal as refusal:
        return refusal


TestDesk = DeskMachine.TestCase
TestDesk.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)

"""Who is told of what by letter: one table from events to notices, and when a due date is near.

Pure, like the rest of the core. What a notice says, in whose language and to which address is not known
here: a notice names things by id, as the record does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from lending.circulation.desk import Decision
from lending.circulation.events import Event, EventKind
from lending.circulation.holds import Hold, HoldState
from lending.circulation.loans import Loan, LoanEnd
from lending.circulation.waiting import HoldDecision


class NoticeKind(StrEnum):
    """What a notice tells. A kind's word never changes: it is kept with what was sent."""

    LENT = "lent"
    """The book is yours until its due date."""
    DUE_SOON = "due-soon"
    RENEWED = "renewed"
    MORE_TIME = "more-time"
    RECALLED = "recalled"
    CHECKED_OUT = "checked-out"
    RETURNED = "returned"
    EXPIRED = "expired"
    PASSED_ON = "passed-on"
    """Another friend has the book now."""
    ASKED = "asked"
    """Somebody asks to borrow, and waits for the owner's yes."""
    IN_LINE = "in-line"
    YOUR_TURN = "your-turn"
    NOT_PICKED_UP = "not-picked-up"
    DECLINED = "declined"
    GIFT_ACCEPTED = "gift-accepted"
    """The copy that you gave away is another owner's now."""


class Recipient(StrEnum):
    """Whom a notice is for: the borrower of its loan, the friend whose hold it is, the owner, or whoever gave
    the copy away."""

    BORROWER = "borrower"
    IN_LINE = "in-line"
    OWNER = "owner"
    GIVER = "giver"


@dataclass(frozen=True, slots=True)
class Notice:
    """One letter to write. `subject_id`, `kind` and `number` together are its name: there is one of each.

    `subject_id` is the loan, the hold, or the gift's link that it is about; `number` is that of the loan's
    due date (see `Loan.due_number`), 0 of all else; `due_at` is when the loan is due, or until when the copy
    is held, where the notice tells it. What happened in the line happened to no copy.
    """

    subject_id: str
    kind: NoticeKind
    number: int
    recipient: Recipient
    copy_id: str | None
    at: datetime
    due_at: datetime | None = None


BORROWERS = frozenset(
    {NoticeKind.LENT, NoticeKind.DUE_SOON, NoticeKind.RENEWED, NoticeKind.MORE_TIME, NoticeKind.RECALLED}
)
"""The kinds that go to the borrower."""

FRIENDS = frozenset({NoticeKind.IN_LINE, NoticeKind.YOUR_TURN, NoticeKind.NOT_PICKED_UP, NoticeKind.DECLINED})
"""The kinds that go to a friend in line; all others go to the owner, or to the giver of a gift."""

OF_HOLDS = FRIENDS | {NoticeKind.ASKED}
"""The kinds whose subject is a hold; that of all others is a loan."""

TOLD_OF_HOLDS: Mapping[EventKind, NoticeKind] = MappingProxyType(
    {
        EventKind.HOLD_ASKED: NoticeKind.ASKED,
        EventKind.HOLD_PLACED: NoticeKind.IN_LINE,
        EventKind.HELD: NoticeKind.YOUR_TURN,
        EventKind.HOLD_LAPSED: NoticeKind.NOT_PICKED_UP,
        EventKind.HOLD_DECLINED: NoticeKind.DECLINED,
    }
)
"""The notice of what happened to a hold. Who leaves the line knows it."""

TOLD: Mapping[tuple[EventKind, bool], tuple[NoticeKind, ...]] = MappingProxyType(
    {
        (EventKind.CHECKED_OUT, False): (NoticeKind.LENT, NoticeKind.CHECKED_OUT),
        (EventKind.RENEWED, False): (NoticeKind.RENEWED,),
        (EventKind.RENEWED, True): (NoticeKind.MORE_TIME,),
        (EventKind.RECALLED, True): (NoticeKind.RECALLED,),
        (EventKind.RETURNED, False): (NoticeKind.RETURNED,),
        (EventKind.EXPIRED, False): (NoticeKind.EXPIRED,),
    }
)
"""The notices of an event, by its kind and whether an account did it.

So owners hear nothing of what they do themselves: their own reading makes no notice.
"""

WHERE_PASSED_ON: Mapping[NoticeKind, NoticeKind] = MappingProxyType(
    {NoticeKind.CHECKED_OUT: NoticeKind.PASSED_ON}
)
"""What is told of a loan that was passed on to its borrower, instead of what else would be."""

LEADS = (
    (timedelta(days=2), timedelta(days=1)),
    (timedelta(hours=6), timedelta(hours=1)),
    (timedelta(0), timedelta(minutes=10)),
)
"""How long before its due date a loan of at least so long is said to be due soon."""

LONGEST_LEAD = max(lead for _, lead in LEADS)


def recipient_of(kind: NoticeKind) -> Recipient:
    """Whom notices of a kind are for."""
    if kind in FRIENDS:
        return Recipient.IN_LINE
    if kind is NoticeKind.GIFT_ACCEPTED:
        return Recipient.GIVER
    return Recipient.BORROWER if kind in BORROWERS else Recipient.OWNER


def notices_of(decision: Decision) -> tuple[Notice, ...]:
    """The notices of all that a decision records, in order. Whether anybody left an address is not asked."""
    loans = {loan.id: loan for loan in decision.loans}
    of_loans = (
        _notice(kind, loans[event.loan_id], event.at)
        for event in decision.events
        if event.loan_id in loans
        for kind in _kinds(event, loans[event.loan_id])
    )
    return (*of_loans, *_of_holds(decision.events), *_of_gifts(decision.events))


def notices_of_hold(decision: HoldDecision) -> tuple[Notice, ...]:
    """The same of what was decided of one hold."""
    return tuple(_of_holds(decision.events))


def reminder_at(loan: Loan) -> datetime | None:
    """When the borrower is reminded of the due date; None if they need not be.

    They need not where they have been told the date later than that: by the check-out or by a recall.
    """
    if loan.to_owner or loan.due_at is None:
        return None
    last_told = loan.recalled_at or loan.checked_out_at
    period = loan.due_at - last_told if loan.period is None else loan.period
    moment = loan.due_at - next(lead for least, lead in LEADS if period >= least)
    return moment if moment > last_told else None


def due_soon(loan: Loan, now: datetime) -> Notice | None:
    """The reminder of an open loan that is due soon; None before its time. Its number keeps it to one."""
    moment = reminder_at(loan)
    if moment is None or now < moment or not loan.is_open(now):
        return None
    return _notice(NoticeKind.DUE_SOON, loan, now)


def is_moot(notice: Notice, loan: Loan, now: datetime) -> bool:
    """Whether a notice that could not be sent at once is not so any more: what a borrower is told of a due
    date, once it has moved on or the loan is over. What an owner is told has happened, and stays so; and so
    has what ended the loan: a recall, where the book was not returned before."""
    if notice.recipient is Recipient.OWNER:
        return False
    if loan.due_number != notice.number:
        return True
    recalled = notice.kind is NoticeKind.RECALLED and loan.end in (None, LoanEnd.EXPIRED)
    return not loan.is_open(now) and not recalled


def _kinds(event: Event, loan: Loan) -> tuple[NoticeKind, ...]:
    kinds = TOLD.get((event.kind, event.by is not None), ())
    return kinds if loan.passed_from is None else tuple(WHERE_PASSED_ON.get(kind, kind) for kind in kinds)


def is_moot_of_hold(notice: Notice, hold: Hold) -> bool:
    """The same of a hold: it is told how it stands only while it stands so."""
    state = _TOLD_WHILE.get(notice.kind)
    return state is not None and hold.state is not state


def is_told_with_another(hold: Hold, holds: Iterable[Hold]) -> bool:
    """Whether who asks needs no letter of their own: somebody asked for the same title before, in the
    same hour, and waits as they do. The letter about that one leads the owner to both."""
    return any(
        one.state is HoldState.ASKED
        and (one.asked_at, one.id) < (hold.asked_at, hold.id)
        and _hour(one.asked_at) == _hour(hold.asked_at)
        for one in holds
    )


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


_TOLD_WHILE: Mapping[NoticeKind, HoldState] = MappingProxyType(
    {
        NoticeKind.ASKED: HoldState.ASKED,
        NoticeKind.IN_LINE: HoldState.WAITING,
        NoticeKind.YOUR_TURN: HoldState.READY,
    }
)


def _of_holds(events: Iterable[Event]) -> Iterator[Notice]:
    for event in events:
        kind = TOLD_OF_HOLDS.get(event.kind)
        if kind is not None and event.hold_id is not None:
            yield Notice(event.hold_id, kind, 0, recipient_of(kind), event.copy_id, event.at, event.due_at)


def _of_gifts(events: Iterable[Event]) -> Iterator[Notice]:
    for event in events:
        if event.kind is EventKind.GIVEN and event.link_id is not None:
            kind = NoticeKind.GIFT_ACCEPTED
            yield Notice(event.link_id, kind, 0, recipient_of(kind), event.copy_id, event.at)


def _notice(kind: NoticeKind, loan: Loan, at: datetime) -> Notice:
    to = recipient_of(kind)
    return Notice(loan.id, kind, loan.due_number, to, loan.copy_id, at, loan.due_at)

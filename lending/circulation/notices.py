"""Who is told of what by letter: one table from events to notices, and when a due date is near.

Pure, like the rest of the core. What a notice says, in whose language and to which address is not known
here: a notice names things by id, as the record does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from lending.circulation.desk import Decision
from lending.circulation.events import Event, EventKind
from lending.circulation.loans import Loan


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


class Recipient(StrEnum):
    """Whom a notice is for: the borrower of its loan, or the owner of its copy."""

    BORROWER = "borrower"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Notice:
    """One letter to write. `subject_id`, `kind` and `number` together are its name: there is one of each.

    `subject_id` is the loan that it is about; `number` is that of the loan's due date (see
    `Loan.due_number`); `due_at` is when the loan is due, where the notice tells it.
    """

    subject_id: str
    kind: NoticeKind
    number: int
    recipient: Recipient
    copy_id: str
    at: datetime
    due_at: datetime | None = None


BORROWERS = frozenset(
    {NoticeKind.LENT, NoticeKind.DUE_SOON, NoticeKind.RENEWED, NoticeKind.MORE_TIME, NoticeKind.RECALLED}
)
"""The kinds that go to the borrower; the others go to the owner."""

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

LEADS = (
    (timedelta(days=2), timedelta(days=1)),
    (timedelta(hours=6), timedelta(hours=1)),
    (timedelta(0), timedelta(minutes=10)),
)
"""How long before its due date a loan of at least so long is said to be due soon."""

LONGEST_LEAD = max(lead for _, lead in LEADS)


def recipient_of(kind: NoticeKind) -> Recipient:
    """Whom notices of a kind are for."""
    return Recipient.BORROWER if kind in BORROWERS else Recipient.OWNER


def notices_of(decision: Decision) -> tuple[Notice, ...]:
    """The notices of all that a decision records, in order. Whether anybody left an address is not asked."""
    loans = {loan.id: loan for loan in decision.loans}
    return tuple(
        _notice(kind, loans[event.loan_id], event.at)
        for event in decision.events
        if event.loan_id in loans
        for kind in _kinds(event)
    )


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
    date, once it has moved on or the loan is over. What an owner is told has happened, and stays so."""
    if notice.recipient is Recipient.OWNER:
        return False
    return not loan.is_open(now) or loan.due_number != notice.number


def _kinds(event: Event) -> tuple[NoticeKind, ...]:
    return TOLD.get((event.kind, event.by is not None), ())


def _notice(kind: NoticeKind, loan: Loan, at: datetime) -> Notice:
    to = recipient_of(kind)
    return Notice(loan.id, kind, loan.due_number, to, loan.copy_id, at, loan.due_at)

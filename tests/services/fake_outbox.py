"""The outbox in memory: the same contract as the one in SQL, which tests/adapters checks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Protocol

from lending.circulation.holds import Hold
from lending.circulation.links import Link
from lending.circulation.loans import Loan
from lending.circulation.notices import Notice, NoticeKind, Recipient
from lending.ports.mail import Contact, Outcome, Waiting

Name = tuple[str, NoticeKind, int]


class Owned(Protocol):
    @property
    def owner_id(self) -> str: ...


class Shelves(Protocol):
    """What the outbox asks of the rest of the library."""

    @property
    def links(self) -> Mapping[str, Link]: ...

    @property
    def loans(self) -> Mapping[str, Loan]: ...

    @property
    def holds(self) -> Mapping[str, Hold]: ...

    @property
    def copies(self) -> Mapping[str, Owned]: ...

    @property
    def editions(self) -> Mapping[str, Owned]: ...


@dataclass
class PostBox:
    """All there is of addresses and letters."""

    accounts: dict[str, Contact] = field(default_factory=dict)
    borrowers: dict[str, Contact] = field(default_factory=dict)
    friends: dict[str, Contact] = field(default_factory=dict)
    waiting: dict[Name, Waiting] = field(default_factory=dict)
    closed: dict[Name, Outcome] = field(default_factory=dict)

    def copy(self) -> "PostBox":
        return PostBox(**{one.name: getattr(self, one.name).copy() for one in fields(self)})


class FakeOutbox:
    def __init__(self, box: PostBox, shelves: Shelves) -> None:
        self._box = box
        self._shelves = shelves

    def contact_of_account(self, account_id: str) -> Contact | None:
        return self._box.accounts.get(account_id)

    def set_contact_of_account(self, account_id: str, contact: Contact | None) -> None:
        _put(self._box.accounts, account_id, contact)

    def forget_account(self, account_id: str) -> None:
        self._box.accounts.pop(account_id, None)
        # What was sent is known by its name alone here; nobody looks at that again.
        waiting = self._box.waiting.items()
        theirs = [
            name
            for name, one in waiting
            if one.notice.recipient in (Recipient.OWNER, Recipient.GIVER)
            and self._owner_of(one.notice) == account_id
        ]
        for name in theirs:
            del self._box.waiting[name]

    def contact_of_loan(self, loan_id: str) -> Contact | None:
        return self._box.borrowers.get(loan_id)

    def set_contact_of_loan(self, loan_id: str, contact: Contact | None) -> None:
        _put(self._box.borrowers, loan_id, contact)

    def contact_of_hold(self, hold_id: str) -> Contact | None:
        return self._box.friends.get(hold_id)

    def set_contact_of_hold(self, hold_id: str, contact: Contact | None) -> None:
        _put(self._box.friends, hold_id, contact)

    def add(self, notices: Iterable[Notice]) -> None:
        for one in notices:
            name = _name(one)
            known = name in self._box.waiting or name in self._box.closed
            if not known and self._is_wanted(one):
                self._box.waiting[name] = Waiting(one, 0, one.at)

    def waiting(self, now: datetime, most: int) -> list[Waiting]:
        ripe = [one for one in self._box.waiting.values() if one.next_try_at <= now]
        return sorted(ripe, key=lambda one: (one.next_try_at, one.notice.at))[:most]

    def take(self, waiting: Waiting, next_try_at: datetime) -> bool:
        name = _name(waiting.notice)
        found = self._box.waiting.get(name)
        if found is None or found.tries != waiting.tries:
            return False
        self._box.waiting[name] = replace(found, tries=found.tries + 1, next_try_at=next_try_at)
        return True

    def close(self, notice: Notice, outcome: Outcome) -> None:
        self._box.waiting.pop(_name(notice), None)
        self._box.closed[_name(notice)] = outcome

    def due_by(self, moment: datetime, most: int) -> list[Loan]:
        near = [
            loan
            for loan in self._shelves.loans.values()
            if loan.id in self._box.borrowers
            if loan.ended_at is None and loan.due_at is not None and loan.due_at <= moment
            if not self._is_reminded(loan)
        ]
        return sorted(near, key=lambda loan: str(loan.due_at))[:most]

    def forget(self, ended_before: datetime) -> int:
        loans, holds = self._shelves.loans.values(), self._shelves.holds.values()
        over = {loan.id for loan in loans if loan.ended_at and loan.ended_at < ended_before}
        over |= {hold.id for hold in holds if hold.closed_at and hold.closed_at < ended_before}
        forgotten = over & (set(self._box.borrowers) | set(self._box.friends))
        for contacts in (self._box.borrowers, self._box.friends):
            for one in forgotten:
                contacts.pop(one, None)
        self._forget_gifts(ended_before)
        for kept in (self._box.waiting, self._box.closed):
            for name in [name for name in kept if name[0] in over]:
                del kept[name]
        return len(forgotten)

    def _forget_gifts(self, given_before: datetime) -> None:
        gifts = {name for name in (*self._box.waiting, *self._box.closed) if name[0] in self._shelves.links}
        for name in gifts:
            closed_at = self._shelves.links[name[0]].closed_at
            if name[1] is NoticeKind.GIFT_ACCEPTED and closed_at and closed_at < given_before:
                self._box.waiting.pop(name, None)
                self._box.closed.pop(name, None)

    def _is_reminded(self, loan: Loan) -> bool:
        name = (loan.id, NoticeKind.DUE_SOON, loan.due_number)
        return name in self._box.waiting or name in self._box.closed

    def _is_wanted(self, one: Notice) -> bool:
        if one.recipient is Recipient.BORROWER:
            return one.subject_id in self._box.borrowers
        if one.recipient is Recipient.IN_LINE:
            return one.subject_id in self._box.friends
        return self._owner_of(one) in self._box.accounts

    def _owner_of(self, one: Notice) -> str:
        if one.recipient is Recipient.GIVER:
            return self._shelves.links[one.subject_id].made_by
        if one.copy_id is None:
            return self._shelves.editions[self._shelves.holds[one.subject_id].edition_id].owner_id
        return self._shelves.copies[one.copy_id].owner_id


def _name(notice: Notice) -> Name:
    return notice.subject_id, notice.kind, notice.number


def _put(contacts: dict[str, Contact], holder_id: str, contact: Contact | None) -> None:
    if contact is None:
        contacts.pop(holder_id, None)
    else:
        contacts[holder_id] = contact

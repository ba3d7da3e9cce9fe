"""Erasing an account: its owner's books leave with it, what was lent stays, and the log goes on to be proven.

The name of an owner stands in what opens each entry about their copies, and about their own readings. That is
destroyed. The entries stay; one of its own, or several, say of which nothing can be told any more, so that
whoever checks the log knows these from openings that somebody else took away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lending import refusals
from lending.circulation import borrowing, offering, stock
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision, settle
from lending.circulation.events import Event, EventKind
from lending.circulation.links import LinkKind
from lending.ports.files import BookFiles, UploadParts
from lending.ports.library import Library, Transaction
from lending.ports.records import Edition
from lending.ports.world import Clock
from lending.services import facts
from lending.services.actors import Actor
from lending.services.erasing import forget_names
from lending.services.waiting import close_line


@dataclass(frozen=True, slots=True)
class WhatGoes:
    """What would go with an account: how many copies, and how many people wait for its titles."""

    copies: int
    waiting: int


@dataclass(frozen=True, slots=True)
class AccountErased:
    """How many copies were withdrawn, of how many entries of the log nobody can tell any more whom they are
    about, and how many saved searches of others had the name."""

    copies: int
    entries: int
    searches: int


@dataclass(frozen=True, slots=True)
class ErasingAccounts:
    """Where whoever signs in, as owner or librarian or both, is forgotten."""

    library: Library
    clock: Clock
    files: BookFiles
    parts: UploadParts

    def look(self, actor: Actor) -> WhatGoes:
        """What would go. Raises CopiesAreOut as `erase` does. Changes nothing."""
        now = self.clock.now()
        with self.library.read() as desk:
            editions = desk.collection.editions_of(actor.id)
            standing = desk.collection.standing(one.id for one in editions)
            _refuse_what_is_out([(one, standing[one.id]) for one in editions], now)
            waiting = sum(len(desk.line.of(one.id)) for one in editions)
            return WhatGoes(sum(map(len, standing.values())), waiting)

    def erase(self, actor: Actor) -> AccountErased:
        """Erase an account with all that is its own. Its copies are withdrawn and their files destroyed; who
        waits for them is told no.

        Raises CopiesAreOut while somebody has one of its copies, or may accept one as a gift; NotFound where
        it was erased before.
        """
        with self.library.change() as desk:
            # Accounts first, and searches after them: as whoever keeps a search holds them.
            desk.accounts.leave_charges(actor.id)
            desk.collection.hold(actor.id)
            now = self.clock.now()
            editions = desk.collection.editions_of(actor.id)
            uploads = desk.uploads.of_owner(actor.id)
            account = desk.accounts.get(actor.id)
            desk.searches.forget(actor.id)
            searches = desk.searches.forget_naming([account.name, account.sign_in_name])
            searches += desk.searches.forget_owner(account.name)
            desk.outbox.forget_account(actor.id)  # nobody writes to them of what follows
            copies = _withdraw_all(desk, actor.id, editions, now)
            _forget_all(desk, actor.id, editions, uploads)
            forget_names(desk, desk.names.given_to(actor.id), now)
            entries = _erase(desk, actor.id, now)
        for edition in editions:
            for file_id in edition.file_ids:
                self.files.remove(file_id)
        for upload_id in uploads:
            self.parts.remove(upload_id)
        return AccountErased(copies, entries, searches)


def _refuse_what_is_out(titles: Sequence[tuple[Edition, Sequence[Copy]]], now: datetime) -> None:
    out = [edition.title for edition, copies in titles if any(_is_out(copy, now) for copy in copies)]
    if out:
        raise refusals.CopiesAreOut(out)


def _is_out(copy: Copy, now: datetime) -> bool:
    """Whether a friend has it, or another owner may accept it."""
    if copy.loan is not None and not copy.loan.to_owner and copy.loan.is_open(now):
        return True
    return copy.link is not None and copy.link.kind is LinkKind.GIFT and copy.link.is_waiting(now)


def _withdraw_all(desk: Transaction, owner_id: str, editions: Sequence[Edition], now: datetime) -> int:
    """Withdraw every copy, with its links, its line and its owner's own reading; how many there were."""
    copies = {one.id: desk.collection.copies_of(one.id) for one in editions}
    held: list[tuple[Edition, list[Copy]]] = []
    for edition in editions:
        for copy_id in copies[edition.id]:
            desk.circulation.store(settle(desk.circulation.lock(copy_id), now))
        held.append((edition, [desk.circulation.lock(copy_id) for copy_id in copies[edition.id]]))
    _refuse_what_is_out(held, now)
    for edition in editions:
        close_line(desk, edition.id, owner_id, now)
        for copy_id in copies[edition.id]:
            _withdraw(desk, copy_id, now)
    shelf = desk.ask_pages.of_shelf(owner_id)
    if shelf is not None:
        desk.ask_pages.store(replace(shelf, closed_at=now))
    for entry in desk.collection.taken_out(owner_id):
        desk.circulation.store(stock.forget_file(desk.circulation.lock(entry.copy.id)))
    return sum(map(len, copies.values()))


def _withdraw(desk: Transaction, copy_id: str, now: datetime) -> None:
    copy = desk.circulation.lock(copy_id)
    decision = Decision(copy)
    if copy.loan is not None:
        decision = decision.then(borrowing.check_in(decision.copy, copy.loan.id, now))
    if decision.copy.link is not None:  # it waits on while its owner reads
        decision = decision.then(offering.cancel_link(decision.copy, now))
    desk.circulation.store(decision.then(stock.withdraw(decision.copy, now)))


def _forget_all(
    desk: Transaction, account_id: str, editions: Sequence[Edition], uploads: Sequence[str]
) -> None:
    """What no other row needs. The keys go here, with all else: what is left of a file after a crash can't be
    read."""
    for edition in editions:
        desk.terms.set_for_title(edition.id, None)
        desk.rules.set_for_title(edition.id, None)
        for file_id in edition.file_ids:
            desk.keys.remove(file_id)
    for upload_id in uploads:
        desk.uploads.remove(upload_id)
    desk.terms.set_for_owner(account_id, None)
    desk.rules.set_for_owner(account_id, None)
    desk.marks.forget_owner(account_id)
    desk.names.forget_notes_by(account_id)


def _erase(desk: Transaction, account_id: str, now: datetime) -> int:
    """The account itself, and its name in the log; how many entries had it."""
    if not desk.accounts.erase(account_id, now):
        return 0
    # Nobody enters anything more about them while it is written down what is destroyed; and nothing but that
    # is locked after the head.
    desk.ledger.lock()
    gone = desk.ledger.shred([account_id])
    for told in facts.shredded_texts(gone):
        desk.circulation.record(Event(EventKind.ERASED, now, None, 0, to=account_id, detail=told))
    return len({number for number, _ in gone})

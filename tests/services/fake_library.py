"""The durable library in memory: the same contract as the one in SQL, which tests/adapters checks.

A transaction works on a copy of everything; `change` puts the copy in place at the end, so what
raises leaves nothing behind, and what `read` was given to write is forgotten.
"""

import json
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import Event, EventKind
from lending.circulation.holds import Hold, HoldState
from lending.circulation.links import Link, LinkKind, LinkState
from lending.circulation.loans import Loan
from lending.circulation.notices import notices_of, notices_of_hold
from lending.circulation.policy import LoanRules, rules_of
from lending.circulation.provenance import CHANGES_HANDS
from lending.circulation.terms import ReadingTerms, terms_of_loan
from lending.circulation.transitions import CopyState
from lending.circulation.waiting import HoldDecision
from lending.counter.figures import Month, Period
from lending.ports.asking import AskPage
from lending.ports.ledger import About, Covered
from lending.ports.records import (
    AccessToken,
    Account,
    Edition,
    EventLine,
    EventQuery,
    FileKey,
    HeldLoan,
    Invitation,
    LoanState,
    LogLine,
    LogQuery,
    Reach,
    Session,
    ShelfEntry,
    ShelfQuery,
    Upload,
)
from lending.ports.use import UseKey
from tests.services.fake_desk import DeskBook, FakeChecks, FakeSavedSearches, FakeSigns, FakeTallies
from tests.services.fake_ledger import FakeLedger, FakeWitnesses, LogBook
from tests.services.fake_marks import Drawer, FakeMarks
from tests.services.fake_names import FakeNames
from tests.services.fake_outbox import FakeOutbox, PostBox

T = TypeVar("T")


@dataclass(frozen=True)
class CopyCard:
    """What the library keeps of a copy beside its link and loan."""

    id: str
    owner_id: str
    edition_id: str
    number: int
    added_at: datetime
    epoch: int = 0
    withdrawn_at: datetime | None = None
    lost_at: datetime | None = None
    file_until: datetime | None = None


@dataclass
class Cabinet:
    """All there is, by id."""

    accounts: dict[str, Account] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    tokens: dict[str, AccessToken] = field(default_factory=dict)
    editions: dict[str, Edition] = field(default_factory=dict)
    copies: dict[str, CopyCard] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    loans: dict[str, Loan] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    ask_pages: dict[str, AskPage] = field(default_factory=dict)
    passes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    drawer: Drawer = field(default_factory=Drawer)
    owners_terms: dict[str, ReadingTerms] = field(default_factory=dict)
    titles_terms: dict[str, ReadingTerms] = field(default_factory=dict)
    owners_rules: dict[str, LoanRules] = field(default_factory=dict)
    titles_rules: dict[str, LoanRules] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    log_book: LogBook = field(default_factory=LogBook)
    desk_book: DeskBook = field(default_factory=DeskBook)
    post: PostBox = field(default_factory=PostBox)
    use: Counter[UseKey] = field(default_factory=Counter)
    uploads: dict[str, Upload] = field(default_factory=dict)
    keys: dict[str, FileKey] = field(default_factory=dict)

    def duplicate(self) -> "Cabinet":
        return Cabinet(**{one.name: getattr(self, one.name).copy() for one in fields(self)})

    def copy(self, copy_id: str) -> Copy:
        card = _found(self.copies, copy_id)
        links = (link for link in self.links.values() if link.state is LinkState.WAITING)
        link = next((link for link in links if link.copy_id == copy_id), None)
        loans = (loan for loan in self.loans.values() if loan.ended_at is None)
        loan = next((loan for loan in loans if loan.copy_id == copy_id), None)
        holds = self.open_holds(card.edition_id)
        line = tuple(hold for hold in holds if hold.state is HoldState.WAITING)
        kept_for = next((hold for hold in holds if link is not None and hold.id == link.id), None)
        rules = rules_of(self.titles_rules.get(card.edition_id), self.owners_rules.get(card.owner_id))
        return Copy(
            card.id,
            card.owner_id,
            card.epoch,
            link,
            loan,
            card.withdrawn_at,
            card.lost_at,
            rules,
            line,
            kept_for,
            card.file_until,
        )

    def open_holds(self, edition_id: str) -> list[Hold]:
        holds = [hold for hold in self.holds.values() if hold.edition_id == edition_id and hold.is_open]
        return sorted(holds, key=lambda hold: (hold.asked_at, hold.id))

    def write_down(self, event: Event) -> int:
        """The event's number in the record."""
        self.events.append(event)
        return len(self.events)

    def about(self, event: Event) -> About:
        """Whom and what an event is about."""
        card = self.copies.get(event.copy_id or "")
        loan, hold = self.loans.get(event.loan_id or ""), self.holds.get(event.hold_id or "")
        then = self.title_at_loan(loan).id if loan else card.edition_id if card else ""
        edition = self.editions.get(event.edition_id or then)
        if edition is None:
            return About()
        owner_id = card.owner_id if card else edition.owner_id
        owner = self.accounts[self.owner_at_loan(loan) if loan else owner_id]
        link = self.links.get(event.link_id or "")
        patron = (owner.id, owner.name)
        if loan is not None and not loan.to_owner:
            patron = (loan.id, loan.borrower_name)
        elif loan is None:
            patron = (hold.id, hold.name) if hold else (link.id, link.for_whom) if link else ("", "")
        return About(event.copy_id or "", edition.title, owner.id, owner.name, *patron)

    def points_to(self, account_id: str) -> bool:
        """Whether anything has an account's id."""
        owners = [
            {one.owner_id for one in kept.values()} for kept in (self.editions, self.copies, self.uploads)
        ]
        return (
            account_id in set().union(*owners)
            or account_id in {one.owner_id for one in self.ask_pages.values()}
            or account_id in {one.made_by for one in self.links.values()}
            or account_id in {who for event in self.events for who in (event.by, event.to)}
            or account_id in self.owners_terms.keys() | self.owners_rules.keys()
            or account_id in {one.account_id for one in self.desk_book.searches.values()}
        )

    def margins_of(self, account_id: str) -> set[str]:
        """Where an account wrote into books that are or were its own."""
        gifts = [one for one in self.links.values() if one.kind is LinkKind.GIFT]
        given = {one.id for one in gifts if one.made_by == account_id}
        return given | {card.id for card in self.copies.values() if card.owner_id == account_id}

    def owner_name(self, copy_id: str, margin_id: str = "") -> str:
        """The owner's, or whose it was who gave the copy away by the link that the margin is of."""
        gift = self.links.get(margin_id)
        return self.accounts[self.copies[copy_id].owner_id if gift is None else gift.made_by].name

    def owner_then(self, copy_id: str, later_gifts: Iterable[Event]) -> str:
        """Whose a copy was before these gifts of it, the first first: the account's id."""
        giver = next((gift.by for gift in later_gifts if gift.copy_id == copy_id), None)
        return giver or self.copies[copy_id].owner_id

    def owner_at_loan(self, loan: Loan) -> str:
        """Whose the copy was then: the account's id."""
        return self.owner_then(loan.copy_id, (gift for gift in self.gifts() if gift.epoch >= loan.epoch))

    def owner_at_event(self, number: int, event: Event) -> str:
        """Whose it was then: the account's id; empty for what is about no copy and no title."""
        if event.copy_id is not None:
            loan = self.loans.get(event.loan_id or "")
            later = (one for one in self.events[number - 1 :] if one.kind is EventKind.GIVEN)
            after_loan = (one for one in self.gifts() if loan and one.epoch >= loan.epoch)
            return self.owner_then(event.copy_id, after_loan if loan else later)
        return self.editions[event.edition_id].owner_id if event.edition_id else ""

    def title_then(self, copy_id: str, later_gifts: Iterable[Event]) -> str:
        """Of which edition it was one before these gifts."""
        present = self.copies[copy_id].edition_id
        gift = next((gift for gift in later_gifts if gift.copy_id == copy_id), None)
        if gift is None or gift.edition_id:
            return present if gift is None else gift.edition_id or ""
        file = self.editions[present].fingerprint
        same = [one for one in self.editions.values() if (one.owner_id, one.fingerprint) == (gift.by, file)]
        return max(same, key=lambda one: one.added_at).id if same else present

    def title_at_loan(self, loan: Loan) -> Edition:
        """The record as one of which it was lent."""
        later = (gift for gift in self.gifts() if gift.epoch >= loan.epoch)
        return self.editions[self.title_then(loan.copy_id, later)]

    def title_at_event(self, number: int, event: Event) -> str:
        """Of which edition the copy was one then."""
        loan = self.loans.get(event.loan_id or "")
        if event.edition_id or event.copy_id is None:
            return event.edition_id or ""
        later = (one for one in self.events[number - 1 :] if one.kind is EventKind.GIVEN)
        return self.title_at_loan(loan).id if loan else self.title_then(event.copy_id, later)

    def gifts(self) -> list[Event]:
        return [event for event in self.events if event.kind is EventKind.GIVEN]

    def entry(self, copy_id: str) -> ShelfEntry:
        card = _found(self.copies, copy_id)
        copy = self.copy(copy_id)
        before = self.loans_before(copy.loan)
        return ShelfEntry(copy, self.editions[card.edition_id], card.number, card.added_at, before)

    def loans_before(self, loan: Loan | None) -> tuple[Loan, ...]:
        if loan is None or loan.passed_from is None:
            return ()
        before = self.loans[loan.passed_from]
        return (*self.loans_before(before), before)

    def passed_to(self, loan_id: str | None) -> Loan | None:
        return next((loan for loan in self.loans.values() if loan_id and loan.passed_from == loan_id), None)


class FakeAccounts:
    def __init__(self, cabinet: Cabinet) -> None:
        self._in = cabinet

    def add(self, account: Account) -> None:
        if self.by_sign_in_name(account.sign_in_name):
            raise refusals.NameTaken
        self._in.accounts[account.id] = account

    def get(self, account_id: str) -> Account:
        return _found(self._in.accounts, account_id)

    def by_sign_in_name(self, sign_in_name: str) -> Account | None:
        return next((one for one in self.all() if one.sign_in_name == sign_in_name), None)

    def all(self) -> list[Account]:
        here = [one for one in self._in.accounts.values() if one.id not in self._in.erased]
        return sorted(here, key=lambda one: one.made_at)

    def count(self) -> int:
        return len(self.all())

    def erase(self, account_id: str, at: datetime) -> bool:
        self.end_sessions_of(account_id)
        self._in.tokens = {key: one for key, one in self._in.tokens.items() if one.account_id != account_id}
        self._in.post.accounts.pop(account_id, None)
        if not self._in.points_to(account_id):
            del self._in.accounts[account_id]
            return False
        made_at = self._in.accounts[account_id].made_at
        self._in.accounts[account_id] = Account(account_id, f" {account_id}", "", frozenset(), "", made_at)
        self._in.erased.add(account_id)
        return True

    def set_charge(self, account_id: str, charge: frozenset[str] | None) -> None:
        self._in.accounts[account_id] = replace(self._in.accounts[account_id], charge=charge)

    def leave_charges(self, account_id: str) -> None:
        for kept in (self._in.accounts, self._in.invitations):
            for key, one in kept.items():
                if one.charge is not None:
                    kept[key] = replace(one, charge=one.charge - {account_id})

    def set_password(self, account_id: str, password_hash: str) -> None:
        if account_id in self._in.erased:
            return
        self._in.accounts[account_id] = replace(self.get(account_id), password_hash=password_hash)

    def add_invitation(self, invitation: Invitation) -> None:
        self._in.invitations[invitation.secret_hash] = invitation

    def use_invitation(self, secret_hash: str, now: datetime) -> Invitation:
        found = self._in.invitations.get(secret_hash)
        if found is None or found.used_at is not None or now >= found.expires_at:
            raise refusals.InvitationInvalid
        self._in.invitations[secret_hash] = replace(found, used_at=now)
        return self._in.invitations[secret_hash]

    def add_session(self, session: Session) -> None:
        self._in.sessions[session.secret_hash] = session

    def by_session(self, secret_hash: str, now: datetime) -> Account | None:
        found = self._in.sessions.get(secret_hash)
        if found is None or now >= found.expires_at or found.account_id in self._in.erased:
            return None
        return self.get(found.account_id)

    def end_session(self, secret_hash: str) -> None:
        self._in.sessions.pop(secret_hash, None)

    def end_sessions_of(self, account_id: str) -> None:
        sessions = self._in.sessions
        self._in.sessions = {key: one for key, one in sessions.items() if one.account_id != account_id}

    def add_token(self, token: AccessToken) -> None:
        self._in.tokens[token.id] = token

    def by_token(self, secret_hash: str) -> tuple[Account, AccessToken] | None:
        found = (one for one in self._in.tokens.values() if one.secret_hash == secret_hash)
        token = next(found, None)
        if token is None or token.account_id in self._in.erased:
            return None
        return self.get(token.account_id), token

    def token_used(self, token_id: str, now: datetime) -> None:
        self._in.tokens[token_id] = replace(self._in.tokens[token_id], last_used_at=now)

    def tokens_of(self, account_id: str) -> list[AccessToken]:
        own = [one for one in self._in.tokens.values() if one.account_id == account_id]
        return sorted(own, key=lambda one: one.made_at, reverse=True)

    def remove_token(self, account_id: str, token_id: str) -> None:
        if _found(self._in.tokens, token_id).account_id != account_id:
            raise refusals.NotFound
        del self._in.tokens[token_id]


class FakeCollection:
    def __init__(self, cabinet: Cabinet) -> None:
        self._in = cabinet

    def hold(self, owner_id: str) -> None:
        """Whoever changes the fake has it to themselves already."""
        _found(self._in.accounts, owner_id)
        if owner_id in self._in.erased:
            raise refusals.NotFound

    def add_edition(self, edition: Edition) -> None:
        self._in.editions[edition.id] = edition

    def edition(self, edition_id: str) -> Edition:
        return _found(self._in.editions, edition_id)

    def edition_by_fingerprint(self, owner_id: str, fingerprint: str) -> Edition | None:
        own = (one for one in self._in.editions.values() if one.owner_id == owner_id)
        return next((one for one in own if one.fingerprint == fingerprint and self.copies_of(one.id)), None)

    def change_edition(self, edition: Edition) -> None:
        self._in.editions[edition.id] = edition

    def add_copy(self, copy: Copy, edition_id: str, added_at: datetime) -> int:
        numbers = [card.number for card in self._in.copies.values() if card.edition_id == edition_id]
        number = max(numbers, default=0) + 1
        self._in.copies[copy.id] = CopyCard(copy.id, copy.owner_id, edition_id, number, added_at, copy.epoch)
        return number

    def move_copy(self, copy_id: str, edition_id: str, at: datetime) -> int:
        numbers = [card.number for card in self._in.copies.values() if card.edition_id == edition_id]
        number, card = max(numbers, default=0) + 1, self._in.copies[copy_id]
        self._in.copies[copy_id] = replace(card, edition_id=edition_id, number=number, added_at=at)
        return number

    def editions_of(self, owner_id: str) -> list[Edition]:
        own = [one for one in self._in.editions.values() if one.owner_id == owner_id]
        return sorted(own, key=lambda one: (one.added_at, one.id))

    def copies_of(self, edition_id: str) -> list[str]:
        cards = [card for card in self._in.copies.values() if card.edition_id == edition_id]
        here = [card for card in cards if card.withdrawn_at is None]
        return [card.id for card in sorted(here, key=lambda card: card.number)]

    def is_needed(self, edition_id: str) -> bool:
        cards = [card for card in self._in.copies.values() if card.edition_id == edition_id]
        return any(card.withdrawn_at is None or card.file_until is not None for card in cards)

    def taken_out(self, owner_id: str) -> list[ShelfEntry]:
        cards = [card for card in self._in.copies.values() if card.owner_id == owner_id and card.file_until]
        cards.sort(key=lambda card: (-(card.withdrawn_at or card.added_at).timestamp(), card.id))
        return [self._in.entry(card.id) for card in cards]

    def files_over(self, moment: datetime, limit: int) -> list[str]:
        cards = self._in.copies.values()
        over = [(card.file_until, card.id) for card in cards if card.file_until and card.file_until <= moment]
        return [copy_id for _, copy_id in sorted(over)][:limit]

    def entry(self, copy_id: str) -> ShelfEntry:
        return self._in.entry(copy_id)

    def shelf(self, query: ShelfQuery) -> tuple[list[ShelfEntry], int]:
        cards = self._in.copies.values()
        own = [card.id for card in cards if card.owner_id == query.owner_id and card.withdrawn_at is None]
        entries = [entry for entry in map(self._in.entry, own) if _matches(_words_of(entry), query.text)]
        _put_in_order(entries, query.order)
        return entries[query.offset : query.offset + query.limit], len(entries)

    def titles(self, query: ShelfQuery) -> tuple[list[Edition], int]:
        entries, _ = self.shelf(replace(query, offset=0, limit=1_000_000))
        here = [entry.edition for entry in entries if entry.copy.lost_at is None]
        titles = list({edition.id: edition for edition in here}.values())
        return titles[query.offset : query.offset + query.limit], len(titles)

    def standing(self, edition_ids: Iterable[str]) -> dict[str, list[Copy]]:
        return {
            edition_id: [
                replace(self._in.copy(copy_id), line=(), hold=None) for copy_id in self.copies_of(edition_id)
            ]
            for edition_id in edition_ids
        }


class FakeCirculation:
    def __init__(self, cabinet: Cabinet) -> None:
        self._in = cabinet

    def lock(self, copy_id: str) -> Copy:
        return self._in.copy(copy_id)

    def link(self, link_id: str) -> Link:
        return _found(self._in.links, link_id)

    def loan(self, loan_id: str) -> Loan:
        return _found(self._in.loans, loan_id)

    def loan_of_link(self, link_id: str) -> Loan | None:
        return next((loan for loan in self._in.loans.values() if loan.link_id == link_id), None)

    def passed_to(self, loan: Loan) -> Loan | None:
        return self._in.passed_to(loan.id)

    def open_loans(self, binding: str, owner_id: str, now: datetime) -> int:
        bound = [one for one in self._in.loans.values() if one.binding == binding and one.is_open(now)]
        return len([one for one in bound if self._in.copies[one.copy_id].owner_id == owner_id])

    def store(self, decision: Decision) -> list[int]:
        after = decision.copy
        self._in.links.update({link.id: link for link in decision.links})
        for loan in decision.loans:
            self._in.loans[loan.id] = loan
            if len([one for one in self._in.loans.values() if _is_open_for(one, after.id)]) > 1:
                raise refusals.CopyIsOut
        card = _found(self._in.copies, after.id)
        self._in.holds.update({hold.id: hold for hold in decision.holds})
        self._in.copies[after.id] = replace(
            card,
            owner_id=after.owner_id,
            epoch=after.epoch,
            withdrawn_at=after.withdrawn_at,
            lost_at=after.lost_at,
            file_until=after.file_until,
        )
        FakeOutbox(self._in.post, self._in).add(notices_of(decision))
        return [self.record(event) for event in decision.events]

    def record(self, event: Event) -> int:
        return self._in.write_down(event)

    def add_pass(self, secret_hash: str, loan_id: str, expires_at: datetime, forget_before: datetime) -> None:
        of_loan = [(key, until) for key, (loan, until) in self._in.passes.items() if loan == loan_id]
        spent = [key for key, until in of_loan if until < forget_before]
        for key in spent:
            del self._in.passes[key]
        self._in.passes[secret_hash] = (loan_id, expires_at)

    def forget_passes(self, loan_id: str) -> None:
        self._in.passes = {key: one for key, one in self._in.passes.items() if one[0] != loan_id}

    def held(self, loan_id: str, pass_hash: str | None) -> HeldLoan:
        loan = self.loan(loan_id)
        card = self._in.copies[loan.copy_id]
        of_loan, until = self._in.passes.get(pass_hash or "", ("", None))
        shown = until if of_loan == loan_id else None
        titles, owners = self._in.titles_terms.get(card.edition_id), self._in.owners_terms.get(card.owner_id)
        terms = terms_of_loan(titles, owners, to_owner=loan.to_owner)
        return HeldLoan(loan, card.epoch, card.owner_id, card.edition_id, shown, terms)

    def due(self, now: datetime, limit: int) -> list[str]:
        open_loans = (loan for loan in self._in.loans.values() if loan.ended_at is None)
        waiting = (link for link in self._in.links.values() if link.state is LinkState.WAITING)
        found = {loan.copy_id for loan in open_loans if loan.is_past_due(now)}
        found |= {link.copy_id for link in waiting if not link.is_waiting(now)}
        copies = [self._in.copy(copy_id) for copy_id in self._in.copies]
        found |= {copy.id for copy in copies if copy.line and copy.state(now) is CopyState.ON_SHELF}
        return sorted(found)[:limit]


class FakeLine:
    def __init__(self, cabinet: Cabinet) -> None:
        self._in = cabinet

    def lock(self, edition_id: str) -> list[Hold]:
        return self.of(edition_id)

    def of(self, edition_id: str) -> list[Hold]:
        return self._in.open_holds(edition_id)

    def get(self, hold_id: str) -> Hold:
        return _found(self._in.holds, hold_id)

    def store(self, decision: HoldDecision) -> list[int]:
        self._in.holds[decision.hold.id] = decision.hold
        FakeOutbox(self._in.post, self._in).add(notices_of_hold(decision))
        return [self._in.write_down(event) for event in decision.events]

    def asked_for(self, owner_id: str) -> list[str]:
        asked = {hold.edition_id for hold in self._in.holds.values() if hold.state is HoldState.ASKED}
        return sorted(one for one in asked if self._in.editions[one].owner_id == owner_id)

    def lengths(self, owner_id: str, most: int) -> list[timedelta]:
        over = [loan for loan in self._in.loans.values() if loan.ended_at and not loan.to_owner]
        own = [loan for loan in over if self._in.copies[loan.copy_id].owner_id == owner_id]
        own.sort(key=lambda loan: loan.checked_out_at, reverse=True)
        return [loan.ended_at - loan.checked_out_at for loan in own if loan.ended_at][:most]


class FakeAskPages:
    def __init__(self, cabinet: Cabinet) -> None:
        self._in = cabinet

    def get(self, page_id: str) -> AskPage:
        return _found(self._in.ask_pages, page_id)

    def of_title(self, edition_id: str) -> AskPage | None:
        return next((page for page in self._open() if page.edition_id == edition_id), None)

    def of_shelf(self, owner_id: str) -> AskPage | None:
        shelves = (page for page in self._open() if page.edition_id is None)
        return next((page for page in shelves if page.owner_id == owner_id), None)

    def store(self, page: AskPage) -> None:
        self._in.ask_pages[page.id] = page

    def _open(self) -> list[AskPage]:
        return [page for page in self._in.ask_pages.values() if page.is_open]


class FakeChoices(Generic[T]):
    def __init__(self, owners: dict[str, T], titles: dict[str, T]) -> None:
        self._owners = owners
        self._titles = titles

    def of_owner(self, account_id: str) -> T | None:
        return self._owners.get(account_id)

    def of_title(self, edition_id: str) -> T | None:
        return self._titles.get(edition_id)

    def set_for_owner(self, account_id: str, chosen: T | None) -> None:
        _put(self._owners, account_id, chosen)

    def set_for_title(self, edition_id: str, chosen: T | None) -> None:
        _put(self._titles, edition_id, chosen)


class FakeLoanLog:
    def __init__(self, cabinet: Cabinet) -> None:
        self._in = cabinet

    def loans(self, query: LogQuery, now: datetime) -> list[LogLine]:
        lines = [self._line(loan) for loan in self._in.loans.values()]
        lines = [line for line in lines if self._is_wanted(line, query, now)]
        lines.sort(key=_place, reverse=True)
        if query.after:
            end = _cursor_place(query.after)
            lines = [line for line in lines if _place(line) < end]
        if query.down_to:
            lines = [line for line in lines if _place(line) >= _cursor_place(query.down_to)]
        return lines[: query.limit]

    def reach(self, query: LogQuery, now: datetime, most: int) -> Reach | None:
        state = None if query.state is LoanState.EXPIRED else query.state
        known = replace(
            query, book="", owner="", borrower="", passed_by="", longer_than=None, state=state, limit=10**9
        )
        lines = [one for one in self.loans(known, now) if not query.passed_by or one.loan.passed_from][:most]
        return Reach(lines[-1].cursor, lines[-1].loan.checked_out_at) if len(lines) == most else None

    def events(self, query: EventQuery) -> list[EventLine]:
        numbered = list(enumerate(self._in.events, start=1))[::-1]
        copy_id, before = query.copy_id, query.before
        wanted = [
            (n, event)
            for n, event in numbered
            if copy_id in (None, event.copy_id)
            or (
                event.copy_id is None and event.edition_id and event.edition_id == self.title_then(copy_id, n)
            )
            if query.kind in (None, event.kind)
            if query.owners is None or self._is_of(n, event, query)
        ]
        return [self._event_line(n, event) for n, event in wanted if not before or n < before][: query.limit]

    def _is_of(self, number: int, event: Event, query: EventQuery) -> bool:
        owners = query.owners or frozenset()
        became = event.kind is EventKind.GIVEN and event.to in owners
        own = event.kind is EventKind.IDENTITY_SHOWN and event.copy_id is None and event.by == query.asked_by
        return became or bool(query.asked_by and own) or self._in.owner_at_event(number, event) in owners

    def all_names_shown(self, owner_id: str, after: int, limit: int) -> list[EventLine]:
        lines = self.events(EventQuery(kind=EventKind.IDENTITY_SHOWN, limit=self.latest()))
        of_all = [one for one in lines if one.event.loan_id is None and one.number > after]
        return [one for one in of_all if self._was_of(one.event, owner_id)][:limit]

    def _was_of(self, shown: Event, owner_id: str) -> bool:
        if shown.detail is None:
            charge = self._in.accounts[shown.by].charge if shown.by else None
        else:
            charge = json.loads(shown.detail)
        return charge is None or owner_id in charge

    def first_lent(self, copy_id: str, owner_id: str) -> int | None:
        theirs = EventQuery(copy_id, 0, self.latest(), EventKind.CHECKED_OUT, frozenset({owner_id}))
        return min((one.number for one in self.events(theirs) if one.event.by is None), default=None)

    def events_of_loan(self, loan_id: str) -> list[EventLine]:
        loan = self._in.loans.get(loan_id)
        if loan is None:
            return []
        its = {loan_id, *([loan.link_id] if loan.link_id else [])}
        numbered = enumerate(self._in.events, start=1)
        return [
            self._event_line(n, one)
            for n, one in numbered
            if its & {one.loan_id, one.link_id, one.hold_id} and (one.copy_id or one.edition_id)
        ]

    def latest(self) -> int:
        return len(self._in.events)

    def of_owner(self, owner_id: str, after: int, limit: int) -> list[EventLine]:
        name = self._in.accounts[owner_id].name
        whole = EventQuery(limit=self.latest())
        lines = [line for line in self.events(whole) if line.number > after]
        return [line for line in lines if line.owner_name == name or line.event.to == owner_id][:limit]

    def turn_aways(self, since: datetime, until: datetime) -> list[Event]:
        return [event for event in self._turned_away() if since <= event.at < until]

    def first_turn_away(self, owners: frozenset[str] | None = None) -> datetime | None:
        moments = [
            event.at
            for event in self._turned_away()
            if owners is None or self._in.editions[event.edition_id or ""].owner_id in owners
        ]
        return min(moments, default=None)

    def _turned_away(self) -> list[Event]:
        return [event for event in self._in.events if event.kind is EventKind.TURNED_AWAY]

    def names_shown_to(self, account_id: str | None, since: datetime) -> list[Event]:
        shown = [event for event in self._in.events if event.kind is EventKind.IDENTITY_SHOWN]
        return [event for event in shown if event.by == account_id and event.at >= since]

    def title_then(self, copy_id: str, number: int) -> str:
        later = (one for one in self._in.events[number - 1 :] if one.kind is EventKind.GIVEN)
        return self._in.title_then(copy_id, later) if copy_id in self._in.copies else ""

    def changes_of_hands(self, copy_id: str) -> list[Event]:
        own = [event for event in self._in.events if event.copy_id == copy_id]
        return [event for event in own if event.kind in CHANGES_HANDS]

    def _line(self, loan: Loan) -> LogLine:
        entry, edition = self._in.entry(loan.copy_id), self._in.title_at_loan(loan)
        owner = self._in.accounts[self._in.owner_at_loan(loan)].name
        cursor = f"{loan.checked_out_at.isoformat()} {loan.id}"
        before = self._in.loans.get(loan.passed_from or "")
        return LogLine(
            loan,
            edition.title,
            edition.authors,
            owner,
            entry.copy_number,
            cursor,
            "" if before is None else before.borrower_name,
        )

    def _is_wanted(self, line: LogLine, query: LogQuery, now: datetime) -> bool:
        loan = line.loan
        borrower = line.owner_name if loan.to_owner else loan.borrower_name
        return (
            query.copy_id in ("", loan.copy_id)
            and (not query.passed_by or (loan.passed_from and _matches(line.passed_by, query.passed_by)))
            and (
                query.longer_than is None
                or (loan.ended_by(now) or now) - loan.checked_out_at >= query.longer_than
            )
            and not (query.to_friends and loan.to_owner)
            and query.loan_id in ("", loan.id)
            and (query.owners is None or self._in.owner_at_loan(loan) in query.owners)
            and _matches(" ".join([line.title, *line.authors]), query.book)
            and _matches(line.owner_name, query.owner)
            and _matches(borrower, query.borrower)
            and query.state in (None, line.state(now))
            and (query.since is None or loan.checked_out_at >= query.since)
            and (query.until is None or loan.checked_out_at < query.until)
        )

    def _event_line(self, number: int, event: Event) -> EventLine:
        title, owner = self._title_and_owner(number, event)
        loan, hold = self._in.loans.get(event.loan_id or ""), self._in.holds.get(event.hold_id or "")
        friend = "" if hold is None else hold.name
        borrower = friend if loan is None else owner if loan.to_owner else loan.borrower_name
        after = self._in.passed_to(event.loan_id) if event.kind is EventKind.PASSED_ON else None
        passed_to = "" if after is None else after.borrower_name
        receiver = self._in.accounts[event.to].name if event.to else ""
        by_name = self._in.accounts[event.by].name if event.by else ""
        to_owner = loan is not None and loan.to_owner
        return EventLine(number, event, title, owner, borrower, passed_to, receiver, by_name, to_owner)

    def _title_and_owner(self, number: int, event: Event) -> tuple[str, str]:
        owner_id = self._in.owner_at_event(number, event)
        if not owner_id:
            return "", ""
        title = self._in.editions[self._in.title_at_event(number, event)].title
        return title, self._in.accounts[owner_id].name


class FakeUseCounts:
    def __init__(self, cabinet: Cabinet) -> None:
        self._in = cabinet

    def add(self, counts: Mapping[UseKey, int]) -> None:
        for key in counts:
            _found(self._in.editions, key.edition_id)
        self._in.use.update(counts)

    def within(self, period: Period) -> dict[UseKey, int]:
        return {key: count for key, count in self._in.use.items() if key.month in period}

    def first_month(self, owners: frozenset[str] | None = None) -> Month | None:
        months = [
            key.month
            for key in self._in.use
            if owners is None or self._in.editions[key.edition_id].owner_id in owners
        ]
        return min(months, default=None)


class FakeUploadBook:
    def __init__(self, cabinet: Cabinet) -> None:
        self._in = cabinet

    def add(self, upload: Upload) -> None:
        self._in.uploads[upload.id] = upload

    def get(self, upload_id: str) -> Upload:
        return _found(self._in.uploads, upload_id)

    def became(self, upload_id: str, copy_id: str) -> None:
        self._in.uploads[upload_id] = replace(self.get(upload_id), copy_id=copy_id)

    def remove(self, upload_id: str) -> None:
        self._in.uploads.pop(upload_id, None)

    def of_owner(self, owner_id: str) -> list[str]:
        return [one.id for one in self._in.uploads.values() if one.owner_id == owner_id]

    def begun_before(self, moment: datetime) -> list[str]:
        return [one.id for one in self._in.uploads.values() if one.made_at < moment]


class FakeBookKeys:
    def __init__(self, cabinet: Cabinet) -> None:
        self._in = cabinet

    def add(self, key: FileKey) -> None:
        self._in.keys[key.file_id] = key

    def get(self, file_id: str) -> FileKey:
        return _found(self._in.keys, file_id)

    def remove(self, file_id: str) -> None:
        self._in.keys.pop(file_id, None)

    def not_wrapped_by(self, kek_id: str, limit: int) -> list[FileKey]:
        return [key for key in self._in.keys.values() if key.kek_id != kek_id][:limit]

    def rewrap(self, key: FileKey) -> None:
        self._in.keys[key.file_id] = key

    def file_ids(self) -> list[str]:
        return list(self._in.keys)


class FakeTransaction:
    """Also a fake of each single shelf, for tests that want to look."""

    def __init__(self, cabinet: Cabinet) -> None:
        self.accounts = FakeAccounts(cabinet)
        self.collection = FakeCollection(cabinet)
        self.circulation = FakeCirculation(cabinet)
        self.marks = FakeMarks(cabinet.drawer, cabinet.loans, cabinet.owner_name, cabinet.margins_of)
        self.terms = FakeChoices(cabinet.owners_terms, cabinet.titles_terms)
        self.rules = FakeChoices(cabinet.owners_rules, cabinet.titles_rules)
        self.log = FakeLoanLog(cabinet)
        self.line = FakeLine(cabinet)
        self.ask_pages = FakeAskPages(cabinet)
        tables = {
            Covered.COPY: cabinet.copies,
            Covered.LINK: cabinet.links,
            Covered.LOAN: cabinet.loans,
            Covered.HOLD: cabinet.holds,
            Covered.EDITION: cabinet.editions,
        }
        self.names = FakeNames(tables, cabinet.events)
        self.ledger = FakeLedger(cabinet.log_book, cabinet.events, tables, cabinet.about)
        self.witnesses = FakeWitnesses(cabinet.log_book)
        self.tallies = FakeTallies(cabinet.desk_book, cabinet)
        self.checks = FakeChecks(cabinet.desk_book, cabinet)
        self.signs = FakeSigns(cabinet)
        self.searches = FakeSavedSearches(cabinet.desk_book)
        self.outbox = FakeOutbox(cabinet.post, cabinet)
        self.use = FakeUseCounts(cabinet)
        self.uploads = FakeUploadBook(cabinet)
        self.keys = FakeBookKeys(cabinet)


class FakeLibrary:
    """The library of one test."""

    def __init__(self) -> None:
        self.cabinet = Cabinet()
        self._pen = threading.Lock()

    @contextmanager
    def change(self) -> Iterator[FakeTransaction]:
        with self._pen:
            after = self.cabinet.duplicate()
            yield FakeTransaction(after)
            self.cabinet = after

    @contextmanager
    def read(self) -> Iterator[FakeTransaction]:
        yield FakeTransaction(self.cabinet.duplicate())


def _found(things: dict[str, T], key: str) -> T:
    if key not in things:
        raise refusals.NotFound
    return things[key]


def _put(things: dict[str, T], key: str, thing: T | None) -> None:
    if thing is None:
        things.pop(key, None)
    else:
        things[key] = thing


def _is_open_for(loan: Loan, copy_id: str) -> bool:
    return loan.copy_id == copy_id and loan.ended_at is None


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _matches(text: str, wanted: str) -> bool:
    return all(word in _plain(text) for word in _plain(wanted).split())


def _words_of(entry: ShelfEntry) -> str:
    return " ".join([entry.edition.title, *entry.edition.authors])


def _put_in_order(entries: list[ShelfEntry], order: str) -> None:
    entries.sort(key=lambda entry: entry.copy.id)
    if order == "added":
        entries.sort(key=lambda entry: entry.added_at, reverse=True)
        return
    entries.sort(key=lambda entry: (_plain(entry.edition.title), entry.copy_number))
    if order == "author":
        entries.sort(key=lambda entry: _family_name_first(entry.edition.authors))


def _family_name_first(authors: tuple[str, ...]) -> str:
    return _plain(" ".join([*authors[0].split()[-1:], authors[0]])) if authors else ""


def _place(line: LogLine) -> tuple[str, str]:
    return line.loan.checked_out_at.isoformat(), line.loan.id


def _cursor_place(cursor: str) -> tuple[str, str]:
    moment, space, loan_id = cursor.partition(" ")
    if not space:
        raise refusals.UnacceptableInput("after", "is not a cursor of this log")
    return moment, loan_id

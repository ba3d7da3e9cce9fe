"""The durable library in memory: the same contract as the one in SQL, which tests/adapters checks.

A transaction works on a copy of everything; `change` puts the copy in place at the end, so what
raises leaves nothing behind, and what `read` was given to write is forgotten.
"""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Generic, TypeVar

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import Event
from lending.circulation.links import Link, LinkState
from lending.circulation.loans import Loan
from lending.circulation.notices import notices_of
from lending.circulation.policy import LoanRules
from lending.circulation.terms import ReadingTerms, terms_of_loan
from lending.ports.records import (
    AccessToken,
    Account,
    Edition,
    EventLine,
    FileKey,
    HeldLoan,
    Invitation,
    LogLine,
    LogQuery,
    Session,
    ShelfEntry,
    ShelfQuery,
    Upload,
)
from tests.services.fake_marks import Drawer, FakeMarks
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


@dataclass
class Cabinet:
    """All there is, by id."""

    accounts: dict[str, Account] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    tokens: dict[str, AccessToken] = field(default_factory=dict)
    editions: dict[str, Edition] = field(default_factory=dict)
    copies: dict[str, CopyCard] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    loans: dict[str, Loan] = field(default_factory=dict)
    passes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    drawer: Drawer = field(default_factory=Drawer)
    owners_terms: dict[str, ReadingTerms] = field(default_factory=dict)
    titles_terms: dict[str, ReadingTerms] = field(default_factory=dict)
    owners_rules: dict[str, LoanRules] = field(default_factory=dict)
    titles_rules: dict[str, LoanRules] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    post: PostBox = field(default_factory=PostBox)
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
        return Copy(card.id, card.owner_id, card.epoch, link, loan, card.withdrawn_at, card.lost_at)

    def owner_name(self, copy_id: str) -> str:
        return self.accounts[self.copies[copy_id].owner_id].name

    def entry(self, copy_id: str) -> ShelfEntry:
        card = _found(self.copies, copy_id)
        return ShelfEntry(self.copy(copy_id), self.editions[card.edition_id], card.number, card.added_at)


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
        return next((one for one in self._in.accounts.values() if one.sign_in_name == sign_in_name), None)

    def all(self) -> list[Account]:
        return sorted(self._in.accounts.values(), key=lambda one: one.made_at)

    def count(self) -> int:
        return len(self._in.accounts)

    def set_password(self, account_id: str, password_hash: str) -> None:
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
        return self.get(found.account_id) if found and now < found.expires_at else None

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
        return (self.get(token.account_id), token) if token else None

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

    def copies_of(self, edition_id: str) -> list[str]:
        cards = [card for card in self._in.copies.values() if card.edition_id == edition_id]
        here = [card for card in cards if card.withdrawn_at is None]
        return [card.id for card in sorted(here, key=lambda card: card.number)]

    def entry(self, copy_id: str) -> ShelfEntry:
        return self._in.entry(copy_id)

    def shelf(self, query: ShelfQuery) -> tuple[list[ShelfEntry], int]:
        cards = self._in.copies.values()
        own = [card.id for card in cards if card.owner_id == query.owner_id and card.withdrawn_at is None]
        entries = [entry for entry in map(self._in.entry, own) if _matches(_words_of(entry), query.text)]
        _put_in_order(entries, query.order)
        return entries[query.offset : query.offset + query.limit], len(entries)


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

    def open_loans(self, binding: str, owner_id: str, now: datetime) -> int:
        bound = [one for one in self._in.loans.values() if one.binding == binding and one.is_open(now)]
        return len([one for one in bound if self._in.copies[one.copy_id].owner_id == owner_id])

    def store(self, decision: Decision) -> None:
        after = decision.copy
        self._in.links.update({link.id: link for link in decision.links})
        for loan in decision.loans:
            self._in.loans[loan.id] = loan
            if len([one for one in self._in.loans.values() if _is_open_for(one, after.id)]) > 1:
                raise refusals.CopyIsOut
        card = _found(self._in.copies, after.id)
        self._in.copies[after.id] = replace(
            card, epoch=after.epoch, withdrawn_at=after.withdrawn_at, lost_at=after.lost_at
        )
        self._in.events.extend(decision.events)
        FakeOutbox(self._in.post, self._in).add(notices_of(decision))

    def record(self, event: Event) -> None:
        self._in.events.append(event)

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
        return sorted(found)[:limit]


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
        return lines[: query.limit]

    def events(self, copy_id: str | None, before: int, limit: int) -> list[EventLine]:
        numbered = list(enumerate(self._in.events, start=1))[::-1]
        wanted = [(n, event) for n, event in numbered if copy_id in (None, event.copy_id)]
        return [self._event_line(n, event) for n, event in wanted if not before or n < before][:limit]

    def _line(self, loan: Loan) -> LogLine:
        entry = self._in.entry(loan.copy_id)
        owner = self._in.accounts[entry.copy.owner_id].name
        cursor = f"{loan.checked_out_at.isoformat()} {loan.id}"
        return LogLine(loan, entry.edition.title, entry.edition.authors, owner, entry.copy_number, cursor)

    def _is_wanted(self, line: LogLine, query: LogQuery, now: datetime) -> bool:
        loan = line.loan
        borrower = line.owner_name if loan.to_owner else loan.borrower_name
        return (
            _matches(" ".join([line.title, *line.authors]), query.book)
            and _matches(line.owner_name, query.owner)
            and _matches(borrower, query.borrower)
            and query.state in (None, line.state(now))
            and (query.since is None or loan.checked_out_at >= query.since)
            and (query.until is None or loan.checked_out_at < query.until)
        )

    def _event_line(self, number: int, event: Event) -> EventLine:
        entry = self._in.entry(event.copy_id)
        owner = self._in.accounts[entry.copy.owner_id].name
        loan = self._in.loans.get(event.loan_id or "")
        borrower = "" if loan is None else owner if loan.to_owner else loan.borrower_name
        return EventLine(number, event, entry.edition.title, owner, borrower)


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
        self.marks = FakeMarks(cabinet.drawer, cabinet.loans, cabinet.owner_name)
        self.terms = FakeChoices(cabinet.owners_terms, cabinet.titles_terms)
        self.rules = FakeChoices(cabinet.owners_rules, cabinet.titles_rules)
        self.log = FakeLoanLog(cabinet)
        self.outbox = FakeOutbox(cabinet.post, cabinet)
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

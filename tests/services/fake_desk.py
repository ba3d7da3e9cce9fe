"""The part of the library in memory that the librarian's desk needs: figures, checks, saved searches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING

from lending import refusals
from lending.circulation.events import Denial, Event, EventKind
from lending.circulation.holds import HoldState
from lending.circulation.loans import Loan
from lending.ports.checks import Found, LogCheck, StockCheck, StockException, StockTaken, ToCheck
from lending.ports.overview import BusyTitle, Counted, IdleCopy, Standing, Survey, Tally, WeekCount, week_of
from lending.ports.searches import SavedSearch
from lending.ports.unusual import LoanInBrief, Sign, Stretch

if TYPE_CHECKING:
    from tests.services.fake_library import Cabinet, CopyCard


@dataclass
class DeskBook:
    """All there is of the desk."""

    tally: list[Tally] = field(default_factory=list)
    weeks: dict[tuple[datetime, Counted], int] = field(default_factory=dict)
    surveys: list[Survey] = field(default_factory=list)
    log_checks: list[LogCheck] = field(default_factory=list)
    wishes: list[datetime] = field(default_factory=list)
    stock_checks: dict[str, StockCheck] = field(default_factory=dict)
    searches: dict[str, SavedSearch] = field(default_factory=dict)

    def copy(self) -> DeskBook:
        return DeskBook(**{one.name: getattr(self, one.name).copy() for one in fields(self)})


class FakeTallies:
    def __init__(self, book: DeskBook, cabinet: Cabinet) -> None:
        self._book = book
        self._in = cabinet

    def tally(self) -> Tally:
        return (self._book.tally or [Tally()])[-1]

    def lock(self) -> Tally:
        return self.tally()

    def counts_of(self, start: int, end: int) -> list[WeekCount]:
        return self._counts(entry.event_number for entry in self._in.log_book.entries[start:end])

    def _counts(self, numbers: Iterable[int]) -> list[WeekCount]:
        words = {kind.value: kind for kind in Counted}
        counts: Counter[tuple[datetime, Counted]] = Counter()
        for number in numbers:
            event = self._in.events[number - 1]
            kind = words.get(event.kind.value)
            if kind and not (kind is Counted.LOANS and event.by):
                counts[week_of(event.at), kind] += 1
        return [WeekCount(week, kind, count) for (week, kind), count in counts.items()]

    def add(self, counts: Iterable[WeekCount], tally: Tally) -> None:
        for one in counts:
            key = one.week, one.kind
            self._book.weeks[key] = self._book.weeks.get(key, 0) + one.count
        self._book.tally[:] = [tally]

    def forget(self) -> None:
        self._book.weeks.clear()
        self._book.tally.clear()

    def weeks(self, since: datetime) -> list[WeekCount]:
        counted = self._book.weeks.items()
        return [WeekCount(week, kind, count) for (week, kind), count in counted if week >= since]

    def weeks_of(self, owners: Collection[str], since: datetime) -> list[WeekCount]:
        theirs = [
            entry.event_number
            for entry in self._in.log_book.entries
            if self._in.owner_at_event(entry.event_number, self._in.events[entry.event_number - 1]) in owners
        ]
        counts = self._counts(theirs)
        return [one for one in counts if one.week >= since]

    def standing(
        self, now: datetime, since: datetime, most: int, owners: Collection[str] | None = None
    ) -> Standing:
        loans = [
            one for one in self._in.loans.values() if owners is None or self._in.owner_at_loan(one) in owners
        ]
        holds = [
            one
            for one in self._in.holds.values()
            if owners is None or self._in.editions[one.edition_id].owner_id in owners
        ]
        filled = [one for one in holds if one.state is HoldState.FILLED and one.closed_at]
        over = sorted((one.closed_at, one.closed_at - one.asked_at) for one in filled if one.closed_at)
        return Standing(
            len([one for one in loans if not one.to_owner and one.is_open(now)]),
            len([one for one in holds if one.closed_at is None]),
            tuple([wait for closed_at, wait in over if closed_at >= since][::-1][:most]),
        )

    def take_survey(self, now: datetime, since: datetime, most: int) -> Survey:
        return self._survey(now, since, most, self._in.copies.values(), lambda _: True)

    def survey_of(self, owners: Collection[str], now: datetime, since: datetime, most: int) -> Survey:
        theirs = [card for card in self._in.copies.values() if card.owner_id in owners]
        of = self._in.owner_at_loan
        return self._named(self._survey(now, since, most, theirs, lambda loan: of(loan) in owners))

    def _survey(
        self,
        now: datetime,
        since: datetime,
        most: int,
        cards: Iterable[CopyCard],
        loan_is_of: Callable[[Loan], bool],
    ) -> Survey:
        lent = [loan for loan in self._in.loans.values() if not loan.to_owner and loan_is_of(loan)]
        here = [card for card in cards if card.withdrawn_at is None]
        idle = [card for card in here if card.id not in {loan.copy_id for loan in lent}]
        idle.sort(key=lambda card: (card.added_at, card.id))
        of_titles = Counter(self._in.title_at_loan(loan).id for loan in lent if loan.checked_out_at >= since)
        busiest = sorted(of_titles.items(), key=lambda one: (-one[1], one[0]))
        return Survey(
            now,
            len(here),
            len(idle),
            tuple(BusyTitle(edition_id, loans) for edition_id, loans in busiest[:most]),
            tuple(IdleCopy(card.id) for card in idle[:most]),
        )

    def keep_survey(self, survey: Survey) -> None:
        self._book.surveys[:] = [survey]

    def last_survey(self) -> Survey | None:
        return next(map(self._named, self._book.surveys), None)

    def _named(self, survey: Survey) -> Survey:
        titles = (replace(one, title=self._in.editions[one.edition_id].title) for one in survey.busiest)
        copies = (self._idle(self._in.copies[one.copy_id]) for one in survey.idle)
        return replace(survey, busiest=tuple(titles), idle=tuple(copies))

    def _idle(self, card: CopyCard) -> IdleCopy:
        owner = self._in.accounts[card.owner_id].name
        return IdleCopy(card.id, self._in.editions[card.edition_id].title, owner)


class FakeChecks:
    def __init__(self, book: DeskBook, cabinet: Cabinet) -> None:
        self._book = book
        self._in = cabinet

    def keep_log_check(self, check: LogCheck, most: int, until: datetime) -> None:
        checks = sorted([*self._book.log_checks, check], key=lambda one: one.at)
        self._book.log_checks[:] = [one for one in checks if one.at <= until][-most:]

    def last_log_check(self, until: datetime) -> LogCheck | None:
        return ([one for one in self._book.log_checks if one.at <= until] or [None])[-1]

    def ask_for_log_check(self, at: datetime) -> None:
        self._book.wishes[:] = [at]

    def log_check_asked_at(self) -> datetime | None:
        return next(iter(self._book.wishes), None)

    def log_check_was_made(self, asked_at: datetime) -> None:
        self._book.wishes[:] = [one for one in self._book.wishes if one != asked_at]

    def to_check(self, before: datetime, limit: int) -> list[ToCheck]:
        checks, here = self._book.stock_checks, sorted(self._here(), key=lambda card: card.id)
        never = [card for card in here if card.id not in checks]
        long_ago = [card for card in here if card.id in checks and checks[card.id].looked_at < before]
        long_ago.sort(key=lambda card: checks[card.id].looked_at)
        editions = [(card.id, self._in.editions[card.edition_id]) for card in never + long_ago]
        return [ToCheck(copy_id, one.file_id, one.fingerprint) for copy_id, one in editions][:limit]

    def keep_stock_checks(self, checks: Iterable[StockCheck]) -> None:
        self._book.stock_checks |= {one.copy_id: one for one in checks}

    def stock_taken(self, owners: Collection[str] | None = None) -> StockTaken:
        here = [card.id for card in self._here(owners)]
        checks = [self._book.stock_checks[one] for one in here if one in self._book.stock_checks]
        times = [one.looked_at for one in checks]
        wrong = [one for one in checks if one.found is not Found.GOOD]
        oldest, newest = min(times, default=None), max(times, default=None)
        return StockTaken(len(here), len(checks), len(wrong), oldest, newest)

    def exceptions(self, limit: int, owners: Collection[str] | None = None) -> list[StockException]:
        here = {card.id: card for card in self._here(owners)}
        wrong = [one for one in self._book.stock_checks.values() if one.found is not Found.GOOD]
        wrong.sort(key=lambda one: (-one.looked_at.timestamp(), one.copy_id))
        return [self._exception(one, here[one.copy_id]) for one in wrong if one.copy_id in here][:limit]

    def _exception(self, check: StockCheck, card: CopyCard) -> StockException:
        title, owner = self._in.editions[card.edition_id].title, self._in.accounts[card.owner_id].name
        return StockException(check, title, owner, card.number)

    def _here(self, owners: Collection[str] | None = None) -> list[CopyCard]:
        here = [card for card in self._in.copies.values() if card.withdrawn_at is None]
        return [card for card in here if owners is None or card.owner_id in owners]


class FakeSigns:
    def __init__(self, cabinet: Cabinet) -> None:
        self._in = cabinet

    def latest(self, before: int, most: int) -> Stretch:
        found = [one for one in enumerate(self._in.events, 1) if _may_be_a_sign(one[1])]
        below = [one for one in found if not before or one[0] < before][::-1]
        looked_at = below[:most]
        signs = tuple(sign for number, event in looked_at for sign in self._signs(number, event))
        if len(looked_at) < most:
            return Stretch(signs)
        return Stretch(signs, looked_at[-1][0], looked_at[-1][1].at)

    def of_loans(self, loan_ids: Iterable[str]) -> list[Sign]:
        wanted = set(loan_ids)
        found = [one for one in enumerate(self._in.events, 1) if _may_be_a_sign(one[1])]
        signs = [sign for number, event in found for sign in self._signs(number, event)]
        return [sign for sign in signs if sign.loan_id in wanted]

    def loans(self, loan_ids: Iterable[str], owners: Collection[str] | None = None) -> dict[str, LoanInBrief]:
        loans = [self._in.loans[one] for one in loan_ids if one in self._in.loans]
        theirs = [one for one in loans if owners is None or self._in.owner_at_loan(one) in owners]
        return {one.id: self._in_brief(one.id) for one in theirs}

    def _signs(self, number: int, event: Event) -> Iterable[Sign]:
        for loan in self._in.loans.values():
            its = event.loan_id == loan.id if event.loan_id else event.link_id == loan.link_id
            if its and not loan.to_owner:
                yield Sign(number, event, loan.id)

    def _in_brief(self, loan_id: str) -> LoanInBrief:
        loan = self._in.loans[loan_id]
        card, title = self._in.copies[loan.copy_id], self._in.title_at_loan(loan).title
        times = loan.checked_out_at, loan.due_at, loan.ended_at
        return LoanInBrief(loan_id, card.id, title, card.number, *times)


def _may_be_a_sign(event: Event) -> bool:
    after_its_use = event.kind is EventKind.TURNED_AWAY and event.reason is Denial.NO_LICENSE
    return event.kind in (EventKind.READ_FAST, EventKind.CARRIED) or after_its_use


class FakeSavedSearches:
    def __init__(self, book: DeskBook) -> None:
        self._book = book

    def of(self, account_id: str) -> list[SavedSearch]:
        own = [one for one in self._book.searches.values() if one.account_id == account_id]
        return sorted(own, key=lambda one: (one.made_at, one.id))

    def lock(self, account_id: str) -> list[SavedSearch]:
        return self.of(account_id)

    def put(self, search: SavedSearch) -> None:
        self._book.searches[search.id] = search

    def forget(self, account_id: str) -> None:
        for one in self.of(account_id):
            del self._book.searches[one.id]

    def forget_naming(self, people: Iterable[str]) -> int:
        people, kept = list(people), self._book.searches.values()
        return self._forget([one.id for one in kept if any(one.is_naming(person) for person in people)])

    def forget_owner(self, name: str) -> int:
        return self._forget([one.id for one in self._book.searches.values() if one.is_for_owner(name)])

    def named_in_any(self, people: Iterable[str]) -> list[str]:
        kept = self._book.searches.values()
        return [person for person in people if any(one.is_naming(person) for one in kept)]

    def _forget(self, ids: list[str]) -> int:
        for search_id in ids:
            del self._book.searches[search_id]
        return len(ids)

    def remove(self, account_id: str, search_id: str) -> None:
        if search_id not in [one.id for one in self.of(account_id)]:
            raise refusals.NotFound
        del self._book.searches[search_id]

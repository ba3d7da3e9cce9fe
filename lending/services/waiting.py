"""The line for a title at work: who asks, who waits, whose turn it is."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lending import refusals
from lending.circulation import waiting
from lending.circulation.copies import Copy
from lending.circulation.desk import settle
from lending.circulation.holds import Hold, HoldState
from lending.circulation.links import Link
from lending.circulation.loans import Loan
from lending.circulation.notices import notices_of_hold
from lending.circulation.transitions import CopyState
from lending.circulation.waiting import Asker, Estimate
from lending.ports.asking import AskPage
from lending.ports.library import Library, Transaction
from lending.ports.mail import Contact
from lending.ports.people import Limits, LinkTokens, PlaceTokens
from lending.ports.records import Edition, Role
from lending.ports.world import Clock, Ids
from lending.services.actors import Actor
from lending.services.households import household
from lending.services.passes import ClaimRequest, Passes
from lending.services.turning_away import TurnAways
from lending.services.words import email_address, line

ASKS_PER_BROWSER = 30
ASKS_PER_ADDRESS = 60
ASKS_WITHIN = timedelta(hours=1)
"""A household behind one address may fill its summer; nobody fills everybody's lines."""
ASKS_PER_ADDRESS_AND_TITLE = 20
ASKS_PER_EMAIL = 12
ASKS_WITHIN_A_DAY = timedelta(days=1)
"""Nor does anybody fill a line by themselves, or a stranger's mailbox. Asking again for the same is free."""

LATEST_LOANS = 100
"""What is usual is what the owner's latest loans were like."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A place in a line, just got or had before (`repeated`), and the token that its address carries."""

    hold: Hold
    token: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A copy is kept: the link to borrow it with, and the token that the link's address would carry."""

    link: Link
    token: str


@dataclass(frozen=True, slots=True)
class PlaceSeen:
    """What somebody in line sees: how many are `waiting`, for a copy or for the owner's yes, themselves among
    them. `place` is theirs in the line, from 1, and `estimate` when their turn may come, while they wait;
    `turn` is there once it has come, `loan` once they have borrowed. `page` is where they can ask again."""

    hold: Hold
    edition: Edition
    lender: str
    waiting: int
    place: int | None
    estimate: Estimate | None
    turn: Turn | None
    loan: Loan | None
    page: AskPage | None


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody in a line, as its owner sees them: their place among those who wait, from 1, or until when a
    copy is kept for them."""

    hold: Hold
    place: int | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Where people wait for titles."""

    library: Library
    clock: Clock
    ids: Ids
    links: LinkTokens
    places: PlaceTokens
    passes: Passes
    limits: Limits
    turn_aways: TurnAways
    sends_mail: bool = False

    def ask(
        self, page_id: str, edition_id: str | None, request: ClaimRequest, path: str, address: str
    ) -> Placed:
        """Somebody asks on a page for its title, or on a shelf's page for one of the shelf's. The same
        browser asking again gets the place that it had. Who finds the line full is entered as turned away.

        Raises NotFound, UnacceptableInput, AskedTooOften, LineIsFull or ProofInvalid.
        """
        name, email = line("name", request.name, 100, required=True), email_address("email", request.email)
        asker = Asker(self.passes.binding(request, path, self.clock.now()), name)
        self._refuse_too_often(asker.binding, household(address), f"{page_id} {edition_id}", email)
        wanted: Callable[[Transaction], str] = lambda desk: title_of(desk, page_id, edition_id)[1].id  # noqa: E731
        with self.turn_aways.at_line(wanted, asker.binding), self.library.change() as desk:
            page, edition = title_of(desk, page_id, edition_id)
            desk.line.lock(edition.id)
            now = self.clock.now()
            settle_title(desk, edition.id, now)  # a place whose time is over is nobody's any more
            before = desk.line.of(edition.id)
            decision = waiting.ask(edition.id, before, asker, self.ids.new(), now, approves=page.approves)
            desk.line.store(decision)
            if email and self.sends_mail:
                desk.outbox.set_contact_of_hold(decision.hold.id, Contact(email, request.language))
                desk.outbox.add(notices_of_hold(decision))  # once more: now it has an address
            settle_title(desk, edition.id, now)
            placed = desk.line.get(decision.hold.id)
        return Placed(placed, self.places.mint_place(placed.id), repeated=decision.hold in before)

    def look(self, token: str) -> PlaceSeen:
        """How a place stands. Nothing changes by it but what time has changed already, which is written
        down: so whoever waits at their page is told of their turn at once. Raises UnknownLink."""
        hold_id = self.places.read_place(token)
        now = self.clock.now()
        with self.library.read() as desk:
            hold = _hold(desk, hold_id)
            if not (hold.is_open and _is_unsettled(desk, hold.edition_id, now)):
                return self._seen(desk, hold, now)
        with self.library.change() as desk:
            settle_title(desk, hold.edition_id, now)
        with self.library.read() as desk:
            return self._seen(desk, _hold(desk, hold_id), now)

    def leave(self, token: str) -> None:
        """Give the place up; to do so twice is to do it once. Raises UnknownLink or HoldEnded."""
        hold_id = self.places.read_place(token)
        with self.library.change() as desk:
            _hold(desk, hold_id)
            end_hold(desk, hold_id, HoldState.LEFT, None, self.clock.now())

    def of_copy(self, actor: Actor, copy_id: str) -> list[InLine]:
        """Who waits for the title of one of the actor's copies, in the order in which they asked. Raises
        NotFound."""
        owner_id = actor.reads_as(Role.OWNER)
        with self.library.read() as desk:
            holds = desk.line.of(own_title(desk, owner_id, copy_id).id)
            return [InLine(hold, waiting.place_of(hold, holds), _kept_until(desk, hold)) for hold in holds]

    def approve(self, actor: Actor, copy_id: str, hold_id: str) -> None:
        """The owner says yes. Raises NotFound or HoldEnded."""
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            edition, now = own_title(desk, owner_id, copy_id), self.clock.now()
            desk.line.lock(edition.id)
            desk.line.store(waiting.approve(_hold_of(desk, edition.id, hold_id), owner_id, now))
            settle_title(desk, edition.id, now)

    def decline(self, actor: Actor, copy_id: str, hold_id: str) -> None:
        """The owner says no, or takes them out of the line. Raises NotFound or HoldEnded."""
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            _hold_of(desk, own_title(desk, owner_id, copy_id).id, hold_id)
            end_hold(desk, hold_id, HoldState.DECLINED, owner_id, self.clock.now())

    def send_away(self, actor: Actor, copy_id: str, *, asked_only: bool = False) -> None:
        """The owner says no to everybody in line, or to all who wait for their yes. Nobody's turn comes by
        that. Raises NotFound."""
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            edition, now = own_title(desk, owner_id, copy_id), self.clock.now()
            _end_line(desk, edition.id, owner_id, now, asked_only=asked_only)
            settle_title(desk, edition.id, now)

    def _refuse_too_often(self, binding: str, home: str, title: str, email: str) -> None:
        allow, day, again = self.limits.allow, ASKS_WITHIN_A_DAY, f"{binding} {title}"
        waits = [
            allow("ask", binding, ASKS_PER_BROWSER, ASKS_WITHIN),
            allow("ask-address", home, ASKS_PER_ADDRESS, ASKS_WITHIN),
            allow("ask-title", f"{home} {title}", ASKS_PER_ADDRESS_AND_TITLE, day, what=again),
        ]
        if email and self.sends_mail:
            waits.append(allow("ask-email", email.casefold(), ASKS_PER_EMAIL, day, what=again))
        longest = max((wait for wait in waits if wait is not None), default=None)
        if longest is not None:
            raise refusals.AskedTooOften(longest)

    def _seen(self, desk: Transaction, hold: Hold, now: datetime) -> PlaceSeen:
        edition, holds = desk.collection.edition(hold.edition_id), desk.line.of(hold.edition_id)
        link = desk.circulation.link(hold.id) if hold.state is HoldState.READY else None
        waits = hold.state in (HoldState.ASKED, HoldState.WAITING)
        return PlaceSeen(
            hold,
            edition,
            desk.accounts.get(edition.owner_id).name,
            waiting=len(waiting.in_line(holds)),
            place=waiting.place_of(hold, holds),
            estimate=_estimate_of(desk, edition, hold, holds, now) if waits else None,
            turn=None if link is None else Turn(link, self.links.mint(link)),
            loan=desk.circulation.loan_of_link(hold.id) if hold.state is HoldState.FILLED else None,
            page=desk.ask_pages.of_title(edition.id) or desk.ask_pages.of_shelf(edition.owner_id),
        )


def title_of(desk: Transaction, page_id: str, edition_id: str | None) -> tuple[AskPage, Edition]:
    """An open page and its title, or that one of its shelf; only one of which there is a copy.

    Raises NotFound.
    """
    page = desk.ask_pages.get(page_id)
    wanted = edition_id if page.edition_id is None else page.edition_id
    if not page.is_open or wanted is None or edition_id not in (None, wanted):
        raise refusals.NotFound
    edition = desk.collection.edition(wanted)
    if edition.owner_id != page.owner_id or not can_be_lent(desk.collection.standing([wanted])[wanted]):
        raise refusals.NotFound
    return page, edition


def can_be_lent(copies: Iterable[Copy]) -> bool:
    """Whether a title has a copy to wait for: one that is not lost."""
    return any(copy.lost_at is None for copy in copies)


def own_title(desk: Transaction, owner_id: str, copy_id: str) -> Edition:
    """The title of one of an owner's copies. Raises NotFound."""
    entry = desk.collection.entry(copy_id)
    if entry.copy.owner_id != owner_id or entry.copy.withdrawn_at is not None:
        raise refusals.NotFound
    return entry.edition


def settle_title(desk: Transaction, edition_id: str, now: datetime) -> None:
    """Write down what time has done to each of a title's copies, and keep what is free for the line."""
    for copy_id in desk.collection.copies_of(edition_id):
        desk.circulation.store(settle(desk.circulation.lock(copy_id), now))


def end_hold(desk: Transaction, hold_id: str, end: HoldState, by: str | None, now: datetime) -> None:
    """A hold ends without a loan, whether or not a copy is kept for it already. Raises HoldEnded, unless it
    has ended so before."""
    desk.line.lock(desk.line.get(hold_id).edition_id)
    hold = desk.line.get(hold_id)
    if hold.state is end:
        return
    if hold.state is HoldState.READY:
        copy = desk.circulation.lock(desk.circulation.link(hold.id).copy_id)
        desk.circulation.store(waiting.give_up(copy, hold.id, end, by, now))
    else:
        desk.line.store(waiting.leave(hold, end, by, now))


def approve_all(desk: Transaction, edition_id: str, owner_id: str, now: datetime) -> None:
    """The owner lets the line run by itself: who waits for their yes has it, in the order of asking."""
    for hold in desk.line.lock(edition_id):
        if hold.state is HoldState.ASKED:
            desk.line.store(waiting.approve(hold, owner_id, now))
    settle_title(desk, edition_id, now)


def close_line_after_last_copy(desk: Transaction, edition_id: str, by: str, now: datetime) -> None:
    """Where a copy has left its owner: if that was the title's last, nobody need wait for it any more."""
    if not desk.collection.copies_of(edition_id):
        close_line(desk, edition_id, by, now)


def close_line(desk: Transaction, edition_id: str, by: str, now: datetime) -> None:
    """A title is lent no more. Everybody in its line is told so, and nobody can ask for it any more."""
    _end_line(desk, edition_id, by, now, asked_only=False)
    page = desk.ask_pages.of_title(edition_id)
    if page is not None:
        desk.ask_pages.store(replace(page, closed_at=now))


def _end_line(desk: Transaction, edition_id: str, by: str, now: datetime, *, asked_only: bool) -> None:
    holds = desk.line.lock(edition_id)
    for hold in sorted(holds, key=lambda hold: hold.state is HoldState.READY):  # nobody's turn comes by it
        if hold.state is HoldState.ASKED or not asked_only:
            with suppress(refusals.HoldEnded):  # its window is over already: they have gone by themselves
                end_hold(desk, hold.id, HoldState.DECLINED, by, now)


def estimate_for(
    desk: Transaction, edition: Edition, ahead: int, now: datetime, *, approves: bool
) -> Estimate | None:
    """When a copy may come to somebody with `ahead` others before them; None if nobody can say. Where the
    owner `approves` them first, those who have a copy may renew until then."""
    copies = [copy for copy in desk.collection.standing([edition.id])[edition.id] if copy.lost_at is None]
    if not copies:
        return None
    usual = waiting.usual_of(desk.line.lengths(edition.owner_id, LATEST_LOANS))
    return waiting.estimate(copies, ahead, copies[0].rules, usual, now, renewing=approves)


def _estimate_of(
    desk: Transaction, edition: Edition, hold: Hold, holds: Iterable[Hold], now: datetime
) -> Estimate | None:
    ahead = [one.id for one in waiting.in_line(holds)].index(hold.id)
    return estimate_for(desk, edition, ahead, now, approves=hold.state is HoldState.ASKED)


def _line(holds: Iterable[Hold]) -> list[Hold]:
    return [hold for hold in holds if hold.state is HoldState.WAITING]


def _kept_until(desk: Transaction, hold: Hold) -> datetime | None:
    return desk.circulation.link(hold.id).claim_by if hold.state is HoldState.READY else None


def _is_unsettled(desk: Transaction, edition_id: str, now: datetime) -> bool:
    """Whether time has ended a loan or an offer of the title's, or a copy is free that somebody waits for."""
    somebody_waits = bool(_line(desk.line.of(edition_id)))
    return any(
        (copy.loan is not None and copy.loan.is_past_due(now))
        or (copy.link is not None and not copy.link.is_waiting(now))
        or (somebody_waits and copy.state(now) is CopyState.ON_SHELF)
        for copy in desk.collection.standing([edition_id])[edition_id]
    )


def _hold(desk: Transaction, hold_id: str) -> Hold:
    try:
        return desk.line.get(hold_id)
    except refusals.NotFound as missing:
        raise refusals.UnknownLink from missing


def _hold_of(desk: Transaction, edition_id: str, hold_id: str) -> Hold:
    hold = desk.line.get(hold_id)
    if hold.edition_id != edition_id:
        raise refusals.NotFound
    return hold

"""Pages where people ask to borrow: owners open them, and whoever has the address sees what there is."""

from dataclasses import dataclass, replace

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.transitions import CopyState
from lending.circulation.waiting import Estimate, in_line
from lending.ports.asking import AskPage
from lending.ports.library import Library, Transaction
from lending.ports.records import Edition, Role, ShelfQuery
from lending.ports.world import Clock, Ids
from lending.services.actors import Actor
from lending.services.waiting import approve_all, estimate_for, own_title, title_of

LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class TitleSeen:
    """What a visitor sees of a title: how many wait for it, or for the owner's yes, and when their own turn
    might come."""

    page: AskPage
    edition: Edition
    lender: str
    waiting: int
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class TitleLine:
    """A title on a shelf's page. It is free where nobody has a copy and nobody waits for one."""

    edition: Edition
    waiting: int
    is_free: bool


@dataclass(frozen=True, slots=True)
class TitlesSeen:
    """Some of the titles that can be asked for on a page, and how many match in all."""

    page: AskPage
    lender: str
    titles: list[TitleLine]
    total: int


@dataclass(frozen=True, slots=True)
class Asking:
    """Where owners open pages, and where visitors look at them."""

    library: Library
    clock: Clock
    ids: Ids

    def of_copy(self, actor: Actor, copy_id: str) -> AskPage | None:
        """The open page of the title of one of the actor's copies. Raises NotFound."""
        owner_id = actor.reads_as(Role.OWNER)
        with self.library.read() as desk:
            return desk.ask_pages.of_title(own_title(desk, owner_id, copy_id).id)

    def of_account(self, actor: Actor) -> AskPage | None:
        """The open page of the actor's whole shelf."""
        owner_id = actor.reads_as(Role.OWNER)
        with self.library.read() as desk:
            return desk.ask_pages.of_shelf(owner_id)

    def open_for_copy(self, actor: Actor, copy_id: str, *, approves: bool) -> AskPage:
        """Open the page of a copy's title, or let it say something else: then its address stays. Where the
        owner need not say yes any more, those who wait for that have it.

        Raises NotFound.
        """
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            desk.collection.hold(owner_id)
            edition_id = own_title(desk, owner_id, copy_id).id
            before = desk.ask_pages.of_title(edition_id)
            return self._opened(desk, before, owner_id, edition_id, approves=approves)

    def open_for_account(self, actor: Actor, *, approves: bool) -> AskPage:
        """The same of the actor's whole shelf."""
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            desk.collection.hold(owner_id)
            before = desk.ask_pages.of_shelf(owner_id)
            return self._opened(desk, before, owner_id, None, approves=approves)

    def close_for_copy(self, actor: Actor, copy_id: str) -> None:
        """Nobody can ask at the page any more; who is in line stays. Raises NotFound."""
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            self._close(desk, desk.ask_pages.of_title(own_title(desk, owner_id, copy_id).id))

    def close_for_account(self, actor: Actor) -> None:
        """The same of the actor's whole shelf."""
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            self._close(desk, desk.ask_pages.of_shelf(owner_id))

    def page(self, page_id: str) -> AskPage:
        """An open page. Raises NotFound."""
        with self.library.read() as desk:
            return _open_page(desk, page_id)

    def title(self, page_id: str, edition_id: str | None = None) -> TitleSeen:
        """The title of a page, or one of its shelf. Raises NotFound."""
        with self.library.read() as desk:
            page, edition = title_of(desk, page_id, edition_id)
            waiting = len(in_line(desk.line.of(edition.id)))
            estimate = estimate_for(desk, edition, waiting, self.clock.now(), approves=page.approves)
            return TitleSeen(page, edition, _lender(desk, page), waiting, estimate)

    def titles(self, page_id: str, text: str = "", offset: int = 0, limit: int = 60) -> TitlesSeen:
        """What can be asked for on a page: its title, or those of the shelf, by name. Raises NotFound."""
        with self.library.read() as desk:
            page = _open_page(desk, page_id)
            editions, total = _titles(desk, page, text, max(0, offset), max(1, min(limit, LARGEST_PAGE)))
            standing = desk.collection.standing([edition.id for edition in editions])
            lines = [self._line(desk, edition, standing[edition.id]) for edition in editions]
            return TitlesSeen(page, _lender(desk, page), lines, total)

    def _line(self, desk: Transaction, edition: Edition, copies: list[Copy]) -> TitleLine:
        waiting, now = len(in_line(desk.line.of(edition.id))), self.clock.now()
        on_shelf = any(copy.state(now) is CopyState.ON_SHELF for copy in copies)
        return TitleLine(edition, waiting, is_free=on_shelf and not waiting)

    def _opened(
        self,
        desk: Transaction,
        before: AskPage | None,
        owner_id: str,
        edition_id: str | None,
        *,
        approves: bool,
    ) -> AskPage:
        new = AskPage(self.ids.new(), owner_id, edition_id, approves, self.clock.now())
        page = new if before is None else replace(before, approves=approves)
        desk.ask_pages.store(page)
        if not approves:
            self._approve_who_asked(desk, page)
        return page

    def _approve_who_asked(self, desk: Transaction, page: AskPage) -> None:
        """Nobody who has asked so far stays behind those who ask from now on."""
        for edition_id in desk.line.asked_for(page.owner_id):
            own = desk.ask_pages.of_title(edition_id)
            its = edition_id == page.edition_id
            if its or (page.edition_id is None and not (own and own.approves)):
                approve_all(desk, edition_id, page.owner_id, self.clock.now())

    def _close(self, desk: Transaction, page: AskPage | None) -> None:
        if page is not None:
            desk.ask_pages.store(replace(page, closed_at=self.clock.now()))


def _open_page(desk: Transaction, page_id: str) -> AskPage:
    page = desk.ask_pages.get(page_id)
    if not page.is_open:
        raise refusals.NotFound
    return page


def _titles(
    desk: Transaction, page: AskPage, text: str, offset: int, limit: int
) -> tuple[list[Edition], int]:
    if page.edition_id is not None:
        return [title_of(desk, page.id, None)[1]], 1
    return desk.collection.titles(ShelfQuery(page.owner_id, text[:200], "title", offset, limit))


def _lender(desk: Transaction, page: AskPage) -> str:
    return desk.accounts.get(page.owner_id).name

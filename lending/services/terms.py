"""What owners ask of those who read their books: for all of them, or for one title."""

from dataclasses import dataclass

from lending import refusals
from lending.circulation.terms import HOUSE_TERMS, LONGEST_QUOTATION, ReadingTerms
from lending.ports.library import Library, Transaction
from lending.ports.records import Role
from lending.services.actors import Actor


@dataclass(frozen=True, slots=True)
class TermsSeen:
    """The terms of all an owner's books or of one: those chosen for just that, if any, and the usual ones."""

    chosen: ReadingTerms | None
    usual: ReadingTerms

    @property
    def terms(self) -> ReadingTerms:
        """Those that hold."""
        return self.chosen or self.usual


@dataclass(frozen=True, slots=True)
class Terms:
    """Owners' reading terms. A change holds at once, for books that are out too."""

    library: Library

    def of_account(self, actor: Actor) -> TermsSeen:
        """The terms of all the actor's books that have none of their own."""
        owner_id = actor.reads_as(Role.OWNER)
        with self.library.read() as desk:
            return TermsSeen(desk.terms.of_owner(owner_id), HOUSE_TERMS)

    def set_for_account(self, actor: Actor, terms: ReadingTerms | None) -> None:
        """Choose them; None leaves it to the house. Raises UnacceptableInput."""
        owner_id = actor.acts_as(Role.OWNER)
        _refuse_senseless(terms)
        with self.library.change() as desk:
            desk.terms.set_for_owner(owner_id, terms)

    def of_copy(self, actor: Actor, copy_id: str) -> TermsSeen:
        """The terms of the title that a copy is of. Raises NotFound, for somebody else's too."""
        owner_id = actor.reads_as(Role.OWNER)
        with self.library.read() as desk:
            edition_id = _title_of(desk, copy_id, owner_id)
            return TermsSeen(desk.terms.of_title(edition_id), desk.terms.of_owner(owner_id) or HOUSE_TERMS)

    def set_for_copy(self, actor: Actor, copy_id: str, terms: ReadingTerms | None) -> None:
        """Choose the terms of a copy's title, for all its copies; None makes them those of all books.

        Raises NotFound or UnacceptableInput.
        """
        owner_id = actor.acts_as(Role.OWNER)
        _refuse_senseless(terms)
        with self.library.change() as desk:
            desk.terms.set_for_title(_title_of(desk, copy_id, owner_id), terms)


def _title_of(desk: Transaction, copy_id: str, owner_id: str) -> str:
    entry = desk.collection.entry(copy_id)
    if entry.copy.owner_id != owner_id or entry.copy.withdrawn_at is not None:
        raise refusals.NotFound
    return entry.edition.id


def _refuse_senseless(terms: ReadingTerms | None) -> None:
    limit = None if terms is None else terms.quotation_limit
    if limit is not None and not 0 <= limit <= LONGEST_QUOTATION:
        raise refusals.UnacceptableInput("quotation_limit", f"is not between 0 and {LONGEST_QUOTATION}")

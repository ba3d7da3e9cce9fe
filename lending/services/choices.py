"""What owners choose for all their books, or for one title: the reading terms, the loan rules."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from lending import refusals
from lending.circulation import policy
from lending.circulation.policy import HOUSE_RULES, LoanRules
from lending.circulation.terms import HOUSE_TERMS, LONGEST_QUOTATION, ReadingTerms
from lending.ports.library import Choices, Library, Transaction
from lending.ports.records import Role
from lending.services.actors import Actor

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """What holds for all an owner's books or for one: what was chosen for just that, if anything, and the
    usual."""

    chosen: T | None
    usual: T

    @property
    def holds(self) -> T:
        """What holds now."""
        return self.chosen or self.usual


@dataclass(frozen=True, slots=True)
class OwnersChoices(Generic[T]):
    """One kind of choice. A change holds at once, for books that are out too."""

    library: Library
    house: T
    of: Callable[[Transaction], Choices[T]]
    refuse_senseless: Callable[[T], None]

    def of_account(self, actor: Actor) -> Seen[T]:
        """What holds for all the actor's books that have none of their own."""
        owner_id = actor.reads_as(Role.OWNER)
        with self.library.read() as desk:
            return Seen(self.of(desk).of_owner(owner_id), self.house)

    def set_for_account(self, actor: Actor, chosen: T | None) -> None:
        """Choose it; None leaves it to the house. Raises UnacceptableInput."""
        owner_id = actor.acts_as(Role.OWNER)
        self._check(chosen)
        with self.library.change() as desk:
            self.of(desk).set_for_owner(owner_id, chosen)

    def of_copy(self, actor: Actor, copy_id: str) -> Seen[T]:
        """What holds for the title that a copy is of. Raises NotFound, for somebody else's too."""
        owner_id = actor.reads_as(Role.OWNER)
        with self.library.read() as desk:
            edition_id, choices = _title_of(desk, copy_id, owner_id), self.of(desk)
            return Seen(choices.of_title(edition_id), choices.of_owner(owner_id) or self.house)

    def set_for_copy(self, actor: Actor, copy_id: str, chosen: T | None) -> None:
        """Choose it for a copy's title, for all its copies; None: as for all books.

        Raises NotFound or UnacceptableInput.
        """
        owner_id = actor.acts_as(Role.OWNER)
        self._check(chosen)
        with self.library.change() as desk:
            self.of(desk).set_for_title(_title_of(desk, copy_id, owner_id), chosen)

    def _check(self, chosen: T | None) -> None:
        if chosen is not None:
            self.refuse_senseless(chosen)


def reading_terms(library: Library) -> OwnersChoices[ReadingTerms]:
    """What owners ask of those who read their books."""
    return OwnersChoices(library, HOUSE_TERMS, lambda desk: desk.terms, _refuse_senseless_terms)


def loan_rules(library: Library) -> OwnersChoices[LoanRules]:
    """How owners lend."""
    return OwnersChoices(library, HOUSE_RULES, lambda desk: desk.rules, policy.refuse_senseless)


def _title_of(desk: Transaction, copy_id: str, owner_id: str) -> str:
    entry = desk.collection.entry(copy_id)
    if entry.copy.owner_id != owner_id or entry.copy.withdrawn_at is not None:
        raise refusals.NotFound
    return entry.edition.id


def _refuse_senseless_terms(terms: ReadingTerms) -> None:
    limit = terms.quotation_limit
    if limit is not None and not 0 <= limit <= LONGEST_QUOTATION:
        raise refusals.UnacceptableInput("quotation_limit", f"is not between 0 and {LONGEST_QUOTATION}")

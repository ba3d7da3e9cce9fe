"""What a librarian looks for again and again: the log's filters under a name."""

from dataclasses import dataclass, replace
from typing import Final

from lending import refusals
from lending.ports.library import Library
from lending.ports.records import Role
from lending.ports.searches import SavedSearch
from lending.ports.world import Clock, Ids
from lending.services.actors import Actor
from lending.services.words import line

MOST: Final = 50
LONGEST_NAME: Final = 80
LONGEST_QUERY: Final = 2000


@dataclass(frozen=True, slots=True)
class Searches:
    """Each librarian's own; nobody else sees them."""

    library: Library
    clock: Clock
    ids: Ids

    def of(self, actor: Actor) -> list[SavedSearch]:
        """The actor's, in the order in which they were saved. Raises NotAllowed."""
        account_id = actor.reads_as(Role.LIBRARIAN)
        with self.library.read() as desk:
            return desk.searches.of(account_id)

    def save(self, actor: Actor, name: str, query: str) -> SavedSearch:
        """Keep filters under a name; those that had the name before are replaced.

        Raises NotAllowed, or UnacceptableInput: for a name that is none, and when there are `MOST` already.
        """
        account_id = actor.acts_as(Role.LIBRARIAN)
        search = SavedSearch(
            self.ids.new(),
            account_id,
            line("search_name", name, LONGEST_NAME, required=True),
            line("query", query, LONGEST_QUERY, required=True),
            self.clock.now(),
        )
        with self.library.change() as desk:
            own = desk.searches.lock(account_id)
            same = next((one for one in own if one.name == search.name), None)
            if same is None and len(own) >= MOST:
                raise refusals.UnacceptableInput("search_name", f"is one more than {MOST} searches")
            search = search if same is None else replace(same, query=search.query)
            desk.searches.put(search)
        return search

    def rename(self, actor: Actor, search_id: str, name: str) -> None:
        """Raises NotAllowed, NotFound, or UnacceptableInput for a name that is none or another's."""
        account_id = actor.acts_as(Role.LIBRARIAN)
        name = line("search_name", name, LONGEST_NAME, required=True)
        with self.library.change() as desk:
            own = {one.id: one for one in desk.searches.lock(account_id)}
            if search_id not in own:
                raise refusals.NotFound
            if any(one.name == name for one in own.values() if one.id != search_id):
                raise refusals.UnacceptableInput("search_name", "is another search's")
            desk.searches.put(replace(own[search_id], name=name))

    def delete(self, actor: Actor, search_id: str) -> None:
        """Raises NotAllowed or NotFound."""
        account_id = actor.acts_as(Role.LIBRARIAN)
        with self.library.change() as desk:
            desk.searches.remove(account_id, search_id)

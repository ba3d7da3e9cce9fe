"""Who asks, and what they may."""

from dataclasses import dataclass

from lending import refusals
from lending.ports.records import Account, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who signed in, or a script with their token. Read-only tokens may change nothing."""

    account: Account
    may_change: bool = True

    @property
    def id(self) -> str:
        """The account's id."""
        return self.account.id

    def reads_as(self, role: Role) -> str:
        """The account's id, if it has the role; else NotAllowed."""
        if role not in self.account.roles:
            raise refusals.NotAllowed
        return self.account.id

    def charge(self) -> frozenset[str] | None:
        """Whose books the actor looks after as a librarian, by the owners' ids; None: everybody's. Raises
        NotAllowed to who is none."""
        self.reads_as(Role.LIBRARIAN)
        return self.account.charge

    def acts_as(self, role: Role) -> str:
        """Like `reads_as`, for what changes something."""
        if not self.may_change:
            raise refusals.NotAllowed
        return self.reads_as(role)

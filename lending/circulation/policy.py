"""How long the library lends, and how long a link waits."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class LendingPolicy:
    """The house's loan rules. All periods are durations, counted from the moment of the act."""

    loan_period: timedelta = timedelta(days=14)
    """What a loan lasts when the owner says nothing else."""

    shortest_loan: timedelta = timedelta(hours=1)
    longest_loan: timedelta = timedelta(days=366)

    claim_window: timedelta = timedelta(days=7)
    """How long a link waits to be used. A link that waits for ever is a leak that waits for ever."""

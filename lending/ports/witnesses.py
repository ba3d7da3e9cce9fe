"""Witnesses of the loan log: what is known of them, and how they are reached."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lending.ledger.notes import Signature
from lending.ledger.witnessing import Submission


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What a witness has said of a log: up to which entry it cosigned, and when; and what it saw that is not
    in the log, in words (empty: nothing). `witness` is its `KnownWitness.id`."""

    origin: str
    witness: str
    size: int = 0
    cosigned_at: datetime | None = None
    alarm: str = ""
    alarm_at: datetime | None = None


class WitnessBook(Protocol):
    """What is kept of witnesses."""

    def of(self, origin: str) -> dict[str, Witnessed]:
        """All that said something of that log, by `Witnessed.witness`."""

    def keep(self, witnessed: Witnessed) -> None:
        """In place of what was kept of that witness and log."""


class WitnessAway(Exception):
    """The witness can't be reached, or does not answer as one. Says why."""


@dataclass(frozen=True, slots=True)
class WitnessAnswer:
    """What a witness answers (C2SP tlog-witness): its lines with 200; what it saw last with 409."""

    status: int
    lines: tuple[Signature, ...] = ()
    seen: int | None = None


class WitnessPost(Protocol):
    """Takes checkpoints to witnesses."""

    def add_checkpoint(self, url: str, submission: Submission) -> WitnessAnswer:
        """Waits for seconds at most. Raises WitnessAway."""

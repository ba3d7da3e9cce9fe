"""How a check says what it found."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it is. `WARN` is for what works and could be better; `BAD` wants somebody to act."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a subject, in a sentence."""

    verdict: Verdict
    subject: str
    said: str


def ok(subject: str, said: str) -> Finding:
    """All is well."""
    return Finding(Verdict.OK, subject, said)


def warn(subject: str, said: str) -> Finding:
    """It works, and could be better."""
    return Finding(Verdict.WARN, subject, said)


def bad(subject: str, said: str) -> Finding:
    """Somebody should act."""
    return Finding(Verdict.BAD, subject, said)

"""What was asked, when, and what was answered. All times are monotonic nanoseconds of one process."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """What can be done to a copy. (`EXPIRE` is done by time.)"""

    MAKE_LINK = "make-link"
    CANCEL_LINK = "cancel-link"
    CLAIM = "claim"
    TAKE = "take"
    PUT_BACK = "put-back"
    CHECK_IN = "check-in"
    RENEW = "renew"
    EXTEND = "extend"
    RECALL = "recall"
    CARRY = "carry"
    OFFER_ON = "offer-on"
    PASS_ON = "pass-on"
    ASK = "ask"
    LEAVE = "leave"
    READ = "read"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class Act:
    """One request about one copy, and its answer.

    `answered` is None and `outcome` empty where no answer came: the act may have been done, may be done
    later still, or never. `link` is the link's tag (the note that its maker wrote on it), or the hold's (the
    name that its friend gave): a copy that is held waits behind a link of that tag. `loan` is the loan
    that was asked about or, where the copy was, the one that the answer speaks of. `changes` says of an
    `EXPIRE` how often the due date that has come was put off or brought forward before. `shown` is the tag of
    the pass that was shown or, where one was given, of that one. `ends` is the loan that a `PASS_ON` ends.
    """

    number: int
    kind: Kind
    copy: str
    who: str
    invoked: int
    answered: int | None
    outcome: str
    link: str = ""
    loan: str = ""
    changes: int = 0
    shown: str = ""
    ends: str = ""

    @property
    def is_known(self) -> bool:
        """Whether an answer came."""
        return self.answered is not None


def of_copies(acts: Iterable[Act]) -> dict[str, list[Act]]:
    """The acts of each copy: copies know nothing of one another, so each can be judged alone."""
    found: dict[str, list[Act]] = {}
    for act in acts:
        found.setdefault(act.copy, []).append(act)
    return found


def keep(path: Path, facts: dict[str, object], acts: Iterable[Act]) -> None:
    """Write a history as JSON lines: what is known about the run first, then each act."""
    with path.open("w") as file:
        for line in (facts, *map(asdict, acts)):
            file.write(json.dumps(line) + "\n")


def read(path: Path) -> tuple[dict[str, object], list[Act]]:
    """What `keep` wrote."""
    facts, *lines = map(json.loads, path.read_text().splitlines())
    return facts, [Act(**{**line, "kind": Kind(line["kind"])}) for line in lines]

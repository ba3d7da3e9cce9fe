"""Whether the library's own record tells the same story, as far as that can be seen without any search.

Each complaint is a sentence about one copy that a person can check against the history. Time grows with the
length of the history alone.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tests.proving.history import Act, Kind, of_copies

OPENED: Final = "checked-out"
ENDED: Final = frozenset({"returned", "expired", "passed-on"})

EVENT_OF: Final = {
    (Kind.MAKE_LINK, "done"): "link-made",
    (Kind.ASK, "placed"): "hold-placed",
    (Kind.CLAIM, "opened"): OPENED,
    (Kind.PASS_ON, "opened"): OPENED,
    (Kind.CHECK_IN, "done"): "returned",
}
"""Which event an act leaves that names its link or loan: one for every time that it was acknowledged."""

OF_THE_LOAN: Final = {
    (Kind.RENEW, "done"): "renewed",
    (Kind.EXTEND, "done"): "renewed",
    (Kind.RECALL, "done"): "recalled",
    (Kind.OFFER_ON, "done"): "link-made",
}
"""Which event of its loan there must be for every time that an act was acknowledged."""

KIND_OF: Final = {
    (Kind.CANCEL_LINK, "done"): "link-cancelled",
    (Kind.CHECK_IN, "done"): "returned",
    (Kind.PUT_BACK, "done"): "returned",
}
"""Of which kind there must be an event for every time that an act was acknowledged."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the record. `link` is the tag of its link, or of its hold."""

    number: int
    kind: str
    copy: str
    epoch: int
    loan: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class LoanRow:
    """One loan as the library has it. `dues` are when it was due, at first and after each change, in the
    library's milliseconds."""

    id: str
    copy: str
    epoch: int
    end: str | None
    dues: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """What stands in the library when all is over."""

    entries: tuple[Entry, ...]
    loans: tuple[LoanRow, ...]

    @property
    def epochs(self) -> dict[str, int]:
        """The epoch of each loan."""
        return {loan.id: loan.epoch for loan in self.loans}


def complaints(acts: Iterable[Act], record: Record) -> list[str]:
    """What doesn't agree."""
    found = [*_of_replay(record), *_of_rows(record)]
    entries: dict[str, list[Entry]] = {}
    for entry in record.entries:
        entries.setdefault(entry.copy, []).append(entry)
    for copy, done in of_copies(acts).items():
        mine = entries.get(copy, [])
        found += [f"copy {copy}: {what}" for what in _of_epochs(done, record.epochs)]
        found += [f"copy {copy}: {what}" for what in _of_holders_at_once(done)]
        found += [f"copy {copy}: {what}" for what in _of_events(done, mine)]
    return found


def _of_epochs(acts: list[Act], epochs: dict[str, int]) -> Iterator[str]:
    """Acknowledged check-outs have epochs of their own, and a later one has a higher one."""
    opened = [act for act in acts if _opens(act)]
    for act in opened:
        if act.loan not in epochs:
            yield f"loan {act.loan} was acknowledged, and the library hasn't got it"
    for epoch, times in Counter(epochs.get(act.loan) for act in opened).items():
        if times > 1:
            yield f"{times} check-outs of epoch {epoch} were acknowledged"
    highest, waiting = 0, sorted(opened, key=_answered)
    for act in sorted(opened, key=lambda act: act.invoked):
        while waiting and _answered(waiting[0]) < act.invoked:
            highest = max(highest, epochs.get(waiting.pop(0).loan, 0))
        if epochs.get(act.loan, math.inf) <= highest:
            yield f"loan {act.loan} came after one whose epoch is as high"


def _of_holders_at_once(acts: list[Act]) -> Iterator[str]:
    """While somebody certainly has the copy, nobody else certainly has it.

    Certain is the time from the answer that gave the loan until something was asked that may have ended it.
    """
    spans = sorted(_certain(acts))
    for (_, until, one), (since, _, other) in pairwise(spans):
        if one != other and since < until:
            yield f"loans {one} and {other} were held at once"


def _certain(acts: list[Act]) -> Iterator[tuple[float, float, str]]:
    ending: dict[str, float] = {}
    for act in acts:
        if act.kind in (Kind.CHECK_IN, Kind.EXPIRE, Kind.PASS_ON):
            ended = act.ends or act.loan
            ending[ended] = min(act.invoked, ending.get(ended, math.inf))
    for act in acts:
        if _opens(act):
            until = ending.get(act.loan, math.inf)
            if until > _answered(act):
                yield _answered(act), until, act.loan


def _opens(act: Act) -> bool:
    return act.kind in (Kind.CLAIM, Kind.PASS_ON) and act.outcome == "opened"


def _of_replay(record: Record) -> Iterator[str]:
    """Event by event: only a copy that nobody has is checked out, and only its reader's loan ends."""
    holders: dict[str, Entry | None] = {}
    epochs: Counter[str] = Counter()
    for entry in sorted(record.entries, key=lambda entry: entry.number):
        holder = holders.get(entry.copy)
        if entry.kind == OPENED:
            if holder is not None:
                yield f"copy {entry.copy}: the record lends it as {entry.loan} while {holder.loan} has it"
            if entry.epoch != epochs[entry.copy] + 1:
                yield f"copy {entry.copy}: the record goes from epoch {epochs[entry.copy]} to {entry.epoch}"
            holders[entry.copy], epochs[entry.copy] = entry, entry.epoch
        elif entry.kind in ENDED:
            if holder is None or holder.loan != entry.loan:
                yield f"copy {entry.copy}: the record ends {entry.loan}, which hasn't got it"
            holders[entry.copy] = None
    open_rows = {loan.copy: loan.id for loan in record.loans if loan.end is None}
    for copy, last in holders.items():
        recorded = None if last is None else last.loan
        if recorded != open_rows.get(copy):
            yield f"copy {copy}: the record leaves it with {recorded}, the loans with {open_rows.get(copy)}"


def _of_rows(record: Record) -> Iterator[str]:
    """Every loan has one event for its beginning and, if it ended, one for its end."""
    events = Counter((entry.loan, entry.kind) for entry in record.entries)
    for loan in record.loans:
        wanted = {OPENED: 1} | dict.fromkeys(ENDED, 0) | ({loan.end: 1} if loan.end else {})
        for kind, times in wanted.items():
            if events[loan.id, kind] != times:
                yield f"copy {loan.copy}: loan {loan.id} has {events[loan.id, kind]} “{kind}”, not {times}"


def _of_events(acts: list[Act], entries: list[Entry]) -> Iterator[str]:
    """Every acknowledged act has its own event; and where acts name no link or loan, there are enough."""
    events = Counter((entry.kind, entry.loan, "") for entry in entries)
    events += Counter((entry.kind, "", entry.link) for entry in entries)
    named = Counter(
        (EVENT_OF[act.kind, act.outcome], act.loan, "" if act.loan else act.link)
        for act in acts
        if (act.kind, act.outcome) in EVENT_OF
    )
    for (kind, loan, link), times in named.items():
        if events[kind, loan, link] != times:
            yield f"{times} acknowledged, {events[kind, loan, link]} recorded: “{kind}” of {loan or link}"
    changed = Counter(
        (OF_THE_LOAN[act.kind, act.outcome], act.loan, "")
        for act in acts
        if (act.kind, act.outcome) in OF_THE_LOAN
    )
    for (kind, loan, _), times in changed.items():
        if events[kind, loan, ""] < times:
            yield f"{times} acknowledged, {events[kind, loan, '']} recorded: “{kind}” of {loan}"
    acknowledged = Counter(KIND_OF.get((act.kind, act.outcome)) for act in acts)
    recorded: Counter[str | None] = Counter(entry.kind for entry in entries)
    for kind in dict.fromkeys(KIND_OF.values()):
        if acknowledged[kind] > recorded[kind]:
            yield f"{acknowledged[kind]} acknowledged, {recorded[kind]} recorded: “{kind}”"


def _answered(act: Act) -> float:
    return math.inf if act.answered is None else act.answered

"""What an entry of the loan log says, and commits to. `docs/log.md` is the same for other programs.

A fact is JSON with sorted keys, without spaces and without what is empty: the same fact is always the same
bytes.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final

from lending.circulation.events import Event, EventKind
from lending.ledger.leaves import Field, Leaf, Opening
from lending.ports.ledger import About, RowName

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

KINDS: Final[Mapping[EventKind, int]] = MappingProxyType(
    {
        EventKind.TITLE_ADDED: 1,
        EventKind.COPY_ADDED: 2,
        EventKind.COPY_WITHDRAWN: 3,
        EventKind.TAKEN_OUT: 4,
        EventKind.LINK_MADE: 5,
        EventKind.LINK_CANCELLED: 6,
        EventKind.LINK_EXPIRED: 7,
        EventKind.CHECKED_OUT: 8,
        EventKind.RETURNED: 9,
        EventKind.EXPIRED: 10,
        EventKind.RENEWED: 11,
        EventKind.RECALLED: 12,
        EventKind.CARRIED: 13,
        EventKind.PASSED_ON: 14,
        EventKind.COPY_LOST: 15,
        EventKind.COPY_FOUND: 16,
        EventKind.HOLD_ASKED: 17,
        EventKind.HOLD_PLACED: 18,
        EventKind.HELD: 19,
        EventKind.HOLD_LAPSED: 20,
        EventKind.HOLD_LEFT: 21,
        EventKind.HOLD_DECLINED: 22,
        EventKind.GIFT_OFFERED: 23,
        EventKind.GIVEN: 24,
        EventKind.READ_FAST: 25,
        EventKind.ERASED: 26,
        EventKind.LOG_RESTARTED: 27,
        EventKind.TURNED_AWAY: 28,
        EventKind.IDENTITY_SHOWN: 29,
        EventKind.TITLE_CORRECTED: 30,
    }
)
"""The byte that stands for a kind in an entry. A number that was given is never given again."""

OF_NOBODY: Final = frozenset({EventKind.ERASED, EventKind.TURNED_AWAY})
"""About nobody that could be named: they have been erased, or anybody may have come with that link."""


MOST_RUNS: Final = 10_000
"""How many runs of entries one event tells of: what is read or shown whole stays small, however many there
are. An owner who has every second entry of a long log to themselves has as many runs."""


@dataclass(frozen=True, slots=True)
class Shredded:
    """Which entries can be opened no more since an account was erased: by field, the first and the last
    number of each run of entries, in order."""

    runs: Mapping[str, Sequence[Sequence[int]]]

    def covers(self, number: int, field: Field) -> bool:
        """Whether what opened that field of that entry was destroyed."""
        runs = self.runs.get(field, ())
        at = bisect_right(runs, number, key=itemgetter(0))
        return at > 0 and number <= runs[at - 1][1]


def shredded_texts(gone: Iterable[tuple[int, Field]]) -> Iterator[str]:
    """The `detail` of each event of an account that was erased, from numbers and fields in order.

    One at least. None has more than `MOST_RUNS`, and of no entry more than one tells.
    """
    runs: dict[str, list[list[int]]] = {}
    for number, of_entry in groupby(gone, key=itemgetter(0)):
        fields = [field.value for _, field in of_entry]
        begun = [field for field in fields if field not in runs or runs[field][-1][1] != number - 1]
        told = sum(map(len, runs.values()))
        if told and told + len(begun) > MOST_RUNS:
            yield canonical(runs).decode()
            runs, begun = {}, fields
        for field in fields:
            if field in begun:
                runs.setdefault(field, []).append([number, number])
            else:
                runs[field][-1][1] = number
    yield canonical(runs).decode()


def shredded(event: Event) -> Shredded:
    """What an event says that was destroyed; nothing, unless an account was erased."""
    of_account = event.kind is EventKind.ERASED and event.to is not None
    return Shredded(json.loads(event.detail or "{}") if of_account else {})


def added_up(told: Iterable[Shredded]) -> Shredded:
    """What several events say together, in whichever order they are."""
    runs: dict[str, list[Sequence[int]]] = {}
    for one in told:
        for field, of_field in one.runs.items():
            runs.setdefault(field, []).extend(of_field)
    return Shredded({field: _in_order(of_field) for field, of_field in runs.items()})


def _in_order(runs: Iterable[Sequence[int]]) -> list[Sequence[int]]:
    """Runs of which none reaches into another."""
    apart: list[Sequence[int]] = []
    for run in sorted(runs, key=itemgetter(0)):
        if apart and run[0] <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], run[1]))
        else:
            apart.append(run)
    return apart


def milliseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def canonical(said: Mapping[str, Any]) -> bytes:
    """A fact as bytes."""
    return _as_json({name: value for name, value in said.items() if value})


def _as_json(kept: Mapping[str, Any]) -> bytes:
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def copy_fact(about: About) -> bytes:
    """Which copy of which title, and whose."""
    return canonical({"copy": about.copy_id, "title": about.title, "owner": about.owner_name})


def patron_fact(about: About) -> bytes:
    """Who borrows or waits; nothing where it is about nobody."""
    said = {"patron": about.patron_id, "name": about.patron_name}
    return canonical(said) if about.patron_id else b""


def rest_fact(event: Event, rows: Mapping[RowName, str]) -> bytes:
    """The event, whole, and a hash over how it left the rows that the log covers."""
    said = {name: _plain(getattr(event, name)) for name in Event.__slots__}
    if rows:
        said["rows"] = sha256(canonical({str(name): rows[name] for name in rows})).hexdigest()
    # Where an event need not say something, nothing and what is empty are two things.
    return _as_json(
        {name: value for name, value in said.items() if value is not None and (value or name != "epoch")}
    )


def leaf_of(number: int, event: Event, openings: Mapping[Field, Opening]) -> Leaf:
    """The entry of an event."""
    return Leaf(
        number=number,
        at=milliseconds(event.at),
        kind=KINDS[event.kind],
        epoch=event.epoch,
        copy=openings[Field.COPY].commitment,
        patron=openings[Field.PATRON].commitment,
        rest=openings[Field.REST].commitment,
    )


def _plain(value: Any) -> Any:
    return milliseconds(value) if isinstance(value, datetime) else value

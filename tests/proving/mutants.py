"""Faults that are put into servers on purpose: the checker must notice every one of them.

Each is a fault that somebody could really make in this design. They are put in as a server starts, by
replacing functions of the product in that process, or once in the database.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from redis import Redis
from sqlalchemy import Engine, select, text, update

from lending.adapters.clock_system import SystemClock
from lending.adapters.sql.circulation import SqlCirculation
from lending.adapters.sql.rows import COPY_AT_THE_DESK, COPY_COLUMNS, copy_from
from lending.adapters.sql.tables import copy as copies
from lending.adapters.sql.tables import loan as loans
from lending.circulation import borrowing
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import Event
from lending.ports.library import Transaction
from lending.services.recording import RecordingLibrary

GAP: Final = 0.004
"""Seconds between two steps that should be one."""

BOTH: Final = ("sqlite", "postgresql")


def _nothing(_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: in the program of a server (which is told the Redis it may use), or in the database."""

    what: str
    put_in: Callable[[str], None] = _nothing
    put_into_database: Callable[[Engine], None] = _nothing
    backends: tuple[str, ...] = ("sqlite",)


def _drop_index(engine: Engine) -> None:
    with engine.connect().execution_options(lending_writes=True) as connection, connection.begin():
        connection.execute(text("DROP INDEX one_open_loan"))


def _lock_nothing(_: str) -> None:
    """The copy is read without its title being locked. (On SQLite a writer has the whole database.)"""

    def read(self: SqlCirculation, copy_id: str) -> Copy:
        query = select(*COPY_COLUMNS).select_from(COPY_AT_THE_DESK).where(copies.c.id == copy_id)
        row = self._connection.execute(query).one()
        time.sleep(GAP)
        return copy_from(row)

    _replace(SqlCirculation, "lock", read)


class _Later:
    """A desk's circulation that answers at once and writes nothing yet."""

    def __init__(self, circulation: Any) -> None:
        self._circulation = circulation
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def store(self, decision: Decision) -> list[int]:
        self.calls.append(("store", (decision,)))
        return [0] * len(decision.events)

    def add_pass(self, *of: Any) -> None:
        self.calls.append(("add_pass", of))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._circulation, name)


def _look_then_act(_: str) -> None:
    """The copy is looked at in one transaction, and what was decided is stored in another."""
    change = RecordingLibrary.change

    @contextmanager
    def in_two_steps(library: RecordingLibrary) -> Iterator[Transaction]:
        with change(library) as looking:
            later = _Later(looking.circulation)
            vars(looking)["circulation"] = later
            yield looking
        if later.calls:
            time.sleep(GAP)
            with change(library) as acting:
                for name, of in later.calls:
                    getattr(acting.circulation, name)(*of)

    _replace(RecordingLibrary, "change", in_two_steps)


def _serve_any_pass(_: str) -> None:
    """Whoever has a pass is served; neither the loan's end nor its epoch is looked at."""
    _replace(borrowing, "refuse_ended", lambda *_of: None)


def _trust_redis(redis_url: str) -> None:
    """Who has a copy is asked of Redis, and the database is put right accordingly."""
    redis = Redis.from_url(redis_url, socket_timeout=0.5)
    lock, store = SqlCirculation.lock, SqlCirculation.store

    def locked(self: SqlCirculation, copy_id: str) -> Copy:
        copy = lock(self, copy_id)
        if copy.loan is None or redis.exists(f"reader:{copy.loan.id}"):
            return copy
        ended = update(loans).where(loans.c.id == copy.loan.id)
        self._connection.execute(ended.values(ended_at=SystemClock().now(), end="returned"))
        return replace(copy, loan=None)

    def stored(self: SqlCirculation, decision: Decision) -> list[int]:
        for loan in decision.loans:
            if loan.ended_at is None:
                redis.set(f"reader:{loan.id}", 1)
            else:
                redis.delete(f"reader:{loan.id}")
        return store(self, decision)

    _replace(SqlCirculation, "lock", locked)
    _replace(SqlCirculation, "store", stored)


def _record_later(_: str) -> None:
    """What happened is written down in a transaction of its own, after that of the change."""
    change, record = RecordingLibrary.change, SqlCirculation.record
    here = threading.local()

    @contextmanager
    def change_then_record(library: RecordingLibrary) -> Iterator[Transaction]:
        here.happened = happened = []
        try:
            with library.library.change() as desk:
                yield desk
        finally:
            here.happened = None
        if happened:
            time.sleep(5 * GAP)
            with change(library) as desk:
                for event in happened:
                    desk.circulation.record(event)

    def keep(self: SqlCirculation, event: Event) -> int:
        if getattr(here, "happened", None) is None:
            return record(self, event)
        here.happened.append(event)
        return 0

    _replace(RecordingLibrary, "change", change_then_record)
    _replace(SqlCirculation, "record", keep)


def _replace(where: Any, name: str, by: Any) -> None:
    assert hasattr(where, name), f"the product has no {name} any more: the mutant would change nothing"
    setattr(where, name, by)


MUTANTS: Final = MappingProxyType(
    {
        "index-dropped": Mutant("the index that allows one open loan is gone", put_into_database=_drop_index),
        "row-not-locked": Mutant("the copy's title is not locked", _lock_nothing, backends=("postgresql",)),
        "check-then-act": Mutant("looking and acting are two transactions", _look_then_act, backends=BOTH),
        "check-then-act-no-index": Mutant("likewise, and the index is gone", _look_then_act, _drop_index),
        "epoch-not-checked": Mutant("a pass opens its loan's pages for ever", _serve_any_pass),
        "valkey-is-authority": Mutant("Valkey says who has a copy", _trust_redis),
        "event-apart": Mutant("the record is not written with the change", _record_later),
    }
)

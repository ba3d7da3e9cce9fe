"""Bring a database's schema up to this program's, and say whether it is."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from lending.adapters.sql.engine import reading, writing
from lending.adapters.sql.library import SqlLibrary

MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 0x6C656E64
"""PostgreSQL's lock number for migrating ("lend"), so that two hosts don't migrate at once."""


def _no_secret() -> bytes:
    raise ValueError("this database has a log; upgrading it needs the library's keys")


def upgrade(
    library: SqlLibrary, to: str = "head", *, secret_of_log: Callable[[], bytes] = _no_secret
) -> None:
    """Apply the migrations that are missing, in one transaction: all or none. Safe to call at every start.

    `to` names the last one that is wanted. `secret_of_log` is asked for where there are entries of the log
    that want it.
    """
    with writing(library.engine, library.queue) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ADVISORY_LOCK})
        config = _config(connection)
        config.attributes["secret_of_log"] = secret_of_log
        command.upgrade(config, to)


def is_current(library: SqlLibrary) -> bool:
    """Whether the database has exactly this program's schema."""
    with reading(library.engine) as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config

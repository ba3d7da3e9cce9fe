"""The durable library three times: the fake, SQLite, and a real PostgreSQL.

Each database is migrated once for the test process; every test finds it empty.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from lending.adapters.sql.engine import connect
from lending.adapters.sql.library import SqlLibrary
from lending.adapters.sql.schema import upgrade
from lending.adapters.sql.tables import metadata
from lending.ports.library import Library
from tests.real.postgres import NewDatabase
from tests.services.fake_library import FakeLibrary
from tests.services.fakes import FakeIds


@pytest.fixture
def ids() -> FakeIds:
    return FakeIds()


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def library(request: pytest.FixtureRequest) -> Library:
    """For what every library must do."""
    if request.param == "fake":
        return FakeLibrary()
    found: SqlLibrary = request.getfixturevalue(f"{request.param}_library")
    return found


@pytest.fixture(params=["sqlite", "postgres"])
def sql_library(request: pytest.FixtureRequest) -> SqlLibrary:
    """For what only a database can do."""
    found: SqlLibrary = request.getfixturevalue(f"{request.param}_library")
    return found


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    new: NewDatabase = request.getfixturevalue("new_postgres_database")
    return new()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sqlite") / "library.db"
    library = SqlLibrary(connect(f"sqlite:///{path}"))
    upgrade(library)
    library.engine.dispose()
    return path.read_bytes()


@pytest.fixture(scope="session")
def migrated_postgres(new_postgres_database: NewDatabase) -> Iterator[SqlLibrary]:
    library = SqlLibrary(connect(new_postgres_database()))
    upgrade(library)
    yield library
    library.engine.dispose()


@pytest.fixture
def sqlite_library(migrated_sqlite: bytes, tmp_path: Path) -> Iterator[SqlLibrary]:
    (tmp_path / "library.db").write_bytes(migrated_sqlite)
    library = SqlLibrary(connect(f"sqlite:///{tmp_path / 'library.db'}"))
    yield library
    library.engine.dispose()


@pytest.fixture
def postgres_library(migrated_postgres: SqlLibrary) -> SqlLibrary:
    names = ", ".join(f'"{name}"' for name in metadata.tables)
    with migrated_postgres.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    return migrated_postgres


Insert = Callable[[str, dict[str, object]], None]


@pytest.fixture
def insert(sql_library: SqlLibrary) -> Insert:
    """Writes a row past the library, as a program gone wrong would."""

    def write(table: str, row: dict[str, object]) -> None:
        with sql_library.engine.begin() as connection:
            connection.execute(metadata.tables[table].insert().values(row))

    return write

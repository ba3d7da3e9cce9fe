"""The schema: what the migrations make, and what the database itself makes impossible."""

import hmac
import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert, inspect, text
from sqlalchemy.exc import IntegrityError

from lending.adapters.openings_sealed import AeadSealer
from lending.adapters.sql.columns import Moment
from lending.adapters.sql.desk_tables import saved_search
from lending.adapters.sql.engine import connect
from lending.adapters.sql.library import SqlLibrary
from lending.adapters.sql.schema import is_current, upgrade
from lending.adapters.sql.tables import metadata
from lending.circulation.events import Denial, Event, EventKind
from lending.circulation.loans import Loan
from lending.marks.places import Place
from lending.ports.ledger import NotOpened
from lending.ports.records import EventQuery
from lending.services import facts
from tests.adapters.conftest import Insert
from tests.services.fakes import NOON
from tests.services.making import a_link, a_loan, shelve

AT_NOON = int(NOON.timestamp() * 1000)
FIRST_LIBRARY = f"""
INSERT INTO account (id, sign_in_name, name, name_folded, roles, password_hash, made_at)
  VALUES ('ana', 'ana', 'Ana', 'ana', 'owner', 'hash', {AT_NOON});
INSERT INTO edition VALUES ('edition', 'ana', 'application/pdf', 'Tides', '[]', 'en', '', '', '', '[]',
  'f', 1, 2, 'file', 'aid', NULL, {AT_NOON}, '', '', '');
INSERT INTO copy VALUES ('copy', 'edition', 'ana', 1, 2, {AT_NOON}, NULL);
INSERT INTO loan VALUES
  ('own', 'copy', NULL, 1, {AT_NOON}, NULL, 'account:ana', '', '', TRUE, {AT_NOON}, 'returned'),
  ('borrowed', 'copy', NULL, 2, {AT_NOON}, {AT_NOON + 1}, 'key:k', 'Luis', 'luis', FALSE, NULL, NULL);
INSERT INTO reading_position (loan_id, locator, fraction, saved_at) VALUES
  ('own', '{{"cfi":"é"}}', 0.3333333333333333, {AT_NOON + 86_400_000}),
  ('borrowed', '{{"page":7}}', 0.25, {AT_NOON})
"""
"""What a library held before there were marks."""


@pytest.fixture
def empty_library(empty_database: str) -> Iterator[SqlLibrary]:
    library = SqlLibrary(connect(empty_database))
    yield library
    library.engine.dispose()


def test_migrations_make_exactly_the_tables_that_the_program_means(empty_library: SqlLibrary) -> None:
    upgrade(empty_library)
    with empty_library.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("index", ["one_open_loan", "one_waiting_link"])
def test_unique_indexes_are_partial_and_unique_on_both_databases(sql_library: SqlLibrary, index: str) -> None:
    table = {"one_open_loan": "loan", "one_waiting_link": "link"}[index]
    found = next(one for one in inspect(sql_library.engine).get_indexes(table) if one["name"] == index)
    assert found["unique"]
    assert found["column_names"] == ["copy_id"]
    where = found["dialect_options"][f"{sql_library.engine.dialect.name}_where"]
    assert {"loan": "ended_at", "link": "waiting"}[table] in str(where)


def test_upgrading_twice_is_as_good_as_once(empty_library: SqlLibrary) -> None:
    assert not is_current(empty_library)
    upgrade(empty_library)
    shelve(empty_library)
    upgrade(empty_library)
    assert is_current(empty_library)
    with empty_library.read() as desk:
        assert desk.collection.copies_of("edition") == ["copy"]


def test_a_record_from_before_there_was_a_line_is_kept_entry_by_entry(empty_library: SqlLibrary) -> None:
    upgrade(empty_library, "0006")
    with empty_library.engine.begin() as connection:
        for statement in FIRST_LIBRARY.split(";")[:3]:
            connection.exec_driver_sql(statement.replace(f"{AT_NOON}, NULL)", f"{AT_NOON}, NULL, NULL)"))
        for kind in ("title-added", "copy-lost"):
            row = f"('{kind}', {AT_NOON}, 'copy', 2, 'ana')"
            connection.exec_driver_sql(f"INSERT INTO event (kind, at, copy_id, epoch, by) VALUES {row}")
    upgrade(empty_library)
    with empty_library.read() as desk:
        kept = [(line.number, line.event) for line in desk.log.events(EventQuery("copy", 0, 9))]
    of_ana = [Event(kind, NOON, "copy", 2, by="ana") for kind in (EventKind.COPY_LOST, EventKind.TITLE_ADDED)]
    assert kept == [(2, of_ana[0]), (1, of_ana[1])]
    with empty_library.change() as desk:
        desk.circulation.record(of_ana[0])
    with empty_library.read() as desk:
        assert desk.log.events(EventQuery("copy", 0, 1))[0].number == 3


def test_what_was_entered_before_there_were_reasons_is_still_what_was_entered(
    empty_library: SqlLibrary,
) -> None:
    upgrade(empty_library, "0011")
    with empty_library.engine.begin() as connection:
        for statement in FIRST_LIBRARY.split(";")[:2]:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(
            f"INSERT INTO copy VALUES ('copy', 'edition', 'ana', 1, 2, {AT_NOON}, NULL, NULL, NULL)"
        )
        row = f"('title-added', {AT_NOON}, 'copy', 2, 'ana')"
        connection.exec_driver_sql(f"INSERT INTO event (kind, at, copy_id, epoch, by) VALUES {row}")
    upgrade(empty_library)
    with empty_library.read() as desk:
        ((_, event),) = desk.ledger.not_entered(0, 9)
    assert event == Event(EventKind.TITLE_ADDED, NOON, "copy", 2, by="ana")
    assert facts.rest_fact(event, {}) == (
        b'{"at":%d,"by":"ana","copy_id":"copy","epoch":2,"kind":"title-added"}' % AT_NOON
    )
    away = Event(EventKind.TURNED_AWAY, NOON, "copy", 2, edition_id="edition", reason=Denial.NO_LICENSE)
    with empty_library.change() as desk:
        desk.circulation.record(away)
    with empty_library.read() as desk:
        assert desk.log.events(EventQuery("copy", 0, 1))[0].event == away


def test_the_entries_of_an_older_log_become_the_librarys_own(empty_library: SqlLibrary) -> None:
    """Once, and only where the library's keys are at hand."""
    upgrade(empty_library, "0019")
    with empty_library.engine.begin() as connection:
        for number in (1, 2, 3):
            row = f"({number}, 'log-restarted', {AT_NOON}, 0)"
            connection.exec_driver_sql(f"INSERT INTO event (number, kind, at, epoch) VALUES {row}")
            connection.execute(
                text("INSERT INTO log_entry VALUES (:number, :event, :leaf, :blind, '{}')"),
                {"number": number - 1, "event": number, "leaf": b"leaf %d" % number, "blind": b"b" * 32},
            )
    with pytest.raises(ValueError, match="needs the library's keys"):
        upgrade(empty_library)
    upgrade(empty_library, secret_of_log=lambda: b"the library's")
    with empty_library.read() as desk:
        entries = desk.ledger.entries(0, 9)
    assert [one.mac for one in entries] == [AeadSealer(b"the library's").mac(one.leaf) for one in entries]
    assert len(entries) == 3


def test_what_opens_the_entries_of_an_older_log_is_sealed_anew(empty_library: SqlLibrary) -> None:
    """What doesn't open any more stays as it is: it is for the auditor."""
    upgrade(empty_library, "0020")
    key = hmac.digest(b"the library's", b"lend/v1/opening\0" + b"s" * 32, "sha256")
    sealed = b"n" * 12 + AESGCM(key).encrypt(b"n" * 12, b"who", b"lend/v1/opening\0" + bytes(8) + b"copy")
    with empty_library.engine.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO event (number, kind, at, epoch) VALUES (1, 'x', {AT_NOON}, 0)"
        )
        for statement, values in (
            ("INSERT INTO log_entry VALUES (0, 1, :some, :some, '{}', :some)", {"some": b"x"}),
            ("INSERT INTO patron_key VALUES ('ana', :salt)", {"salt": b"s" * 32}),
            ("INSERT INTO log_opening VALUES (0, 'copy', 'ana', :sealed)", {"sealed": sealed}),
            ("INSERT INTO log_opening VALUES (0, 'patron', 'ana', :sealed)", {"sealed": b"broken"}),
        ):
            connection.execute(text(statement), values)
    upgrade(empty_library, secret_of_log=lambda: b"the library's")
    with empty_library.read() as desk:
        good, broken = desk.ledger.openings(0, 1)
    sealer = AeadSealer(b"the library's")
    assert sealer.open(b"s" * 32, good) == b"who"
    assert broken.sealed == b"broken"
    with pytest.raises(NotOpened):
        sealer.open(b"s" * 32, replace(good, patron_id="another"))


def test_saved_searches_from_before_names_were_covered_keep_no_names(empty_library: SqlLibrary) -> None:
    upgrade(empty_library, "0014")
    searches = {"a": "owner=ana&borrower=eva", "b": "borrower=eva&passed_by=gil", "c": "book=%C3%B1u&long=7"}
    with empty_library.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO account (id, sign_in_name, name, name_folded, roles, password_hash, made_at)"
            " VALUES ('lib', 'lib', 'Lib', 'lib', 'librarian', '', 0)"
        )
        for name, query in searches.items():
            row = {"id": name, "account_id": "lib", "name": name, "query": query, "made_at": NOON}
            connection.execute(insert(saved_search).values(row))
    upgrade(empty_library)
    with empty_library.read() as desk:
        found = {search.name: search.query for search in desk.searches.of("lib")}
    assert found == {"a": "owner=ana", "c": "book=%C3%B1u&long=7"}


def test_a_library_of_the_first_schema_keeps_its_places(empty_library: SqlLibrary) -> None:
    """They are those of a device that gives no name."""
    upgrade(empty_library, "0001")
    with empty_library.engine.begin() as connection:
        for statement in FIRST_LIBRARY.split(";"):
            connection.exec_driver_sql(statement)
    upgrade(empty_library)
    assert is_current(empty_library)
    with empty_library.read() as desk:
        assert desk.marks.places("borrowed") == [Place('{"page":7}', 0.25, NOON)]
        assert desk.marks.owners_places("copy") == [Place('{"cfi":"é"}', 1 / 3, NOON + timedelta(days=1))]
        assert desk.circulation.loan("borrowed").borrower_name == "Luis"
    with empty_library.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_an_upgrade_that_breaks_off_leaves_the_database_as_it_was(
    empty_library: SqlLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lending.adapters.sql.schema._config", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        upgrade(empty_library)
    assert inspect(empty_library.engine).get_table_names() == []


def test_two_processes_may_upgrade_at_once(empty_database: str) -> None:
    spawning = multiprocessing.get_context("spawn")
    processes = [spawning.Process(target=_upgrade, args=(empty_database,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    library = SqlLibrary(connect(empty_database))
    assert is_current(library)
    library.engine.dispose()


def _upgrade(url: str) -> None:
    upgrade(SqlLibrary(connect(url)))


def test_another_programs_schema_is_not_current(sql_library: SqlLibrary, empty_library: SqlLibrary) -> None:
    upgrade(empty_library)
    with empty_library.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not is_current(empty_library)


def loan_row(loan: Loan) -> dict[str, object]:
    row = {name: getattr(loan, name) for name in Loan.__slots__}
    return row | {"borrower_folded": "", "end": loan.end and loan.end.value}


def test_no_program_can_write_a_second_open_loan(sql_library: SqlLibrary, insert: Insert) -> None:
    shelve(sql_library)
    insert("loan", loan_row(a_loan("first")))
    with pytest.raises(IntegrityError):
        insert("loan", loan_row(a_loan("second", binding="key:other")))
    insert("loan", loan_row(a_loan("over", ended_at=NOON)))


def test_no_program_can_write_a_second_waiting_link(sql_library: SqlLibrary, insert: Insert) -> None:
    shelve(sql_library)
    link = a_link()
    row = {name: getattr(link, name) for name in type(link).__slots__} | {"state": "waiting"}
    insert("link", row)
    with pytest.raises(IntegrityError):
        insert("link", row | {"id": "second"})
    insert("link", row | {"id": "closed", "state": "cancelled"})


def test_no_program_can_lend_twice_with_one_link(sql_library: SqlLibrary, insert: Insert) -> None:
    shelve(sql_library)
    shelve(sql_library, "copy 2", "edition 2")
    link = a_link()
    insert("link", {name: getattr(link, name) for name in type(link).__slots__} | {"state": "used"})
    insert("loan", loan_row(a_loan("first", link_id="link")))
    with pytest.raises(IntegrityError):
        insert("loan", loan_row(a_loan("second", link_id="link", copy_id="copy 2")))


def test_no_program_can_record_what_happened_to_nothing(insert: Insert) -> None:
    row = {"kind": "returned", "at": NOON, "copy_id": "none", "epoch": 0}
    with pytest.raises(IntegrityError):
        insert("event", row)


def test_sqlite_keeps_what_it_has_confirmed(sqlite_library: SqlLibrary) -> None:
    with sqlite_library.engine.connect() as connection:
        ask: Callable[[str], object] = lambda name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()  # noqa: E731
        assert ask("journal_mode") == "wal"
        assert ask("synchronous") == 2  # FULL
        assert ask("foreign_keys") == 1
        assert ask("secure_delete") == 1


def test_times_are_kept_as_whole_milliseconds(sql_library: SqlLibrary) -> None:
    shelve(sql_library, added_at=NOON + timedelta(microseconds=1999))
    with sql_library.engine.connect() as connection:
        kept = connection.execute(text("SELECT added_at FROM copy")).scalar_one()
    assert kept == int(NOON.timestamp() * 1000) + 1


def test_a_naive_time_never_reaches_the_database(sql_library: SqlLibrary) -> None:
    with pytest.raises(ValueError, match="naive"):
        Moment().process_bind_param(NOON.replace(tzinfo=None), sql_library.engine.dialect)


def test_plain_postgresql_urls_mean_psycopg() -> None:
    for url in ("postgres://u@h/d", "postgresql://u@h/d"):
        engine = connect(url)
        assert engine.dialect.driver == "psycopg"
        engine.dispose()

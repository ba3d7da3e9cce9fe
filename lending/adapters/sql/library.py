"""`Library` and `Transaction` over SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Connection, Engine

from lending.adapters.sql.accounts import SqlAccounts
from lending.adapters.sql.ask_pages import SqlAskPages
from lending.adapters.sql.checks import SqlChecks
from lending.adapters.sql.choices import SqlChoices, loan_rules, reading_terms
from lending.adapters.sql.circulation import SqlCirculation
from lending.adapters.sql.collection import SqlCollection
from lending.adapters.sql.engine import reading, writers_in_turn, writing
from lending.adapters.sql.keys import SqlKeys
from lending.adapters.sql.ledger import SqlLedger
from lending.adapters.sql.line import SqlLine
from lending.adapters.sql.loanlog import SqlLoanLog
from lending.adapters.sql.marks import SqlMarks
from lending.adapters.sql.names import SqlNames
from lending.adapters.sql.outbox import SqlOutbox
from lending.adapters.sql.overview import SqlTallies
from lending.adapters.sql.searches import SqlSavedSearches
from lending.adapters.sql.signs import SqlSigns
from lending.adapters.sql.uploads import SqlUploads
from lending.adapters.sql.use import SqlUseCounts
from lending.adapters.sql.witnesses import SqlWitnesses
from lending.circulation.policy import LoanRules
from lending.circulation.terms import ReadingTerms


class SqlTransaction:
    """One transaction's view of the library."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def accounts(self) -> SqlAccounts:
        """Who signs in."""
        return SqlAccounts(self._connection)

    @cached_property
    def collection(self) -> SqlCollection:
        """Editions and copies."""
        return SqlCollection(self._connection)

    @cached_property
    def circulation(self) -> SqlCirculation:
        """Links, loans, the record."""
        return SqlCirculation(self._connection)

    @cached_property
    def line(self) -> SqlLine:
        """Who waits for a title."""
        return SqlLine(self._connection)

    @cached_property
    def ask_pages(self) -> SqlAskPages:
        """Pages where people ask to borrow."""
        return SqlAskPages(self._connection)

    @cached_property
    def marks(self) -> SqlMarks:
        """What readers leave in books."""
        return SqlMarks(self._connection)

    @cached_property
    def terms(self) -> SqlChoices[ReadingTerms]:
        """What owners ask of readers."""
        return reading_terms(self._connection)

    @cached_property
    def rules(self) -> SqlChoices[LoanRules]:
        """How owners lend."""
        return loan_rules(self._connection)

    @cached_property
    def log(self) -> SqlLoanLog:
        """What librarians look at."""
        return SqlLoanLog(self._connection)

    @cached_property
    def names(self) -> SqlNames:
        """Under which names friends are kept."""
        return SqlNames(self._connection)

    @cached_property
    def ledger(self) -> SqlLedger:
        """The log that need not be believed."""
        return SqlLedger(self._connection)

    @cached_property
    def use(self) -> SqlUseCounts:
        """How often titles are used."""
        return SqlUseCounts(self._connection)

    @cached_property
    def witnesses(self) -> SqlWitnesses:
        """Who else remembers it."""
        return SqlWitnesses(self._connection)

    @cached_property
    def tallies(self) -> SqlTallies:
        """Figures of the library as a whole."""
        return SqlTallies(self._connection)

    @cached_property
    def signs(self) -> SqlSigns:
        """What may be unusual about loans."""
        return SqlSigns(self._connection)

    @cached_property
    def checks(self) -> SqlChecks:
        """What was found when log and stock were looked through."""
        return SqlChecks(self._connection)

    @cached_property
    def searches(self) -> SqlSavedSearches:
        """What librarians look for again."""
        return SqlSavedSearches(self._connection)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """Letters to send."""
        return SqlOutbox(self._connection)

    @cached_property
    def uploads(self) -> SqlUploads:
        """Uploads under way."""
        return SqlUploads(self._connection)

    @cached_property
    def keys(self) -> SqlKeys:
        """Wrapped keys."""
        return SqlKeys(self._connection)


class SqlLibrary:
    """The library in a database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.queue = writers_in_turn(engine)

    @contextmanager
    def change(self) -> Iterator[SqlTransaction]:
        """See `ports.library.Library.change`."""
        with writing(self.engine, self.queue) as connection:
            yield SqlTransaction(connection)

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """See `ports.library.Library.read`."""
        with reading(self.engine) as connection:
            yield SqlTransaction(connection)

    def clear_away(self) -> bool:
        """Empty SQLite's write-ahead log, where pages lie as they were; by itself SQLite does so only when
        the last program closes the database. False where a reader held it up. On PostgreSQL it is the
        business of its vacuum."""
        if self.engine.dialect.name != "sqlite":
            return True
        connection = self.engine.raw_connection()  # outside of any transaction
        try:
            busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.close()
        return not busy

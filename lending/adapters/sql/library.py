"""`Library` and `Transaction` over SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Connection, Engine

from lending.adapters.sql.accounts import SqlAccounts
from lending.adapters.sql.choices import SqlChoices, loan_rules, reading_terms
from lending.adapters.sql.circulation import SqlCirculation
from lending.adapters.sql.collection import SqlCollection
from lending.adapters.sql.engine import reading, writers_in_turn, writing
from lending.adapters.sql.keys import SqlKeys
from lending.adapters.sql.loanlog import SqlLoanLog
from lending.adapters.sql.marks import SqlMarks
from lending.adapters.sql.outbox import SqlOutbox
from lending.adapters.sql.uploads import SqlUploads
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

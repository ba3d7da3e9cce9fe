"""`ports.use.UseCounts` over SQL."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from lending.adapters.sql.tables import edition, use_count
from lending.counter.figures import Metric, Month, Period
from lending.ports.use import UseKey


class SqlUseCounts:
    """How often titles are used."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, counts: Mapping[UseKey, int]) -> None:
        """See the port."""
        if not counts:
            return
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(use_count)
        adding = statement.on_conflict_do_update(
            index_elements=[column.name for column in use_count.primary_key],
            set_={"count": use_count.c.count + statement.excluded.count},
        )
        # In one order for everybody, so that two who add at once don't wait for each other in a circle.
        rows = [
            {
                "edition_id": key.edition_id,
                "month": str(key.month),
                "metric": key.metric.value,
                "count": count,
            }
            for key, count in sorted(counts.items())
        ]
        self._connection.execute(adding, rows)

    def within(self, period: Period) -> dict[UseKey, int]:
        """See the port."""
        columns = (use_count.c.edition_id, use_count.c.month, use_count.c.metric, use_count.c.count)
        months = use_count.c.month.between(str(period.first), str(period.last))
        rows = self._connection.execute(select(*columns).where(months))
        return {
            UseKey(edition_id, Month.parse(month), Metric(metric)): number
            for edition_id, month, metric, number in rows
        }

    def first_month(self, owners: frozenset[str] | None = None) -> Month | None:
        """See the port."""
        months = select(func.min(use_count.c.month))
        if owners is not None:
            months = months.join(edition).where(edition.c.owner_id.in_(owners))
        first = self._connection.execute(months).scalar()
        return None if first is None else Month.parse(first)

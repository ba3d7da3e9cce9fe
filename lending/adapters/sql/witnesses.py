"""`ports.witnesses.WitnessBook` over SQL."""

from sqlalchemy import Connection, select

from lending.adapters.sql.ledger_tables import log_witness
from lending.adapters.sql.upserts import upsert
from lending.ports.witnesses import Witnessed


class SqlWitnesses:
    """What witnesses have said of the log."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, origin: str) -> dict[str, Witnessed]:
        """See the port."""
        rows = self._connection.execute(select(log_witness).where(log_witness.c.origin == origin))
        return {
            row.witness: Witnessed(
                row.origin, row.witness, row.size, row.cosigned_at, row.alarm, row.alarm_at
            )
            for row in rows
        }

    def keep(self, witnessed: Witnessed) -> None:
        """See the port."""
        row = {
            "origin": witnessed.origin,
            "witness": witnessed.witness,
            "size": witnessed.size,
            "cosigned_at": witnessed.cosigned_at,
            "alarm": witnessed.alarm,
            "alarm_at": witnessed.alarm_at,
        }
        upsert(self._connection, log_witness, row)

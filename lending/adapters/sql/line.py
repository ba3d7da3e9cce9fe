"""`ports.library.Line` over SQL: who waits for a title."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from lending import refusals
from lending.adapters.sql.outbox import SqlOutbox
from lending.adapters.sql.rows import HOLD_COLUMNS, hold_from
from lending.adapters.sql.tables import copy, edition, event, hold, loan
from lending.circulation.events import Event
from lending.circulation.holds import Hold, HoldState
from lending.circulation.notices import notices_of_hold
from lending.circulation.waiting import HoldDecision


class SqlLine:
    """The line for each title."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, edition_id: str) -> list[Hold]:
        """See the port. (On SQLite a writing transaction holds the whole database already.)"""
        # "No key update", so that what merely refers to the title goes on meanwhile.
        held = select(edition.c.id).where(edition.c.id == edition_id).with_for_update(key_share=True)
        self._connection.execute(held)
        return self.of(edition_id)

    def of(self, edition_id: str) -> list[Hold]:
        """See the port."""
        query = (
            select(*HOLD_COLUMNS)
            .where(hold.c.edition_id == edition_id, hold.c.closed_at.is_(None))
            .order_by(hold.c.asked_at, hold.c.id)
        )
        return [hold_from(row) for row in self._connection.execute(query)]

    def get(self, hold_id: str) -> Hold:
        """See the port."""
        row = self._connection.execute(select(*HOLD_COLUMNS).where(hold.c.id == hold_id)).one_or_none()
        if row is None:
            raise refusals.NotFound
        return hold_from(row)

    def asked_for(self, owner_id: str) -> list[str]:
        """See the port."""
        query = (
            select(hold.c.edition_id)
            .join(edition, edition.c.id == hold.c.edition_id)
            .where(edition.c.owner_id == owner_id, hold.c.state == HoldState.ASKED.value)
            .distinct()
            .order_by(hold.c.edition_id)
        )
        return list(self._connection.execute(query).scalars())

    def store(self, decision: HoldDecision) -> list[int]:
        """See the port."""
        put(self._connection, decision.hold)
        SqlOutbox(self._connection).add(notices_of_hold(decision))
        return [write_down(self._connection, happened) for happened in decision.events]

    def lengths(self, owner_id: str, most: int) -> list[timedelta]:
        """See the port."""
        query = (
            select(loan.c.checked_out_at, loan.c.ended_at)
            .join(copy, copy.c.id == loan.c.copy_id)
            .where(copy.c.owner_id == owner_id, loan.c.ended_at.is_not(None), loan.c.to_owner.is_(False))
            .order_by(loan.c.checked_out_at.desc())
            .limit(most)
        )
        return [row.ended_at - row.checked_out_at for row in self._connection.execute(query)]


def put(connection: Connection, changed: Hold) -> None:
    """Write a hold, whether or not it is there already; its address is let be."""
    row: dict[str, Any] = {**asdict(changed), "state": changed.state.value}
    if connection.execute(update(hold).where(hold.c.id == changed.id).values(row)).rowcount == 0:
        connection.execute(insert(hold).values(row))


def write_down(connection: Connection, happened: Event) -> int:
    """Append an event to the record; its number there."""
    row = asdict(happened)
    number: int = connection.execute(insert(event).values(row).returning(event.c.number)).scalar_one()
    return number

"""`ports.library.Marks` over SQL: margins with their marks, places, readers' settings."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, or_, select, union, update

from lending.adapters.sql.columns import EPOCH, MILLISECOND
from lending.adapters.sql.tables import (
    account,
    copy,
    link,
    loan,
    margin,
    mark,
    reading_position,
    reading_settings,
)
from lending.adapters.sql.upserts import insert_if_absent, upsert
from lending.circulation.links import LinkKind
from lending.marks.places import Place
from lending.marks.records import Ink, Kind, LeftNote, Mark, Writing
from lending.marks.settings import Setting

_IS_LEFT = and_(mark.c.stays, mark.c.note != "", ~mark.c.deleted)
"""`Mark.is_left`, for the database."""


class SqlMarks:
    """What readers leave in books."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, margin_id: str, copy_id: str) -> int:
        """See the port. (On SQLite a writing transaction holds the whole database already.)"""
        insert_if_absent(self._connection, margin, {"id": margin_id, "copy_id": copy_id, "revision": 0})
        query = select(margin.c.revision).where(margin.c.id == margin_id).with_for_update()
        revision: int = self._connection.execute(query).scalar_one()
        return revision

    def revision(self, margin_id: str) -> int:
        """See the port."""
        query = select(margin.c.revision).where(margin.c.id == margin_id)
        return self._connection.execute(query).scalar_one_or_none() or 0

    def since(self, margin_id: str, revision: int) -> list[Mark]:
        """See the port."""
        return self._marks(and_(mark.c.margin_id == margin_id, mark.c.revision > revision))

    def named(self, margin_id: str, ids: set[str]) -> dict[str, Mark]:
        """See the port."""
        return {one.id: one for one in self._marks(and_(mark.c.margin_id == margin_id, mark.c.id.in_(ids)))}

    def count(self, margin_id: str) -> tuple[int, int]:
        """See the port."""
        query = select(func.count(), func.count().filter(~mark.c.deleted))
        query = query.where(mark.c.margin_id == margin_id)
        kept, there = self._connection.execute(query).one()
        return there, kept

    def store(self, margin_id: str, marks: Iterable[Mark]) -> None:
        """See the port."""
        rows = [_mark_row(margin_id, one) for one in marks]
        if rows:
            upsert(self._connection, mark, *rows)
            newest = max(row["revision"] for row in rows)
            self._connection.execute(update(margin).where(margin.c.id == margin_id).values(revision=newest))

    def places(self, loan_id: str) -> list[Place]:
        """See the port."""
        return self._places(reading_position.c.loan_id == loan_id)

    def owners_places(self, copy_id: str) -> list[Place]:
        """See the port."""
        own = select(loan.c.id).where(loan.c.copy_id == copy_id, loan.c.to_owner)
        return self._places(reading_position.c.loan_id.in_(own))

    def save_place(self, loan_id: str, place: Place) -> None:
        """See the port."""
        upsert(self._connection, reading_position, {"loan_id": loan_id, **asdict(place)})

    def forget_place(self, loan_id: str, device: str) -> None:
        """See the port."""
        its = and_(reading_position.c.loan_id == loan_id, reading_position.c.device == device)
        self._connection.execute(delete(reading_position).where(its))

    def settings(self, holder_id: str) -> dict[str, Setting]:
        """See the port."""
        query = select(reading_settings.c.settings).where(reading_settings.c.holder_id == holder_id)
        return _settings(self._connection.execute(query).scalar_one_or_none() or "{}")

    def lock_settings(self, holder_id: str) -> dict[str, Setting]:
        """See the port."""
        insert_if_absent(self._connection, reading_settings, {"holder_id": holder_id, "settings": "{}"})
        query = select(reading_settings.c.settings).where(reading_settings.c.holder_id == holder_id)
        return _settings(self._connection.execute(query.with_for_update()).scalar_one())

    def save_settings(self, holder_id: str, settings: Mapping[str, Setting]) -> None:
        """See the port."""
        upsert(
            self._connection,
            reading_settings,
            {"holder_id": holder_id, "settings": _settings_text(settings)},
        )

    def hand_over(self, copy_id: str, gift_id: str) -> None:
        """See the port."""
        own = select(loan.c.id).where(loan.c.copy_id == copy_id, loan.c.to_owner)
        self._connection.execute(delete(reading_position).where(reading_position.c.loan_id.in_(own)))
        self._connection.execute(delete(mark).where(mark.c.margin_id == copy_id, ~_IS_LEFT))
        theirs = {"id": gift_id, "copy_id": copy_id, "revision": self.revision(copy_id)}
        insert_if_absent(self._connection, margin, theirs)
        moved = update(mark).where(mark.c.margin_id == copy_id)
        self._connection.execute(moved.values(margin_id=gift_id))
        self._connection.execute(delete(margin).where(margin.c.id == copy_id))

    def left(self, copy_id: str, not_in: str, most: int) -> list[LeftNote]:
        """See the port."""
        named = func.coalesce(loan.c.borrower_name, account.c.name).label("name")
        whose = margin.join(copy, copy.c.id == margin.c.copy_id)
        whose = whose.outerjoin(loan, loan.c.id == margin.c.id).outerjoin(link, link.c.id == margin.c.id)
        whose = whose.join(account, account.c.id == func.coalesce(link.c.made_by, copy.c.owner_id))
        found = select(mark, named).select_from(whose.join(mark, mark.c.margin_id == margin.c.id))
        found = found.where(margin.c.copy_id == copy_id, margin.c.id != not_in, _IS_LEFT)
        newest = found.order_by(mark.c.made_at.desc(), mark.c.id).limit(most).subquery()
        rows = self._connection.execute(
            select(newest).order_by(newest.c.fraction, newest.c.made_at, newest.c.id)
        )
        return [LeftNote(_mark(row), row.name) for row in rows]

    def rub_out(self, copy_id: str, note: LeftNote) -> None:
        """See the port."""
        of_copy = select(margin.c.id).where(margin.c.copy_id == copy_id)
        by_gift = of_copy.join(link, link.c.id == margin.c.id)
        it = and_(mark.c.id == note.mark.id, mark.c.made_at == note.mark.made_at, _IS_LEFT)
        self._connection.execute(delete(mark).where(mark.c.margin_id.in_(by_gift), it))
        self._connection.execute(update(mark).where(mark.c.margin_id.in_(of_copy), it).values(stays=False))

    def forgettable(self, ended_before: datetime, limit: int) -> list[str]:
        """See the port."""
        ended = and_(loan.c.ended_at < ended_before, ~loan.c.to_owner)
        marked = select(loan.c.id).join(mark, mark.c.margin_id == loan.c.id).where(ended, ~_IS_LEFT)
        placed = select(loan.c.id).join(reading_position, reading_position.c.loan_id == loan.c.id)
        chosen = select(loan.c.id).join(reading_settings, reading_settings.c.holder_id == loan.c.id)
        found = union(marked, placed.where(ended), chosen.where(ended)).limit(limit)
        return list(self._connection.execute(found).scalars())

    def forget(self, loan_id: str, *, left_too: bool = False) -> None:
        """See the port."""
        of_loan = mark.c.margin_id == loan_id
        self._connection.execute(delete(mark).where(of_loan if left_too else and_(of_loan, ~_IS_LEFT)))
        self._connection.execute(delete(reading_position).where(reading_position.c.loan_id == loan_id))
        self._connection.execute(delete(reading_settings).where(reading_settings.c.holder_id == loan_id))

    def forget_owner(self, account_id: str) -> None:
        """See the port."""
        of_copies = select(copy.c.id).where(copy.c.owner_id == account_id)
        of_gifts = select(link.c.id).where(link.c.made_by == account_id, link.c.kind == LinkKind.GIFT.value)
        for margins in (of_copies, of_gifts):
            self._connection.execute(delete(mark).where(mark.c.margin_id.in_(margins)))
            self._connection.execute(delete(margin).where(margin.c.id.in_(margins)))
        own = select(loan.c.id).where(loan.c.to_owner, loan.c.binding == f"account:{account_id}")
        self._connection.execute(delete(reading_position).where(reading_position.c.loan_id.in_(own)))
        theirs = or_(reading_settings.c.holder_id == account_id, reading_settings.c.holder_id.in_(own))
        self._connection.execute(delete(reading_settings).where(theirs))

    def _marks(self, where: ColumnElement[bool]) -> list[Mark]:
        query = select(mark).where(where).order_by(mark.c.revision)
        return [_mark(row) for row in self._connection.execute(query)]

    def _places(self, where: ColumnElement[bool]) -> list[Place]:
        query = select(reading_position).where(where).order_by(reading_position.c.read_at)
        return [
            Place(row.locator, row.fraction, row.read_at, row.device)
            for row in self._connection.execute(query)
        ]


def _mark_row(margin_id: str, one: Mark) -> dict[str, Any]:
    writing = one.writing
    return {
        "margin_id": margin_id,
        "id": one.id,
        "revision": one.revision,
        "kind": writing.kind.value,
        "locator": writing.locator,
        "fraction": writing.fraction,
        "text": writing.text,
        "note": writing.note,
        "ink": writing.ink.value,
        "deleted": one.deleted,
        "made_at": one.made_at,
        "changed_at": one.changed_at,
        "heard": one.heard,
        "stays": writing.stays,
    }


def _mark(row: Row[Any]) -> Mark:
    writing = Writing(Kind(row.kind), row.locator, row.fraction, row.text, row.note, Ink(row.ink), row.stays)
    return Mark(row.id, row.revision, writing, row.made_at, row.changed_at, row.deleted, row.heard)


def _settings_text(settings: Mapping[str, Setting]) -> str:
    """JSON: of each name what was chosen, and when, in milliseconds since 1970."""
    rows = {name: [one.value, (one.changed_at - EPOCH) // MILLISECOND] for name, one in settings.items()}
    return json.dumps(rows, ensure_ascii=False)


def _settings(text: str) -> dict[str, Setting]:
    return {name: Setting(value, EPOCH + at * MILLISECOND) for name, (value, at) in json.loads(text).items()}

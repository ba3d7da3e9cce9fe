"""`ports.ledger.Ledger` over SQL."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)

from lending.adapters.sql.columns import COUNTER, MILLISECOND
from lending.adapters.sql.covered_rows import COVERED_TABLES, NAMING, as_kept, called, text_of
from lending.adapters.sql.ledger_rows import (
    checkpoint_from,
    entry_from,
    entry_row,
    head_from,
    opening_row,
    sound,
)
from lending.adapters.sql.ledger_tables import (
    ONLY_ROW,
    checkpoint,
    log_entry,
    log_head,
    log_opening,
    log_tile,
    patron_key,
)
from lending.adapters.sql.ownership import GIVER_OF_LOAN, TITLE_OF_LOAN
from lending.adapters.sql.rows import event_from
from lending.adapters.sql.tables import account, copy, edition, event, hold, link, loan
from lending.adapters.sql.upserts import insert_if_absent, upsert
from lending.circulation.events import Event, EventKind
from lending.ledger.leaves import Field
from lending.ledger.tree import Frontier
from lending.ports.ledger import (
    About,
    Attached,
    Called,
    Covered,
    Entry,
    Head,
    RowName,
    SealedOpening,
    SignedCheckpoint,
)

_MOST_AT_ONCE = 500
"""Ids in one question; SQLite takes no more than some thousands."""
_COSIGNED = "%\n\n— %\n— %"
"""A note with a line below the log's own: only those of witnesses are put there."""


class SqlLedger:
    """The loan log's entries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self) -> Head:
        """See the port. (On SQLite a writing transaction holds the whole database already.)"""
        insert_if_absent(self._connection, log_head, {"id": ONLY_ROW, "origin": "", "size": 0, "peaks": b""})
        return head_from(self._connection.execute(_HEAD.with_for_update()).one())

    def head(self) -> Head:
        """See the port."""
        row = self._connection.execute(_HEAD).one_or_none()
        return Head("", Frontier()) if row is None else head_from(row)

    def begin(self, origin: str) -> None:
        """See the port."""
        self._connection.execute(update(log_head).values(origin=origin))

    def append(self, grown: Frontier, entries: Sequence[Entry], openings: Iterable[SealedOpening]) -> None:
        """See the port."""
        self._connection.execute(insert(log_entry), [entry_row(entry) for entry in entries])
        if rows := [opening_row(opening) for opening in openings]:
            self._connection.execute(insert(log_opening), rows)
        self._connection.execute(update(log_head).values(size=grown.size, peaks=b"".join(grown.peaks)))

    def entries(self, start: int, count: int) -> list[Entry]:
        """See the port."""
        query = select(log_entry).where(log_entry.c.number >= start).order_by(log_entry.c.number)
        return [entry_from(row) for row in self._connection.execute(query.limit(count))]

    def of_events(self, event_numbers: Iterable[int]) -> dict[int, Entry]:
        """See the port."""
        query = select(log_entry).where(log_entry.c.event_number.in_(list(event_numbers)))
        return {row.event_number: entry_from(row) for row in self._connection.execute(query)}

    def of_loan(self, copy_id: str, loan_id: str) -> list[tuple[Entry, Event]]:
        """See the port."""
        # By the copy too: of its events there is an index.
        query = select(event).where(event.c.copy_id == copy_id, event.c.loan_id == loan_id)
        rows = self._connection.execute(query.order_by(event.c.number)).all()
        entries = self.of_events(row.number for row in rows)
        return [(entries[row.number], event_from(row)) for row in rows if row.number in entries]

    def walk(self, start: int, count: int) -> list[tuple[Entry, Event | None]]:
        """See the port."""
        entries = self.entries(start, count)
        numbers = [entry.event_number for entry in entries]
        query = select(event).where(event.c.number.in_(numbers))
        rows = (sound(event, row) for row in self._connection.execute(query))
        events = {row.number: event_from(row) for row in rows}
        return [(entry, events.get(entry.event_number)) for entry in entries]

    def not_entered(self, after: int, limit: int) -> list[tuple[int, Event]]:
        """See the port."""
        query = select(event).outerjoin(log_entry, log_entry.c.event_number == event.c.number)
        query = query.where(event.c.number > after, log_entry.c.number.is_(None))
        query = query.order_by(event.c.number).limit(limit)
        return [(row.number, event_from(row)) for row in self._connection.execute(query)]

    def about(self, event: Event) -> About:
        """See the port."""
        named = {
            "the_copy": event.copy_id,
            "the_edition": event.edition_id,
            "the_loan": event.loan_id,
            "the_hold": event.hold_id,
            "the_link": event.link_id,
        }
        row = self._connection.execute(_ABOUT, named).one_or_none()
        if row is None:
            return About()
        patron_id, patron_name = row.patron_id or "", row.patron_name or ""
        if row.to_owner:
            patron_id, patron_name = row.owner_id, row.owner_name
        return About(event.copy_id or "", row.title, row.owner_id, row.owner_name, patron_id, patron_name)

    def stand(self, names: Iterable[RowName]) -> dict[RowName, str]:
        """See the port."""
        found: dict[RowName, str] = {}
        for table, ids in _by_table(names):
            query = select(*as_kept(table)).where(COVERED_TABLES[table].c.id.in_(ids))
            found |= {RowName(table, row.id): text_of(table, row) for row in self._connection.execute(query)}
        return found

    def standing(self, table: Covered, after: str, limit: int) -> list[tuple[str, str]]:
        """See the port."""
        its_id = COVERED_TABLES[table].c.id
        query = select(*as_kept(table)).where(its_id > after).order_by(its_id).limit(limit)
        return [(row.id, text_of(table, row)) for row in self._connection.execute(query)]

    def editions_of(self, copy_ids: Iterable[str]) -> list[str]:
        """See the port."""
        found: set[str] = set()
        for ids in _in_parts(sorted(set(copy_ids))):
            query = select(copy.c.edition_id).where(copy.c.id.in_(ids))
            found |= set(self._connection.execute(query).scalars())
        return sorted(found)

    def lost(self, limit: int) -> list[tuple[str, str]]:
        """See the port."""
        found: set[tuple[str, str]] = set()
        for named, its_id in _named_by_id():
            unknown = select(named).outerjoin(its_id.table, its_id == named).where(its_id.is_(None))
            query = unknown.where(named.is_not(None)).distinct().limit(limit)
            ids = self._connection.execute(query).scalars()
            found |= {(its_id.table.name, str(one)) for one in ids}
        return sorted(found)

    def names_of(self, names: Iterable[RowName]) -> dict[RowName, Called]:
        """See the port."""
        found: dict[RowName, Called] = {}
        for table, ids in _by_table(name for name in names if name.table in NAMING):
            its_id = COVERED_TABLES[table].c.id
            query = select(its_id, *NAMING[table]).where(its_id.in_(ids))
            found |= {RowName(table, row.id): called(row) for row in self._connection.execute(query)}
        return found

    def openings(self, start: int, count: int) -> list[SealedOpening]:
        """See the port."""
        wanted = log_opening.c.number.between(start, start + count - 1)
        query = select(log_opening).where(wanted).order_by(log_opening.c.number, log_opening.c.field)
        return [
            SealedOpening(row.number, Field(row.field), row.patron_id, bytes(row.sealed))
            for row in (sound(log_opening, found) for found in self._connection.execute(query))
        ]

    def salts(self, patron_ids: Iterable[str]) -> dict[str, bytes]:
        """See the port."""
        found: dict[str, bytes] = {}
        for ids in _in_parts(sorted(set(patron_ids))):
            query = select(patron_key).where(patron_key.c.patron_id.in_(ids))
            found |= {row.patron_id: bytes(row.salt) for row in self._connection.execute(query)}
        return found

    def add_salt(self, patron_id: str, salt: bytes) -> None:
        """See the port."""
        self._connection.execute(insert(patron_key).values(patron_id=patron_id, salt=salt))

    def shred(self, patron_ids: Iterable[str]) -> list[tuple[int, Field]]:
        """See the port."""
        gone: list[tuple[int, Field]] = []
        for ids in _in_parts(sorted(set(patron_ids))):
            shredded = delete(log_opening).where(log_opening.c.patron_id.in_(ids))
            rows = self._connection.execute(shredded.returning(log_opening.c.number, log_opening.c.field))
            gone += [(row.number, Field(row.field)) for row in rows]
            self._connection.execute(delete(patron_key).where(patron_key.c.patron_id.in_(ids)))
        return sorted(gone)

    def attached(self) -> Attached:
        """See the port."""
        used = exists().where(log_opening.c.patron_id == patron_key.c.patron_id)
        openings, tiles, keys = (
            self._connection.execute(select(func.count()).select_from(table).where(*which)).scalar_one()
            for table, which in ((log_opening, ()), (log_tile, ()), (patron_key, (~used,)))
        )
        return Attached(openings, tiles, keys)

    def tile_roots(self, level: int, start: int, count: int) -> list[bytes]:
        """See the port."""
        index = log_tile.c.index
        query = select(log_tile.c.root).where(
            log_tile.c.level == level, index >= start, index < start + count
        )
        return [bytes(root) for root in self._connection.execute(query.order_by(index)).scalars()]

    def tiles_kept(self, level: int) -> int:
        """See the port."""
        newest = select(func.max(log_tile.c.index)).where(log_tile.c.level == level)
        index = self._connection.execute(newest).scalar()
        return 0 if index is None else index + 1

    def add_tile_roots(self, level: int, start: int, roots: Sequence[bytes]) -> None:
        """See the port."""
        rows = [{"level": level, "index": start + at, "root": root} for at, root in enumerate(roots)]
        upsert(self._connection, log_tile, *rows)

    def restarts(self) -> list[tuple[int, Event]]:
        """See the port."""
        query = select(log_entry.c.number.label("entry"), event)
        query = query.join(event, event.c.number == log_entry.c.event_number)
        query = query.where(event.c.kind == EventKind.LOG_RESTARTED.value).order_by(log_entry.c.number)
        return [(row.entry, event_from(row)) for row in self._connection.execute(query)]

    def latest_checkpoint(self) -> SignedCheckpoint | None:
        """See the port."""
        return next(iter(self.newest_checkpoints(1)), None)

    def newest_checkpoints(self, count: int) -> list[SignedCheckpoint]:
        """See the port."""
        ours = (
            checkpoint.c.origin
            == select(log_head.c.origin).where(log_head.c.id == ONLY_ROW).scalar_subquery()
        )
        newest = select(checkpoint).where(ours).order_by(checkpoint.c.size.desc())
        return [checkpoint_from(row) for row in self._connection.execute(newest.limit(count))]

    def checkpoint_of(self, origin: str, size: int) -> SignedCheckpoint | None:
        """See the port."""
        query = select(checkpoint).where(checkpoint.c.origin == origin, checkpoint.c.size == size)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else checkpoint_from(row)

    def checkpoints(self) -> list[SignedCheckpoint]:
        """See the port."""
        query = select(checkpoint).order_by(checkpoint.c.signed_at, checkpoint.c.size)
        return [checkpoint_from(row) for row in self._connection.execute(query)]

    def superseded(self, before: datetime, span: timedelta, limit: int) -> list[tuple[str, int]]:
        """See the port."""
        milliseconds = span // MILLISECOND
        ends = (type_coerce(checkpoint.c.signed_at, COUNTER) // milliseconds + 1) * milliseconds
        a_newer_is_cosigned = (
            exists()
            .where(_is_newer, type_coerce(_newer.c.signed_at, COUNTER) < ends, _newer.c.note.like(_COSIGNED))
            .correlate(checkpoint)
        )
        says_as_much = or_(checkpoint.c.note.not_like(_COSIGNED), a_newer_is_cosigned)
        query = (
            select(checkpoint.c.origin, checkpoint.c.size)
            .where(checkpoint.c.signed_at < before, _next_signed < ends, says_as_much)
            .order_by(checkpoint.c.signed_at, checkpoint.c.size)
            .limit(limit)
        )
        return [(row.origin, row.size) for row in self._connection.execute(query)]

    def drop_checkpoints(self, named: Iterable[tuple[str, int]]) -> None:
        """See the port."""
        sizes: dict[str, list[int]] = {}
        for origin, size in named:
            sizes.setdefault(origin, []).append(size)
        for origin, of_it in sizes.items():
            dropped = checkpoint.c.origin == origin, checkpoint.c.size.in_(of_it)
            self._connection.execute(delete(checkpoint).where(*dropped))

    def add_checkpoint(self, signed: SignedCheckpoint) -> None:
        """See the port."""
        row = {
            "origin": signed.origin,
            "size": signed.size,
            "note": str(signed.note),
            "signed_at": signed.signed_at,
        }
        upsert(self._connection, checkpoint, row)


_HEAD = select(log_head).where(log_head.c.id == ONLY_ROW)
_newer = checkpoint.alias("newer")
# The origin is said so that no planner takes the primary key for it, which has all of a log's checkpoints in
# another order than the index of when they were signed.
_is_newer = and_(
    tuple_(_newer.c.signed_at, _newer.c.size) > tuple_(checkpoint.c.signed_at, checkpoint.c.size),
    _newer.c.origin.concat("") == checkpoint.c.origin,
)
_next_signed = (
    select(type_coerce(_newer.c.signed_at, COUNTER))
    .where(_is_newer)
    .order_by(_newer.c.signed_at, _newer.c.size)
    .limit(1)
    .correlate(checkpoint)
    .scalar_subquery()
)
_the_copy: BindParameter[str] = bindparam("the_copy")
_the_edition: BindParameter[str] = bindparam("the_edition")
_ABOUT = (
    select(
        edition.c.title,
        account.c.id.label("owner_id"),
        account.c.name.label("owner_name"),
        func.coalesce(loan.c.id, hold.c.id, link.c.id).label("patron_id"),
        func.coalesce(loan.c.borrower_name, hold.c.name, link.c.for_whom).label("patron_name"),
        loan.c.to_owner,
    )
    .select_from(
        edition.outerjoin(copy, copy.c.id == _the_copy)
        .outerjoin(loan, loan.c.id == bindparam("the_loan"))
        .join(account, account.c.id == func.coalesce(GIVER_OF_LOAN, copy.c.owner_id, edition.c.owner_id))
        .outerjoin(hold, hold.c.id == bindparam("the_hold"))
        .outerjoin(link, link.c.id == bindparam("the_link"))
    )
    .where(
        edition.c.id
        == func.coalesce(
            _the_edition,
            select(TITLE_OF_LOAN).where(loan.c.id == bindparam("the_loan")).correlate(None).scalar_subquery(),
            select(copy.c.edition_id).where(copy.c.id == _the_copy).scalar_subquery(),
        )
    )
)


def _named_by_id() -> Iterator[tuple[Column[Any], Column[Any]]]:
    """Where the record and covered rows name an account or an edition, and the id of what is named."""
    for table in (event, *COVERED_TABLES.values()):
        keys = (key for key in table.foreign_keys if key.column.table in (account, edition))
        yield from ((key.parent, key.column) for key in keys)


def _by_table(names: Iterable[RowName]) -> Iterable[tuple[Covered, list[str]]]:
    ids: dict[Covered, list[str]] = {}
    for name in sorted(set(names)):
        ids.setdefault(name.table, []).append(name.id)
    return [(table, part) for table, its in ids.items() for part in _in_parts(its)]


def _in_parts(ids: list[str]) -> list[list[str]]:
    return [ids[at : at + _MOST_AT_ONCE] for at in range(0, len(ids), _MOST_AT_ONCE)]

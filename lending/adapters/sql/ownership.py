"""Whose a copy was at an event, or at a loan, and of which title: copies change hands, and what was before
stays its giver's, under the giver's record of the book.

It is the giver's of the first gift after it; its present owner's if none came. A loan and a gift are compared
by the copy's count of check-outs; so is what happens later to an earlier loan, whosever the copy is by then.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, or_, select

from lending.adapters.sql.tables import copy, edition, event, loan

_gift, _kept, _title = event.alias("gift"), copy.alias("kept"), edition.alias("title_of")
_is_gift = _gift.c.kind == literal_column("'given'")  # as the index on gifts says it
_GIFTS = select(_gift.c.by).where(_is_gift).order_by(_gift.c.number).limit(1)

# A gift from before titles were kept with gifts: its giver's record of the same file.
_given, _file, _givers = copy.alias("given_copy"), edition.alias("file"), edition.alias("givers_title")
_fingerprint = (
    select(_file.c.fingerprint)
    .join(_given, _given.c.edition_id == _file.c.id)
    .where(_given.c.id == _gift.c.copy_id)
    .correlate(_gift)
    .scalar_subquery()
)
_same_file = (
    select(_givers.c.id)
    .where(
        _givers.c.owner_id == _gift.c.by,
        _givers.c.fingerprint == _fingerprint,
        _givers.c.added_at <= _gift.c.at,
    )
    .order_by(_givers.c.added_at.desc())
    .limit(1)
    .correlate(_gift)
    .scalar_subquery()
)
_title_given = func.coalesce(_gift.c.edition_id, _same_file)
_TITLES = select(_title_given).where(_is_gift).order_by(_gift.c.number).limit(1)
_epoch_of_loan = select(loan.c.epoch).where(loan.c.id == event.c.loan_id).correlate(event).scalar_subquery()

_after_event = and_(
    _gift.c.copy_id == event.c.copy_id,
    case(
        (event.c.loan_id.is_(None), _gift.c.number >= event.c.number),
        else_=_gift.c.epoch >= _epoch_of_loan,
    ),
)
_after_loan = and_(_gift.c.copy_id == loan.c.copy_id, _gift.c.epoch >= loan.c.epoch)

GIVER_OF_EVENT = _GIFTS.where(_after_event).correlate(event).scalar_subquery()
"""Who gave the event's copy away next, or next after the loan that it is about; null where nobody has."""
GIVER_OF_LOAN = _GIFTS.where(_after_loan).correlate(loan).scalar_subquery()
"""Who gave the loan's copy away next; null where nobody has."""
TITLE_OF_EVENT = _TITLES.where(_after_event).correlate(event).scalar_subquery()
"""As one of which edition it was given away then; null where it was not."""
TITLE_OF_LOAN = _TITLES.where(_after_loan).correlate(loan).scalar_subquery()
"""The same of the loan's copy."""

_owner_of_copy = select(_kept.c.owner_id).where(_kept.c.id == event.c.copy_id).correlate(event)
_owner_of_lent = select(_kept.c.owner_id).where(_kept.c.id == loan.c.copy_id).correlate(loan)
_OWNER_AT_EVENT = func.coalesce(GIVER_OF_EVENT, _owner_of_copy.scalar_subquery())
_OWNER_AT_LOAN = func.coalesce(GIVER_OF_LOAN, _owner_of_lent.scalar_subquery())


def loans_of(owners: Collection[str]) -> ColumnElement[bool]:
    """A condition on loans: of copies that were these accounts' then."""
    always, at_times = _copies_of(owners, loan.c.copy_id)
    return or_(always, and_(at_times, _OWNER_AT_LOAN.in_(owners)))


def events_of(owners: Collection[str]) -> ColumnElement[bool]:
    """A condition on events: about copies and titles that were these accounts' then, or by which a copy
    became theirs."""
    always, at_times = _copies_of(owners, event.c.copy_id)
    became = and_(event.c.kind == literal_column("'given'"), event.c.to.in_(owners))
    titles = select(_title.c.id).where(_title.c.owner_id.in_(owners))
    in_line = and_(event.c.copy_id.is_(None), event.c.edition_id.in_(titles))
    return or_(always, and_(at_times, or_(_OWNER_AT_EVENT.in_(owners), became)), in_line)


def titles_given(copy_id: str) -> Select[Any]:
    """By which gifts a copy became one of another title, in order: `number` of each, and the `title` until
    then."""
    given = select(_gift.c.number, _title_given.label("title")).where(_is_gift, _gift.c.copy_id == copy_id)
    return given.order_by(_gift.c.number)


def _copies_of(
    owners: Collection[str], copy_id: ColumnElement[str | None]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether a copy was theirs all the time; and whether at times. Most copies are given to nobody: of these
    it need not be asked whose they were when."""
    given = select(_gift.c.copy_id).where(_is_gift)
    always = select(_kept.c.id).where(_kept.c.owner_id.in_(owners), _kept.c.id.not_in(given))
    at_times = given.where(or_(_gift.c.by.in_(owners), _gift.c.to.in_(owners)))
    return copy_id.in_(always), copy_id.in_(at_times)

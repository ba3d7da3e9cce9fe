"""Turning somebody away: which refusals mean that a friend wanted a book and could not have it.

It happens to no state: the copy stands as it stood. What is kept is that it happened, and why.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.events import Denial, Event, EventKind
from lending.circulation.links import Link
from lending.circulation.loans import Loan
from lending.refusals import Refusal


def turned_away(
    copy: Copy, edition_id: str, link: Link, lent: Loan | None, refusal: Refusal, binding: str, now: datetime
) -> Event | None:
    """The record's entry for who came with `link` and met a `refusal`; None where nobody was turned away.

    `copy` is as it stands, `lent` the loan that came of the link, `binding` what their browser proved, empty
    where it proved nothing. Who has the copy already is not turned away from it, nor is who had it by that
    very link and opens it again; nor does it concern its owner who comes with a former owner's link.
    """
    has = copy.loan if copy.loan is not None and copy.loan.is_open(now) else None
    if binding and binding in {loan.binding for loan in (has, lent) if loan is not None}:
        return None
    reason = _REASONS.get(type(refusal))
    if reason is None or link.made_by != copy.owner_id:
        return None
    if copy.withdrawn_at is not None or copy.lost_at is not None:
        reason = Denial.NO_LICENSE
    return Event(
        EventKind.TURNED_AWAY,
        now,
        copy.id,
        copy.epoch,
        link_id=link.id,
        edition_id=edition_id,
        reason=reason,
    )


def turned_away_from_line(edition_id: str, now: datetime) -> Event:
    """The record's entry for somebody for whom the title's line had no place."""
    return Event(EventKind.TURNED_AWAY, now, None, 0, edition_id=edition_id, reason=Denial.LIMIT_EXCEEDED)


_REASONS: Mapping[type[Refusal], Denial] = MappingProxyType(
    {
        refusals.CopyIsOut: Denial.LIMIT_EXCEEDED,
        refusals.CopyIsHeld: Denial.LIMIT_EXCEEDED,
        refusals.TooManyLoans: Denial.LIMIT_EXCEEDED,
        refusals.LinkUsed: Denial.NO_LICENSE,
        refusals.LinkExpired: Denial.NO_LICENSE,
        refusals.LinkCancelled: Denial.NO_LICENSE,
        refusals.NotPassedOn: Denial.NO_LICENSE,
        refusals.CopyIsLost: Denial.NO_LICENSE,
        refusals.NotFound: Denial.NO_LICENSE,
    }
)
"""By the refusal. Of any other nobody knows that a book was wanted: a forged link is nobody's."""

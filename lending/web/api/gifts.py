"""A copy changes hands: the gift's link, what it gives, and whose the copy has been."""

from datetime import datetime
from typing import Annotated, Self

from flask import Blueprint
from pydantic import Field

from lending import refusals
from lending.circulation.links import LinkState
from lending.circulation.passing import Words
from lending.services.actors import Actor
from lending.services.giving import GiftSeen
from lending.services.lending import SignedLink
from lending.web.addresses import gift_link
from lending.web.api.contract import Answer, Asked, Contract, Told
from lending.web.api.links import cover_of
from lending.web.api.shapes import CopyAdded, CopyShown, Format, format_of
from lending.web.desk import desk
from lending.web.texts import somebody

bp = Blueprint("gifts", __name__)

_CANNOT_ACCEPT = (
    refusals.UnknownLink,
    refusals.GiftTaken,
    refusals.GiftTakenBack,
    refusals.GiftExpired,
    refusals.YoursAlready,
)
Token = Annotated[str, Field(max_length=4096, description="The link's fragment, as it stands after the #.")]


class GiftWanted(Asked):
    """What the giver says with it."""

    for_whom: str = Field("", max_length=1000, description="The receiver's name; up to 100 characters.")
    note: str = Field("", max_length=10_000, description="A word to them; up to 1,000 characters.")


class GiftOut(Told):
    """A gift with its token and the address to send. Any owner who has it can have the copy."""

    id: str
    for_whom: str
    note: str
    made_at: datetime
    accept_by: datetime
    token: str
    url: str

    @classmethod
    def signed(cls, signed: SignedLink) -> Self:
        """From the service's record."""
        link = signed.link
        return cls(
            id=link.id,
            for_whom=link.for_whom,
            note=link.note,
            made_at=link.made_at,
            accept_by=link.claim_by,
            token=signed.token,
            url=gift_link(signed.token),
        )


class GiftHeld(Asked):
    """A gift's link that somebody was sent."""

    token: Token


class GiftShown(Told):
    """What a gift's link gives. `cover` is a `data:` address; `state` is `used` for who has accepted it."""

    title: str
    authors: list[str]
    format: Format
    cover: str | None
    giver: str
    for_whom: str
    note: str
    accept_by: datetime
    state: LinkState

    @classmethod
    def of(cls, seen: GiftSeen) -> Self:
        """From the service's record."""
        edition, link = seen.entry.edition, seen.link
        return cls(
            title=edition.title,
            authors=list(edition.authors),
            format=format_of(edition.media_type),
            cover=cover_of(edition),
            giver=somebody(seen.giver),
            for_whom=link.for_whom,
            note=link.note,
            accept_by=link.claim_by,
            state=link.state,
        )


class OwnerShown(Told):
    """Whose the copy was; `until` is null for whose it is."""

    name: str
    since: datetime
    until: datetime | None


class Provenance(Told):
    """Who has owned a copy, the first owner first."""

    owners: list[OwnerShown]


@bp.post("/copies/<id:copy_id>/gift")
@Contract(
    answers={201: Answer("The gift.", GiftOut)},
    body=GiftWanted,
    refuses=(
        refusals.CopyIsOut,
        refusals.LinkAlreadyOut,
        refusals.CopyIsHeld,
        refusals.GiftIsOut,
        refusals.CopyIsLost,
    ),
)
def offer_gift(actor: Actor, copy_id: str, body: GiftWanted) -> GiftOut:
    """Give a copy away: make the link to send to another owner of this library."""
    return GiftOut.signed(desk().giving.offer(actor, copy_id, Words(body.for_whom, body.note)))


@bp.get("/copies/<id:copy_id>/gift")
@Contract(answers={200: Answer("The gift.", GiftOut)})
def show_gift(actor: Actor, copy_id: str) -> GiftOut:
    """The gift that waits to be accepted, once more."""
    return GiftOut.signed(desk().giving.link_out(actor, copy_id))


@bp.delete("/copies/<id:copy_id>/gift")
@Contract(answers={204: Answer("It gives nothing now.")})
def take_gift_back(actor: Actor, copy_id: str) -> None:
    """Take the gift back before somebody accepts it."""
    desk().giving.take_back(actor, copy_id)


@bp.post("/gifts/look")
@Contract(answers={200: Answer("What it gives.", GiftShown)}, body=GiftHeld, refuses=_CANNOT_ACCEPT)
def look_at_gift(actor: Actor, body: GiftHeld) -> GiftShown:
    """What a gift's link gives, for an owner. Looking changes nothing."""
    return GiftShown.of(desk().giving.look(actor, body.token))


@bp.post("/gifts/accept")
@Contract(
    answers={200: Answer("The copy, on the account's own shelf.", CopyAdded)},
    body=GiftHeld,
    refuses=_CANNOT_ACCEPT,
)
def accept_gift(actor: Actor, body: GiftHeld) -> CopyAdded:
    """Accept a gift. Asked again by the same account, it answers the same."""
    entry = desk().giving.accept(actor, body.token)
    return CopyAdded(copy_=CopyShown.of(entry, desk().shelf.clock.now()))


@bp.get("/copies/<id:copy_id>/provenance")
@Contract(answers={200: Answer("Its owners.", Provenance)})
def provenance(actor: Actor, copy_id: str) -> Provenance:
    """Who has owned one of the account's own copies, and when: what bookplates tell."""
    plates = desk().audit.provenance(actor, copy_id)
    return Provenance(
        owners=[OwnerShown(name=one.name, since=one.tenure.since, until=one.tenure.until) for one in plates]
    )

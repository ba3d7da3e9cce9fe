"""The line for a title as its owner has it: the pages where people ask, and who waits."""

from datetime import datetime
from typing import Literal, Self

from flask import Blueprint
from pydantic import Field

from lending import refusals
from lending.circulation.holds import HoldState
from lending.ports.asking import AskPage
from lending.services.actors import Actor
from lending.services.waiting import InLine
from lending.web.addresses import ask_link
from lending.web.api.contract import Answer, Asked, Contract, Query, Told
from lending.web.desk import desk

bp = Blueprint("lines", __name__)


class WhoGoes(Query):
    """Whom the owner sends away."""

    who: Literal["everybody", "asked"] = Field(
        "everybody", description="Everybody in the line, or only those who wait for the owner's yes."
    )


class AskPageWanted(Asked):
    """How people get in line."""

    approves: bool = Field(description="Whether the owner says yes to each who asks; else nobody need.")


class AskPageShown(Told):
    """A page where people can ask to borrow. Whoever has its address can."""

    id: str
    url: str
    approves: bool
    opened_at: datetime

    @classmethod
    def of(cls, page: AskPage) -> Self:
        """From the library's record."""
        return cls(id=page.id, url=ask_link(page.id), approves=page.approves, opened_at=page.opened_at)


class HoldShown(Told):
    """Somebody in the line, as the owner sees them."""

    id: str
    name: str
    state: HoldState
    asked_at: datetime
    place: int | None = Field(description="From 1, while they wait for a copy.")
    until: datetime | None = Field(description="Until when a copy is kept for them, once it is.")

    @classmethod
    def of(cls, one: InLine) -> Self:
        """From the library's record."""
        hold = one.hold
        return cls(
            id=hold.id,
            name=hold.name,
            state=hold.state,
            asked_at=hold.asked_at,
            place=one.place,
            until=one.until,
        )


class LineShown(Told):
    """Who waits for a title, in the order in which they asked."""

    holds: list[HoldShown]


@bp.get("/copies/<id:copy_id>/ask-page")
@Contract(answers={200: Answer("The page.", AskPageShown)})
def copys_page(actor: Actor, copy_id: str) -> AskPageShown:
    """The page where people ask for a copy's title. There is none unless the owner opened one."""
    return AskPageShown.of(_there(desk().asking.of_copy(actor, copy_id)))


@bp.put("/copies/<id:copy_id>/ask-page")
@Contract(answers={200: Answer("The page.", AskPageShown)}, body=AskPageWanted)
def open_copys_page(actor: Actor, copy_id: str, body: AskPageWanted) -> AskPageShown:
    """Open it, or change how it works: an open page keeps its address."""
    return AskPageShown.of(desk().asking.open_for_copy(actor, copy_id, approves=body.approves))


@bp.delete("/copies/<id:copy_id>/ask-page")
@Contract(answers={204: Answer("Nobody can ask there now; who is in line stays.")})
def close_copys_page(actor: Actor, copy_id: str) -> None:
    """Close it. Opened again, it has another address."""
    desk().asking.close_for_copy(actor, copy_id)


@bp.get("/account/ask-page")
@Contract(answers={200: Answer("The page.", AskPageShown)}, refuses=(refusals.NotFound,))
def accounts_page(actor: Actor) -> AskPageShown:
    """The page where people ask for any of the account's titles."""
    return AskPageShown.of(_there(desk().asking.of_account(actor)))


@bp.put("/account/ask-page")
@Contract(answers={200: Answer("The page.", AskPageShown)}, body=AskPageWanted)
def open_accounts_page(actor: Actor, body: AskPageWanted) -> AskPageShown:
    """Open it, or change how it works: an open page keeps its address."""
    return AskPageShown.of(desk().asking.open_for_account(actor, approves=body.approves))


@bp.delete("/account/ask-page")
@Contract(answers={204: Answer("Nobody can ask there now; who is in line stays.")})
def close_accounts_page(actor: Actor) -> None:
    """Close it. Opened again, it has another address."""
    desk().asking.close_for_account(actor)


@bp.get("/copies/<id:copy_id>/line")
@Contract(answers={200: Answer("Who waits.", LineShown)})
def show_line(actor: Actor, copy_id: str) -> LineShown:
    """Who waits for a copy's title: the line is that of all its copies."""
    return LineShown(holds=[HoldShown.of(one) for one in desk().waiting.of_copy(actor, copy_id)])


@bp.delete("/copies/<id:copy_id>/line")
@Contract(answers={204: Answer("They are out of the line.")}, query=WhoGoes)
def send_away(actor: Actor, copy_id: str, query: WhoGoes) -> None:
    """Say no to everybody in the line, or to all who wait for a yes. Nobody's turn comes by it."""
    desk().waiting.send_away(actor, copy_id, asked_only=query.who == "asked")


@bp.post("/copies/<id:copy_id>/line/<id:hold_id>/approval")
@Contract(answers={204: Answer("They are in the line.")}, refuses=(refusals.HoldEnded,))
def approve_hold(actor: Actor, copy_id: str, hold_id: str) -> None:
    """Say yes to somebody who asked. Their place is by when they asked."""
    desk().waiting.approve(actor, copy_id, hold_id)


@bp.delete("/copies/<id:copy_id>/line/<id:hold_id>")
@Contract(answers={204: Answer("They are out of the line.")}, refuses=(refusals.HoldEnded,))
def decline_hold(actor: Actor, copy_id: str, hold_id: str) -> None:
    """Say no to somebody who asked, or take them out of the line."""
    desk().waiting.decline(actor, copy_id, hold_id)


def _there(page: AskPage | None) -> AskPage:
    if page is None:
        raise refusals.NotFound
    return page

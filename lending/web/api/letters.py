"""Letters are stopped by whoever gets them: on a page, or by a mail program at one press (RFC 8058)."""

from typing import Annotated, Self

from flask import Blueprint, Response
from pydantic import Field

from lending import refusals
from lending.services.correspondence import LettersSeen
from lending.web.addresses import letters_link, to
from lending.web.api.contract import Access, Answer, Asked, Contract, Query, Raw, Told
from lending.web.desk import desk
from lending.web.texts import somebody

bp = Blueprint("letters", __name__)

Token = Annotated[str, Field(max_length=4096, description="As it stands in a letter's address.")]
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class LetterHeld(Asked):
    """A letter that somebody got."""

    token: Token


class LetterNamed(Query):
    """The same, in the address that its header tells."""

    token: Token


class LettersShown(Told):
    """What the letters are about."""

    title: str
    lender: str
    stopped: bool

    @classmethod
    def of(cls, seen: LettersSeen) -> Self:
        """From the post office."""
        return cls(title=seen.title, lender=somebody(seen.lender), stopped=seen.stopped)


@bp.post("/letters/look")
@Contract(
    answers={200: Answer("What they are about.", LettersShown)},
    access=Access.ANYONE,
    body=LetterHeld,
    refuses=(refusals.UnknownLink,),
)
def look_at_letters(body: LetterHeld) -> LettersShown:
    """What the letters are about, and whether they still come. Changes nothing."""
    return LettersShown.of(desk().correspondence.look(body.token))


@bp.post("/letters/stop")
@Contract(
    answers={204: Answer("The address is forgotten.")},
    access=Access.ANYONE,
    body=LetterHeld,
    refuses=(refusals.UnknownLink,),
)
def stop_letters(body: LetterHeld) -> Response:
    """No more of these letters. May be asked again."""
    desk().correspondence.stop(body.token)
    return Response(status=204)


@bp.post("/letters/one-click")
@Contract(
    answers={204: Answer("The address is forgotten.")},
    access=Access.ANYONE,
    query=LetterNamed,
    body=Raw(_FORMS, required=False),
    refuses=(refusals.UnknownLink,),
)
def stop_letters_at_once(query: LetterNamed) -> Response:
    """The same for mail programs: their form says nothing that the address doesn't, and isn't read."""
    desk().correspondence.stop(query.token)
    return Response(status=204)


@bp.get("/letters/one-click")
@Contract(
    answers={303: Answer("To the page that asks first.")},
    access=Access.ANYONE,
    query=LetterNamed,
)
def page_of_letters(query: LetterNamed) -> Response:
    """For mail programs that know no one-click: they open the address, which changes nothing."""
    return to(letters_link(query.token))

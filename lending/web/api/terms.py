"""What an owner asks of those who read their books: for all of them, or for one title."""

from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field

from lending.circulation.terms import LONGEST_QUOTATION, ReadingTerms
from lending.services.actors import Actor
from lending.services.choices import Seen
from lending.web.api.contract import Answer, Asked, Contract, Told
from lending.web.desk import desk

bp = Blueprint("terms", __name__)

Quotation = Annotated[
    int | None,
    Field(
        ge=0,
        le=LONGEST_QUOTATION,
        description="How many characters may be copied at once; 0: nothing; null: no limit.",
    ),
]
Chosen = Literal["house", "account", "title"]


class TermsWanted(Asked):
    """Reading terms, each said. They remind honest people; they protect nothing that a screen shows."""

    quotation_limit: Quotation
    slows_down: bool = Field(description="Reading faster than a person can is slowed, and noted.")
    guards_printing: bool = Field(description="Printing prints a page that says why not.")
    names_reader: bool = Field(description="The reader's name stands in the footer of each page.")

    def terms(self) -> ReadingTerms:
        """In the library's words."""
        return ReadingTerms(self.quotation_limit, self.slows_down, self.guards_printing, self.names_reader)


class TermsShown(Told):
    """The reading terms that hold, and for what they were chosen."""

    quotation_limit: Quotation
    slows_down: bool
    guards_printing: bool
    names_reader: bool
    chosen_for: Chosen = Field(
        description="The title, all books of the account, or nobody chose: the house's."
    )


@bp.get("/account/reading-terms")
@Contract(answers={200: Answer("The terms.", TermsShown)})
def account_terms(actor: Actor) -> TermsShown:
    """The terms on which others read the account's books, where a title has none of its own."""
    return _of_account(actor)


@bp.put("/account/reading-terms")
@Contract(answers={200: Answer("The terms as they are now.", TermsShown)}, body=TermsWanted)
def set_account_terms(actor: Actor, body: TermsWanted) -> TermsShown:
    """Choose them. They hold at once, for books that are out too."""
    desk().terms.set_for_account(actor, body.terms())
    return _of_account(actor)


@bp.delete("/account/reading-terms")
@Contract(answers={204: Answer("The house's terms hold.")})
def forget_account_terms(actor: Actor) -> None:
    """Back to the house's terms."""
    desk().terms.set_for_account(actor, None)


@bp.get("/copies/<id:copy_id>/reading-terms")
@Contract(answers={200: Answer("The terms.", TermsShown)})
def copy_terms(actor: Actor, copy_id: str) -> TermsShown:
    """The terms on which others read the title."""
    return _of_copy(actor, copy_id)


@bp.put("/copies/<id:copy_id>/reading-terms")
@Contract(answers={200: Answer("The terms as they are now.", TermsShown)}, body=TermsWanted)
def set_copy_terms(actor: Actor, copy_id: str, body: TermsWanted) -> TermsShown:
    """Choose terms for the title alone: for every copy of this very file."""
    desk().terms.set_for_copy(actor, copy_id, body.terms())
    return _of_copy(actor, copy_id)


@bp.delete("/copies/<id:copy_id>/reading-terms")
@Contract(answers={204: Answer("The terms of all books hold.")})
def forget_copy_terms(actor: Actor, copy_id: str) -> None:
    """Back to the terms of all the account's books."""
    desk().terms.set_for_copy(actor, copy_id, None)


def _of_account(actor: Actor) -> TermsShown:
    return _shown(desk().terms.of_account(actor), chosen="account", usual="house")


def _of_copy(actor: Actor, copy_id: str) -> TermsShown:
    usual = desk().terms.of_account(actor)
    return _shown(
        desk().terms.of_copy(actor, copy_id), chosen="title", usual="account" if usual.chosen else "house"
    )


def _shown(seen: Seen[ReadingTerms], *, chosen: Chosen, usual: Chosen) -> TermsShown:
    terms = seen.holds
    return TermsShown(
        quotation_limit=terms.quotation_limit,
        slows_down=terms.slows_down,
        guards_printing=terms.guards_printing,
        names_reader=terms.names_reader,
        chosen_for=chosen if seen.chosen else usual,
    )

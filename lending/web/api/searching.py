"""Words looked for in a loan's book."""

from typing import Annotated, Final

from flask import Blueprint
from pydantic import Field

from lending import refusals
from lending.services.reading import Admission
from lending.services.searching import LONGEST_QUERY, Found, FoundHit
from lending.web.api.contract import Access, Answer, Contract, Query, Told
from lending.web.desk import desk

bp = Blueprint("searching", __name__)

_MOST_PARTS: Final = 1_000_000


class Wanted(Query):
    """What is looked for, and from where on."""

    q: Annotated[str, Field(min_length=1, max_length=LONGEST_QUERY, pattern=r"^[^\x00]*$")] = Field(
        description="Words as they stand together. Accents and case don't matter."
    )
    from_: int | None = Field(
        None,
        alias="from",
        ge=0,
        le=_MOST_PARTS,
        description="The part to begin with: a section of an EPUB, from 0, or a page of a PDF, from 1.",
    )


class HitShown(Told):
    """Where the words stand, and the line around them.

    `start` and `end` count UTF-16 code units. Of an EPUB: in the text nodes of the section's body, one after
    the other. Of a PDF: in the lines of the page, each followed by a line end.
    """

    part: int
    start: int
    end: int
    before: str
    match: str
    after: str
    chapter: str = Field(description="The line of the contents under which it lies, or nothing.")

    @classmethod
    def of(cls, found: FoundHit) -> "HitShown":
        """From the service's record."""
        hit = found.hit
        return cls(
            part=found.part,
            start=hit.start,
            end=hit.end,
            before=hit.before,
            match=hit.match,
            after=hit.after,
            chapter=found.chapter,
        )


class FoundShown(Told):
    """Hits in the order of the book. `next` is the part to go on from, null when the book is through."""

    hits: list[HitShown]
    next: int | None
    parts: int

    @classmethod
    def of(cls, found: Found) -> "FoundShown":
        """From the service's record."""
        return cls(hits=[HitShown.of(hit) for hit in found.hits], next=found.next, parts=found.parts)


@bp.get("/loans/<id:loan_id>/search")
@Contract(
    answers={200: Answer("What was found so far.", FoundShown)},
    access=Access.READER,
    query=Wanted,
    refuses=(refusals.NoSuchPart, refusals.ReadingTooFast),
)
def search(reader: Admission, query: Wanted) -> FoundShown:
    """Look for words in the book.

    An answer takes half a second at most, or ends after some 200 hits: ask again from `next` on.
    """
    return FoundShown.of(desk().searching.search(reader, query.q, query.from_))

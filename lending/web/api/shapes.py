"""What several subjects say in JSON: a copy on the shelf, its link, its loan.

Times are ISO 8601 with an offset; periods are whole seconds.
"""

from datetime import datetime
from typing import Annotated, Literal, Self

from flask import url_for
from pydantic import Field

from lending.circulation.copies import Copy
from lending.circulation.links import Link, LinkKind
from lending.circulation.loans import Loan
from lending.circulation.transitions import CopyState
from lending.ports.records import EPUB, ShelfEntry
from lending.web.api.contract import Told

Words = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=1000)]
"""Text in an address. No database takes a NUL."""

Format = Literal["epub", "pdf"]


def format_of(media_type: str) -> Format:
    """A media type in a shop's words."""
    return "epub" if media_type == EPUB else "pdf"


class LinkShown(Told):
    """A link that waits for a friend, without its token. By a link to pass it on, the borrower offers what is
    left of their loan; the owner can cancel it."""

    id: str
    kind: LinkKind
    for_whom: str
    note: str
    loan_seconds: int
    made_at: datetime
    claim_by: datetime

    @classmethod
    def of(cls, link: Link) -> Self:
        """From the desk's record."""
        return cls(
            id=link.id,
            kind=link.kind,
            for_whom=link.for_whom,
            note=link.note,
            loan_seconds=int(link.loan_period.total_seconds()),
            made_at=link.made_at,
            claim_by=link.claim_by,
        )


class LoanOfCopy(Told):
    """Who has the copy. `read_url` is there when it is the owner."""

    id: str
    borrower: str
    checked_out_at: datetime
    due_at: datetime | None
    recalled_at: datetime | None
    renewals: int = Field(description="How often the borrower has renewed it.")
    passed_by: list[str] = Field(
        description="Names of those who passed it on, one to the next; the first borrowed it from the owner."
    )
    read_url: str | None

    @classmethod
    def of(cls, loan: Loan, passed_by: tuple[Loan, ...]) -> Self:
        """From the desk's record, with the loans before it by which it was passed on."""
        return cls(
            id=loan.id,
            borrower=loan.borrower_name,
            checked_out_at=loan.checked_out_at,
            due_at=loan.due_at,
            recalled_at=loan.recalled_at,
            renewals=loan.renewals,
            passed_by=[before.borrower_name for before in passed_by],
            read_url=read_url(loan) if loan.to_owner else None,
        )


class CopyShown(Told):
    """One of the owner's copies with its record, and where it is now."""

    id: str
    number: int = Field(description="Which of the copies of this very file, from 1.")
    title: str
    authors: list[str]
    language: str
    description: str
    publisher: str
    published: str
    identifiers: list[str]
    format: Format
    extent: int = Field(description="Pages of a PDF, chapters of an EPUB.")
    bytes: int
    added_at: datetime
    state: CopyState
    cover_url: str | None
    url: str
    link: LinkShown | None
    loan: LoanOfCopy | None

    @classmethod
    def of(cls, entry: ShelfEntry, now: datetime) -> Self:
        """A shelf's entry as it stands at `now`: what time has ended is left out."""
        copy, edition = entry.copy, entry.edition
        cover = url_for("api.copies.cover", copy_id=copy.id, v=edition.cover_id) if edition.cover_id else None
        return cls(
            id=copy.id,
            number=entry.copy_number,
            title=edition.title,
            authors=list(edition.authors),
            language=edition.language,
            description=edition.description,
            publisher=edition.publisher,
            published=edition.published,
            identifiers=list(edition.identifiers),
            format=format_of(edition.media_type),
            extent=edition.extent,
            bytes=edition.byte_length,
            added_at=entry.added_at,
            state=copy.state(now),
            cover_url=cover,
            url=url_for("owner.book", copy_id=copy.id),
            link=_lend_link(copy, now),
            loan=LoanOfCopy.of(copy.loan, entry.passed_by) if copy.loan and copy.loan.is_open(now) else None,
        )


def _lend_link(copy: Copy, now: datetime) -> LinkShown | None:
    """The link that waits, unless it gives the copy away."""
    link = copy.link
    if link is None or link.kind is LinkKind.GIFT or not link.is_waiting(now):
        return None
    return LinkShown.of(link)


class CopyAdded(Told):
    """The copy that a file became."""

    copy_: CopyShown = Field(serialization_alias="copy")


def read_url(loan: Loan) -> str:
    """The page where a loan is read."""
    return url_for("borrower.read", loan_id=loan.id)

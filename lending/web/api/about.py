"""What a loan's book says of itself."""

from flask import Blueprint

from lending.services.reading import Admission
from lending.web.accessibility_words import told
from lending.web.api.contract import Access, Answer, Contract, Told
from lending.web.desk import desk

bp = Blueprint("about", __name__)


class TopicShown(Told):
    """Sentences under one heading, in the language of the request."""

    heading: str
    statements: list[str]


class AboutBook(Told):
    """The book's record, who lends it, and what is known of its accessibility."""

    title: str
    authors: list[str]
    language: str
    publisher: str
    published: str
    description: str
    accessibility: list[TopicShown]
    lender: str


@bp.get("/loans/<id:loan_id>/about")
@Contract(answers={200: Answer("The book.", AboutBook)}, access=Access.READER)
def about(reader: Admission) -> AboutBook:
    """What the book says of itself."""
    seen = desk().reading.seen(reader.held)
    edition = seen.edition
    topics = told(desk().describing.accessibility(edition))
    return AboutBook(
        title=edition.title,
        authors=list(edition.authors),
        language=edition.language,
        publisher=edition.publisher,
        published=edition.published.partition("T")[0],
        description=edition.description,
        accessibility=[TopicShown(heading=one.heading, statements=one.statements) for one in topics],
        lender=seen.lender,
    )
